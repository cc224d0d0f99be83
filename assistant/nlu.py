"""Understanding as one step of Rasa's graph: normalise, make features, decide.

Rasa's usual chain (tokeniser, featurisers, classifier, selector, fallback) passes each message through five or six
graph nodes; the nodes cost more than the arithmetic. Output is what that chain would give: `intent`,
`intent_ranking`, `response_selector`.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, RESPONSE_SELECTOR, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from assistant.clauses import understood
from assistant.data import Example
from assistant.model import FALLBACK, Decision, Guess, IntentModel, Thresholds
from assistant.nlg import ANSWER_PREFIX, REPORTABLE_ANSWER_PREFIX
from assistant.normaliser import load_lexicon
from language.mistakes import FILE, Mistake, write_mistakes

_HERE = Path(__file__).parent
_SOURCES = ("features.py", "mistakes.py", "model.py", "normaliser.py", "training.py")
TOPIC_ENTITY = "topik"
REPORTABLE = 0.2
"""Probability of all kinds of reports together from which an answer offers to make a report of the message."""
_REPORTS = frozenset({"lapor", "aspirasi", "minta_informasi"})


def _fingerprint(folder: Path) -> str:
    """Changes with our code and the lexicon, so that Rasa's training cache does not serve an older model."""
    digest = hashlib.sha256()
    shared = sorted((_HERE.parent / "language").glob("*.py"))
    for path in (*(_HERE / name for name in _SOURCES), *shared, *sorted(folder.glob("*.tsv"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class SigapNLU(IntentClassifier, GraphComponent):  # type: ignore[misc]
    """The intent model of `assistant.model` as a Rasa component."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`lexicons`: folder of slang and abbreviations; `thresholds`: see `Thresholds`; `ranking`: guesses kept."""
        lexicons = "nlu_data/lexicons"
        return {"lexicons": lexicons, "thresholds": {}, "ranking": 6, "fingerprint": _fingerprint(Path(lexicons))}

    @staticmethod
    def required_packages() -> list[str]:
        """Beyond Rasa's own."""
        return ["numpy", "sklearn"]

    def __init__(
        self, config: dict[str, Any], storage: ModelStorage, resource: Resource, model: IntentModel | None = None
    ) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SigapNLU:
        """An untrained component."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SigapNLU:
        """The trained component.

        Raises:
            ModelError: the stored model is of another version.
        """
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, IntentModel.load(folder))

    def train(self, training_data: TrainingData) -> Resource:
        """Train on the examples and on the answers, and store the model."""
        from assistant.training import train

        examples = [
            Example(message.get(TEXT), message.get_full_intent())
            for message in training_data.intent_examples
            if message.get(TEXT)
        ]
        answers = {
            key.removeprefix(ANSWER_PREFIX): _titled(variants[0])
            for key, variants in training_data.responses.items()
            if key.startswith(ANSWER_PREFIX) and variants
        }
        lexicon = load_lexicon(Path(self._config["lexicons"]))
        thresholds, mistakes = Thresholds(**self._config["thresholds"]), list[Mistake]()
        self._model = train(examples, answers, lexicon, thresholds=thresholds, mistakes=mistakes)
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder)
            write_mistakes(mistakes, folder / FILE)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing after this component needs its output in training."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Understand messages."""
        if self._model is None:
            raise RuntimeError("SigapNLU is not trained")
        for message in messages:
            output = parse_output(understood(self._model, message.get(TEXT) or "", self._config["ranking"]))
            for key, value in output.items():
                message.set(key, value, add_to_output=True)
        return messages


def _titled(response: dict[str, Any]) -> str:
    """A topic's heading and answer, as the importer put them into the domain."""
    title = (response.get("metadata") or {}).get("title", "")
    return f"{title}\n{response.get('text', '')}".strip()


def _entry(guess: Guess) -> dict[str, Any]:
    entry: dict[str, Any] = {"name": guess.intent, "confidence": guess.confidence}
    if guess.topic:
        entry["full_retrieval_intent_name"] = f"faq/{guess.topic}"
    return entry


def parse_output(decision: Decision) -> dict[str, Any]:
    """A decision in Rasa's words.

    `intent_ranking` starts with the decision; for `nlu_fallback` the best guesses follow it. FAQ guesses carry
    `full_retrieval_intent_name`. `response_selector` names the best topic even when the decision is another one,
    as Rasa's selector does.
    """
    both = decision.intent in _REPORTS and decision.topic
    chosen = Guess(decision.intent, decision.confidence, None if both else decision.topic)
    ranking = [_entry(guess) for guess in decision.ranking]
    if decision.intent == FALLBACK:
        ranking.insert(0, _entry(chosen))
    else:
        ranking.sort(key=lambda entry: entry != _entry(chosen))  # stable: the chosen one first, the rest as it was
    topics = [guess for guess in decision.ranking if guess.topic]
    reportable = sum(guess.confidence for guess in decision.ranking if guess.intent in _REPORTS) >= REPORTABLE
    output = {INTENT: _entry(chosen), INTENT_RANKING_KEY: ranking}
    output[RESPONSE_SELECTOR] = selector_output(topics, reportable=reportable)
    return {**output, ENTITIES: [_entity(decision.topic)]} if both else output


def _entity(topic: str | None) -> dict[str, Any]:
    """The question of a message that is a report as well."""
    return {"entity": TOPIC_ENTITY, "value": topic, "start": 0, "end": 0, "extractor": SigapNLU.__name__}


def selector_output(topics: list[Guess], *, reportable: bool = False) -> dict[str, Any]:
    """What Rasa's ResponseSelector would say for the retrieval intent `faq`.

    Args:
        topics: the likeliest ones, best first.
        reportable: whether the answer should offer to make a report of the message.
    """
    if not topics:
        return {"all_retrieval_intents": ["faq"]}
    ranking = [{"confidence": guess.confidence, "intent_response_key": f"faq/{guess.topic}"} for guess in topics]
    prefix = REPORTABLE_ANSWER_PREFIX if reportable else ANSWER_PREFIX
    best = {**ranking[0], "responses": [], "utter_action": f"{prefix}{topics[0].topic}"}
    return {"all_retrieval_intents": ["faq"], "faq": {"response": best, "ranking": ranking}}
