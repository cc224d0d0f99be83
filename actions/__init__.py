"""The action server: one thin class per action between Rasa and `cases.services`."""
