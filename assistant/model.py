"""The trained intent model: two linear heads on the same n-grams, calibrated, with the thresholds of its decisions.

One head tells questions, reports and the dialogue's intents apart, the other says which topic a question is about.
Their product is one probability for each label of one flat set (`sapa`, `lapor`, `faq/karpeg`, ...): learning both
at once was tried and is worse, because a topic has 25 examples and reports have 1,800.

Needs numpy alone. On disk it is `model.json` (labels, features, lexicon, thresholds) and `weights.npz` (arrays):
no pickle, so that reading a model runs no code.
"""

from __future__ import annotations

import io
import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.features import FAMILIARITY, counted, familiarity, matter_words
from assistant.normaliser import Normaliser

Array = NDArray[Any]

FORMAT = 3
JSON_NAME = "model.json"
ARRAYS_NAME = "weights.npz"
FALLBACK = "nlu_fallback"
FAQ_PREFIX = "faq/"
OUT_OF_SCOPE = "di_luar_topik"


@dataclass(frozen=True)
class Thresholds:
    """Least confidence of each kind of decision; below it the assistant asks back."""

    topic: float = 0.45  # an FAQ topic, by its own probability
    intent: float = 0.45  # any other intent
    out_of_scope: float = 0.45  # refusing to answer


@dataclass(frozen=True)
class Guess:
    """A label with its probability; `topic` is set for FAQ labels."""

    intent: str
    confidence: float
    topic: str | None = None


@dataclass(frozen=True)
class Decision:
    """What a message means.

    `intent` is `nlu_fallback` when unsure; `ranking` holds the best guesses either way, first the one that is acted on
    or asked about, then the rest by probability.
    """

    intent: str
    confidence: float
    topic: str | None
    ranking: tuple[Guess, ...]


class ModelError(ValueError):
    """The files are not an intent model of this version."""


def _guess(label: str, confidence: float) -> Guess:
    if label.startswith(FAQ_PREFIX):
        return Guess("faq", confidence, label.removeprefix(FAQ_PREFIX))
    return Guess(label, confidence)


class IntentModel:
    """Features, weights and thresholds; `decide` is the only thing a caller needs."""

    def __init__(
        self,
        *,
        routes: Sequence[str],
        topics: Sequence[str],
        features: Sequence[str],
        idf: Array,
        seen: Array,
        weights: Array,
        bias: Array,
        lexicon: Mapping[str, str],
        temperatures: Sequence[float] = (1.0, 1.0),
        thresholds: Thresholds | None = None,
        words: Mapping[str, int] | None = None,
    ) -> None:
        """Create from arrays.

        Args:
            routes: intents, `faq` among them when there are topics.
            topics: codes of the FAQ topics.
            features: n-grams, in the order of `idf` and of the rows of `weights`.
            idf: inverse document frequency of each feature.
            seen: in how many texts within scope each feature occurs; used for single words.
            weights: (features + the four numbers of familiarity) x (routes + topics).
            bias: one number for each route and topic.
            lexicon: what is typed to what is meant.
            temperatures: of the routes and of the topics.
            thresholds: least confidences.
            words: known words with their counts; unknown ones are repaired with them.
        """
        self.routes = list(routes)
        self.topics = list(topics)
        self.features = list(features)
        self.idf = idf.astype(np.float32)
        self.seen = seen.astype(np.int32)
        self.weights = np.ascontiguousarray(weights, dtype=np.float32)
        self.bias = bias.astype(np.float32)
        self.temperatures = (float(temperatures[0]), float(temperatures[1]))
        self.thresholds = thresholds or Thresholds()
        self.normaliser = Normaliser(lexicon, words)
        self._index = {feature: i for i, feature in enumerate(self.features)}
        self._faq = self.routes.index("faq") if self.topics else -1
        self._others = [i for i in range(len(self.routes)) if i != self._faq]
        self.labels = [self.routes[i] for i in self._others] + [FAQ_PREFIX + topic for topic in self.topics]

    # -- prediction -----------------------------------------------------------------------------------------------

    def vector(self, tokens: Sequence[str]) -> tuple[Array, Array]:
        """Indices and values of a message's known features; empty when it has none."""
        blocks = [block for counts in counted(tokens) if len((block := self._block(counts))[0])]
        if not blocks:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        index, first = self._index, len(self.features)
        known = [index.get("w:" + word) for word in matter_words(tokens)]
        numbers = familiarity([0 if i is None else int(self.seen[i]) for i in known])
        ids = [ids for ids, _ in blocks] + [np.arange(first, first + len(FAMILIARITY))]
        return np.concatenate(ids), np.concatenate([v for _, v in blocks] + [np.array(numbers, dtype=np.float32)])

    def _block(self, counts: Counter[str]) -> tuple[Array, Array]:
        known = [(i, c) for feature, c in counts.items() if (i := self._index.get(feature)) is not None]
        if not known:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        ids = np.fromiter((i for i, _ in known), dtype=np.int64, count=len(known))
        tf = np.fromiter((1.0 + math.log(c) for _, c in known), dtype=np.float32, count=len(known))
        values = tf * self.idf[ids]
        return ids, values / np.float32(float(np.linalg.norm(values)) or 1.0)

    def logits(self, text: str) -> Array | None:
        """Raw scores of routes and topics; None when nothing in the text is known to the model."""
        ids, values = self.vector(self.normaliser.tokens(text))
        if not len(ids):
            return None
        scores: Array = values @ self.weights[ids] + self.bias
        return scores

    def probabilities(self, logits: Array) -> Array:
        """Calibrated probability of each of `labels`, from the scores of one message or of many (rows)."""
        split = len(self.routes)
        routes = softmax(logits[..., :split] / self.temperatures[0])
        if not self.topics:
            return routes
        topics = softmax(logits[..., split:] / self.temperatures[1])
        return np.concatenate([routes[..., self._others], routes[..., [self._faq]] * topics], axis=-1)

    def decide(self, text: str, ranking: int = 6) -> Decision:
        """Understand one message; never fails, whatever the text.

        Args:
            text: what the citizen wrote.
            ranking: how many guesses to keep.
        """
        logits = self.logits(text)
        if logits is None:
            return Decision(FALLBACK, 0.0, None, ())
        return self.decide_from(self.probabilities(logits), ranking)

    def decide_from(self, probabilities: Array, ranking: int = 6) -> Decision:
        """The decision for the probabilities of one message."""
        order = np.argsort(-probabilities)[:ranking]
        guesses = tuple(_guess(self.labels[i], float(probabilities[i])) for i in order)
        best = guesses[0]
        if best.topic is None and float(probabilities[len(self._others) :].sum()) > best.confidence:
            # several topics share what is surely a question: the best topic stands for all of them
            best = next((guess for guess in guesses if guess.topic), best)
            guesses = (best, *(guess for guess in guesses if guess is not best))
        least = self.thresholds.topic if best.topic else self.thresholds.intent
        if best.intent == OUT_OF_SCOPE:
            least = self.thresholds.out_of_scope
        if best.confidence < least:
            return Decision(FALLBACK, 1.0 - best.confidence, None, guesses)
        return Decision(best.intent, best.confidence, best.topic, guesses)

    # -- files ----------------------------------------------------------------------------------------------------

    def save(self, folder: Path) -> None:
        """Write `model.json` and `weights.npz` into an existing folder."""
        head = {
            "format": FORMAT,
            "routes": self.routes,
            "topics": self.topics,
            "features": self.features,
            "lexicon": self.normaliser.lexicon,
            "words": self.normaliser.known,
            "temperatures": self.temperatures,
            "thresholds": asdict(self.thresholds),
        }
        (folder / JSON_NAME).write_text(json.dumps(head, ensure_ascii=False), "utf-8")
        half = self.weights.astype(np.float16)  # known to two or three digits; the file is read at every start
        np.savez(folder / ARRAYS_NAME, idf=self.idf, seen=self.seen, bias=self.bias, weights=half)

    @classmethod
    def load(cls, folder: Path) -> IntentModel:
        """Read a model that `save` wrote.

        Raises:
            ModelError: the files are of another format or damaged.
            OSError: they cannot be read.
        """
        return cls.from_bytes((folder / JSON_NAME).read_bytes(), (folder / ARRAYS_NAME).read_bytes())

    @classmethod
    def from_bytes(cls, head: bytes, arrays: bytes) -> IntentModel:
        """As `load`, from the contents of the two files."""
        try:
            fields: dict[str, Any] = json.loads(head)
            if fields.pop("format") != FORMAT:
                raise ModelError("the model was written by another version; train again")
            with np.load(io.BytesIO(arrays), allow_pickle=False) as stored:
                data = {name: stored[name] for name in ("idf", "seen", "weights", "bias")}
            thresholds = Thresholds(**fields.pop("thresholds"))
            return cls(**fields, **data, thresholds=thresholds)
        except (KeyError, TypeError, UnicodeDecodeError, json.JSONDecodeError) as error:
            raise ModelError(f"not an intent model: {error}") from error


def softmax(scores: Array) -> Array:
    """Probabilities along the last axis."""
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    result: Array = shifted / shifted.sum(axis=-1, keepdims=True)
    return result


def log_loss(logits: Array, targets: Array, temperature: float) -> float:
    """Mean negative log-likelihood of the right labels at a temperature."""
    probabilities = softmax(logits / temperature)
    chosen = probabilities[np.arange(len(targets)), targets]
    return float(-np.log(np.maximum(chosen, 1e-12)).mean())


def best_temperature(logits: Array, targets: Array, candidates: Iterable[float] | None = None) -> float:
    """The temperature with the least log-loss on scores of texts that were not trained on."""
    grid = list(candidates) if candidates is not None else list(np.geomspace(0.02, 3.0, 60))
    return float(min(grid, key=lambda t: log_loss(logits, targets, t)))
