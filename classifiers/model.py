"""The trained triage: one set of features, four linear decisions, fields and a summary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from classifiers.explain import Attribution, spans
from classifiers.extract import FieldExtractor
from classifiers.features import IntArray, NgramVectorizer, Occurrences
from classifiers.heads import LinearHead
from classifiers.normalise import Normaliser, Words
from classifiers.summary import summarise
from classifiers.types import Decision, Triage

Floats = NDArray[np.float64]
BATCH = 256
HEADS = ("category", "report_type", "fraud", "fraud_types")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where each decision stops being sure; read from the model card, never written in code.

    `fraud` is the probability from which on fraud is indicated; inside (`fraud_low`, `fraud_high`) the model
    abstains. `fraud_types` holds one probability per type.
    """

    category: float
    report_type: float
    fraud: float
    fraud_low: float
    fraud_high: float
    fraud_types: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Parts:
    """What is saved to disk of one model."""

    normaliser: Normaliser
    vectorizer: NgramVectorizer
    category: LinearHead
    report_type: LinearHead
    fraud: LinearHead
    fraud_types: dict[str, LinearHead]
    extractor: FieldExtractor


@dataclass(slots=True)
class _Batch:
    words: list[Words]
    found: list[Occurrences]
    matrix: sparse.csr_matrix
    scores: Floats
    scratch: IntArray

    def attribution(self, index: int) -> Attribution:
        """How the scores of one text of the batch split among its words."""
        low, high = self.matrix.indptr[index : index + 2]
        columns, values = self.matrix.indices[low:high], self.matrix.data[low:high]
        return Attribution(self.words[index], self.found[index], columns, values, self.scratch)


class TriageModel:
    """Applies trained parts to complaints.

    Args:
        parts: what was trained.
        thresholds: of the same model's card.
        version: the name under which the model is stored.
    """

    def __init__(self, parts: Parts, thresholds: Thresholds, version: str) -> None:
        self.parts = parts
        self.thresholds = thresholds
        self.version = version
        heads = [parts.category, parts.report_type, parts.fraud, *parts.fraud_types.values()]
        self._weights = np.ascontiguousarray(np.hstack([head.coef_ for head in heads]))
        self._intercepts = np.concatenate([head.intercept_ for head in heads])
        edges = np.cumsum([0, *(head.coef_.shape[1] for head in heads)])
        # Copies per head, because a text's rows are gathered much faster from narrow, contiguous tables.
        self._heads = [head.coef_ if head.coef_.shape[1] > 1 else head.coef_[:, 0].copy() for head in heads]
        self._columns = [slice(int(low), int(high)) for low, high in pairwise(edges)]

    def triage(self, text: str) -> Triage:
        """Everything the model says about one complaint; any text has an answer, an empty one abstains."""
        return next(self.triage_many([text]))

    def triage_many(self, texts: Iterable[str]) -> Iterator[Triage]:
        """Triage texts in order, in batches, without holding more than one batch in memory."""
        source = iter(texts)
        while chunk := list(islice(source, BATCH)):
            yield from self._batch(chunk)

    def _batch(self, texts: list[str]) -> Iterator[Triage]:
        words = [self.parts.normaliser.words(text) for text in texts]
        found = [self.parts.vectorizer.occurrences(each) for each in words]
        matrix = self.parts.vectorizer.matrix([each.ids for each in found])
        scores = np.asarray(matrix @ self._weights) + self._intercepts
        batch = _Batch(words, found, matrix, scores, np.empty(matrix.shape[1], dtype=np.int32))
        parts, columns = self.parts, self._columns
        category = parts.category.probabilities(batch.scores[:, columns[0]])
        report_type = parts.report_type.probabilities(batch.scores[:, columns[1]])
        fraud = parts.fraud.probabilities(batch.scores[:, columns[2]])[:, 1]
        types = self._type_probabilities(batch.scores)
        for index, text in enumerate(texts):
            yield self._one(text, index, batch, category[index], report_type[index], float(fraud[index]), types[index])

    def _type_probabilities(self, scores: Floats) -> Floats:
        columns = [
            head.probabilities(scores[:, column])[:, 1]
            for head, column in zip(self.parts.fraud_types.values(), self._columns[3:], strict=True)
        ]
        return np.column_stack(columns) if columns else np.zeros((len(scores), 0))

    def _one(
        self, text: str, index: int, batch: _Batch, category: Floats, report_type: Floats, fraud: float, types: Floats
    ) -> Triage:
        words, limits = batch.words[index], self.thresholds
        attribution = batch.attribution(index)
        known = len(attribution.columns) > 0
        category_weights = self._category_weights(attribution, category)
        fraud_weights = self._column_weights(attribution, 2)
        decided = _decide(self.parts.category, category, limits.category, known)
        is_fraud = known and fraud >= limits.fraud
        return Triage(
            text=text,
            report_type=_decide(self.parts.report_type, report_type, limits.report_type, known),
            category=Decision(decided.value, decided.probability, decided.abstained, spans(words, category_weights)),
            fraud=Decision(
                "true" if is_fraud else "false",
                fraud if known else 0.0,
                not known or limits.fraud_low < fraud < limits.fraud_high,
                spans(words, fraud_weights if is_fraud else -fraud_weights),
            ),
            fraud_types=self._types(words, attribution, types) if is_fraud else (),
            fields=self.parts.extractor.extract(text),
            summary=summarise(words, category_weights + (2.0 * fraud_weights if is_fraud else 0.0)),
            model_version=self.version,
        )

    def _category_weights(self, attribution: Attribution, probabilities: Floats) -> Floats:
        """What each word adds to the log-odds of the most probable category against the others."""
        best = int(probabilities.argmax())
        # The others count in proportion to how probable they are: this is the gradient of the log-odds.
        mix = -probabilities / max(1.0 - float(probabilities[best]), 1e-9)
        mix[best] = 1.0
        return attribution.of(self._heads[0].take(attribution.columns, axis=0) @ mix)

    def _column_weights(self, attribution: Attribution, head: int) -> Floats:
        return attribution.of(self._heads[head].take(attribution.columns))

    def _types(self, words: Words, attribution: Attribution, probabilities: Floats) -> tuple[Decision, ...]:
        """The fraud types above their thresholds, the most probable first; at least the most probable one."""
        names = list(self.parts.fraud_types)
        order = [int(number) for number in np.argsort(-probabilities)]
        sure = [
            number for number in order if probabilities[number] >= self.thresholds.fraud_types.get(names[number], 0.5)
        ]
        return tuple(
            Decision(
                value=names[number],
                probability=float(probabilities[number]),
                abstained=number not in sure,
                evidence=spans(words, self._column_weights(attribution, 3 + number)),
            )
            for number in sure or order[:1]
        )


def _decide(head: LinearHead, probabilities: Floats, threshold: float, known: bool) -> Decision:
    best = int(probabilities.argmax())
    probability = float(probabilities[best])
    return Decision(str(head.classes_[best]), probability, not known or probability < threshold)
