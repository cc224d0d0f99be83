"""The Rasa server as its own deployable: importer, understanding, rules, conversation store, channel, answers.

Runs in `assistant/.venv` and imports `language` alone of the rest of this repository. Only `policy`, `nlu`, `importer`,
`tracker_store`, `channel`, `nlg` and `action_calls` import Rasa; the rest needs numpy alone, so that
`assistant.understand` starts in well under a second.
"""
