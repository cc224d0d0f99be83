"""Reads the assistant's training data for Rasa: its own files as usual, plus questions and complaints.

Rasa's file importer takes `nlu/`, `rules/`, `stories/` and `domain.yml`. Added are the FAQ topics of `faq/*.yml`
as `faq/<topic>` with their answers as responses, and the reports of `complaints/*.jsonl` as `lapor`, `aspirasi`
and `minta_informasi`.
"""

from __future__ import annotations

import warnings
from pathlib import Path

import rasa.shared.utils.common
from rasa.shared.core.domain import Domain
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from assistant.data import complaint_examples, faq_examples, faq_topics

# Warnings that are wrong here: actions say texts, buttons send intents, and Rasa compares classes for identity although
# StagePolicy is a RulePolicy and SigapNLU selects responses itself.
for _message in (
    "'RulePolicy' is not included",
    "The intent .* is listed in the domain file, but is not found",
    "The utterance '.*' is not used in any story or rule",
    "You have defined training data with examples for training a response",
    "The following duplicated intents have been found",
):
    warnings.filterwarnings("ignore", message=_message)


class SigapImporter(RasaFileImporter):  # type: ignore[misc]
    """Rasa's file importer with two more kinds of file."""

    def __init__(
        self,
        config_file: str | None = None,
        domain_path: str | None = None,
        training_data_paths: list[str] | str | None = None,
    ) -> None:
        """See `TrainingDataImporter`; folders among the paths that hold `faq/` or `complaints/` are read too."""
        super().__init__(config_file, domain_path, training_data_paths)
        paths = [training_data_paths] if isinstance(training_data_paths, str) else training_data_paths or []
        self._roots = [Path(path) for path in paths]

    @rasa.shared.utils.common.cached_method  # type: ignore[untyped-decorator]
    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """Rasa's examples, the questions and the reports."""
        examples = [e for root in self._roots for e in (*faq_examples(root), *complaint_examples(root))]
        messages = [Message.build(example.text, example.label) for example in examples]
        return super().get_nlu_data(language).merge(TrainingData(messages))

    @rasa.shared.utils.common.cached_method  # type: ignore[untyped-decorator]
    def get_domain(self) -> Domain:
        """The domain with `utter_faq/<topic>` for every topic.

        The running assistant takes answers from the action server; these stand in when it cannot be reached.
        """
        responses = {
            f"utter_faq/{topic.code}": [{"text": topic.answer, "metadata": {"title": topic.title}}]
            for root in self._roots
            for topic in faq_topics(root)
        }
        domain = super().get_domain()
        return domain.merge(Domain.from_dict({"responses": responses})) if responses else domain
