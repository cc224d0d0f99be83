"""What both models share: repair of unknown words, stems, and the record of a text that was misread.

A leaf. `assistant/` runs in Rasa's environment and `classifiers/` in ours, so this imports the standard library alone,
and only those two import it. Training is stale when a file here changes (`sigap.models.SOURCES`).
"""
