"""One text classifier for any labels: the tool behind `sigap classifier`, trained on `{"text", "label"}` lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.model_selection import StratifiedGroupKFold

from classifiers.calibration import threshold_for_error
from classifiers.card import Card, library_versions, read_card
from classifiers.data import digest, group_texts
from classifiers.errors import DataError, ModelError
from classifiers.features import NgramVectorizer
from classifiers.heads import LinearHead
from classifiers.members import Member
from classifiers.metrics import multiclass
from classifiers.normalise import Normaliser, Words
from classifiers.registry import FILE, load_object, save_object
from classifiers.vectors import WordVectors

Floats = NDArray[np.float64]
Report = Callable[[str, float], None]


def _quiet(text: str, share: float) -> None:
    """Report nothing."""


@dataclass(frozen=True, slots=True)
class Background:
    """What else a classifier may learn from, beside the labelled texts of the place it is for.

    Args:
        texts, labels: labelled texts from elsewhere, with labels that mean the same.
        unlabelled: texts like those to decide about; they say how frequent words are and which words are alike.
    """

    texts: Sequence[str] = ()
    labels: Sequence[str] = ()
    unlabelled: Sequence[str] = ()


class TextClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Normaliser, n-gram features and a calibrated linear decision in one.

    Args:
        lexicon: informal → formal words, kept inside the model.
        word_max, char_range, min_df_word, min_df_char: see `NgramVectorizer`.
        members: see `LinearHead`.
        background_members: the members where there is a background.
        fold_count: folds for the held-out scores that calibration and threshold are chosen on; 0 for neither.
        error_rate: share of wrong answers allowed above the abstention threshold.
        seed: makes folds and solver repeatable.
    """

    def __init__(
        self,
        lexicon: dict[str, str] | None = None,
        word_max: int = 2,
        char_range: tuple[int, int] = (2, 6),
        min_df_word: int = 1,
        min_df_char: int = 2,
        members: tuple[Member, ...] = (("svc", 0.1, 0.75), ("lift", 0.1, 0.75), ("telling", 0.1, 0.75)),
        background_members: tuple[Member, ...] = (("svc", 0.5, 0.75),),
        fold_count: int = 3,
        error_rate: float = 0.03,
        seed: int = 20,
    ) -> None:
        self.lexicon = lexicon
        self.word_max = word_max
        self.char_range = char_range
        self.min_df_word = min_df_word
        self.min_df_char = min_df_char
        self.members = members
        self.background_members = background_members
        self.fold_count = fold_count
        self.error_rate = error_rate
        self.seed = seed

    def fit(
        self,
        X: Sequence[str],
        y: Sequence[str],
        valid: tuple[Sequence[str], Sequence[str]] | None = None,
        report: Report = _quiet,
        background: Background | None = None,
    ) -> TextClassifier:
        """Learn from texts and labels; calibrate on `valid` when given, else on held-out folds of `X`.

        Raises:
            DataError: there are fewer than two classes.
        """
        labels = np.asarray([str(label) for label in y])
        if len(np.unique(labels)) < 2:
            raise DataError("at least two different labels are needed to train a classifier")
        rest = background or Background()
        others = self._learn_background(X, rest, report)
        rows, scores = (np.empty(0, dtype=np.int64), None) if valid else self._held_out(X, labels, rest, report)
        report("training the final model", 0.85)
        self._fit_decision(self.normaliser_.transform(X), labels, others, rest.labels)
        self.classes_ = self.head_.classes_
        targets = labels[rows]
        if valid:
            known = np.isin([str(label) for label in valid[1]], self.classes_)
            targets = np.asarray([str(label) for label in valid[1]])[known]
            scores = self.decision_function([text for text, keep in zip(valid[0], known, strict=True) if keep])
        self._calibrate(scores, targets)
        return self

    def _learn_background(self, texts: Sequence[str], rest: Background, report: Report) -> list[Words]:
        """Learn the words, and what they are like where there is a background; return the latter's words."""
        others = [*rest.texts, *rest.unlabelled]
        self.normaliser_ = Normaliser(self.lexicon).fit([*texts, *others])
        self.vectorizer_ = NgramVectorizer(
            self.word_max, self.char_range, self.min_df_word, self.min_df_char, marks=False
        )
        self.head_ = LinearHead(self.members, seed=self.seed)
        words = self.normaliser_.transform(others)
        self.vectors_ = None
        if words:
            report("learning from the background", 0.01)
            # What one text alone says says nothing about others, and here there are enough others.
            self.vectorizer_.set_params(min_df_word=max(2, self.min_df_word), min_df_char=max(2, self.min_df_char))
            self.head_.set_params(members=self.background_members)
            self.vectors_ = WordVectors(seed=self.seed).fit(words)
        return words

    def _fit_decision(
        self, words: Sequence[Words], labels: NDArray[Any], others: Sequence[Words], other_labels: Sequence[str]
    ) -> None:
        """Fit features and head on labelled texts and on others, the first of which have labels too."""
        self.vectorizer_.fit([*words, *others])
        table = self._features([*words, *others[: len(other_labels)]])
        elsewhere = np.arange(table.shape[0]) >= len(words)
        targets = np.array([*labels, *map(str, other_labels)])
        self.head_.fit(table, targets, elsewhere if len(other_labels) else None)

    def _features(self, words: Sequence[Words]) -> sparse.csr_matrix:
        table = self.vectorizer_.transform(words)
        vectors = getattr(self, "vectors_", None)  # models saved before there was a background have none
        return table if vectors is None else sparse.hstack([table, vectors.transform(words)]).tocsr()

    def _held_out(
        self, texts: Sequence[str], labels: NDArray[Any], rest: Background, report: Report
    ) -> tuple[NDArray[np.int64], Floats | None]:
        """Rows and their scores by models that saw neither them nor near-duplicates of them."""
        if self.fold_count < 2:
            return np.empty(0, dtype=np.int64), None
        report("grouping near-duplicates", 0.04)
        groups = group_texts(texts)
        if len(np.unique(groups)) < self.fold_count:
            return np.empty(0, dtype=np.int64), None
        splitter = StratifiedGroupKFold(self.fold_count, shuffle=True, random_state=self.seed)
        classes = np.unique([*labels, *map(str, rest.labels)])
        rows: list[NDArray[np.int64]] = []
        scores: list[Floats] = []
        for number, (train, test) in enumerate(splitter.split(labels, labels, groups)):
            report(f"cross-validation {number + 1}/{self.fold_count}", 0.05 + 0.8 * number / self.fold_count)
            # A class that occurs in one group only cannot be trained in the fold that holds it out.
            if len(np.unique([*labels[train], *map(str, rest.labels)])) < len(classes):
                continue
            # Read as a model reads that has learnt its words from the other folds: some words are repaired.
            part = clone(self).set_params(fold_count=0)
            part.fit([texts[row] for row in train], labels[train], background=rest)
            scores.append(part.decision_function([texts[row] for row in test]))
            rows.append(np.asarray(test))
        return (np.concatenate(rows), np.concatenate(scores)) if rows else (np.empty(0, dtype=np.int64), None)

    def _calibrate(self, scores: Floats | None, targets: NDArray[Any]) -> None:
        """Choose temperature and abstention threshold; without held-out scores every answer abstains below 0.5."""
        self.threshold_ = 0.5
        if scores is None or not len(targets):
            return
        self.head_.calibrate(scores, targets)
        table = self.head_.probabilities(scores)
        correct = self.classes_[table.argmax(axis=1)] == targets
        self.threshold_ = threshold_for_error(table.max(axis=1), correct, self.error_rate)
        self.metrics_ = multiclass(self.classes_.tolist(), targets.tolist(), table)

    def decision_function(self, X: Sequence[str]) -> Floats:
        """Uncalibrated scores."""
        return self.head_.decision_function(self._features(self.normaliser_.transform(X)))

    def predict_proba(self, X: Sequence[str]) -> Floats:
        """Calibrated probabilities, one column per class of `classes_`."""
        return self.head_.probabilities(self.decision_function(X))

    def predict(self, X: Sequence[str]) -> NDArray[Any]:
        """The most probable label of each text."""
        return np.asarray(self.classes_[self.predict_proba(X).argmax(axis=1)])


def save_classifier(model: TextClassifier, folder: Path, texts: Sequence[str], labels: Sequence[str]) -> Card:
    """Write a trained classifier and its card into a directory, which is made if needed.

    Raises:
        ModelError: the directory cannot be written.
    """
    now = datetime.now(UTC)
    data_hash = digest([], *texts, *labels)
    card = Card(
        name="classifier",
        version=f"{now:%Y%m%d-%H%M%S}-{data_hash[:8]}",
        created=now.isoformat(timespec="seconds"),
        fingerprint=data_hash,
        data_hash=data_hash,
        counts={"texts": len(texts), "labels": dict(sorted(Counter(labels).items()))},
        thresholds={"abstain_below": model.threshold_, "error_rate": model.error_rate},
        metrics=getattr(model, "metrics_", {}),
        seed=model.seed,
        libraries=library_versions(),
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        save_object(model, folder / FILE)
        card.write(folder)
    except OSError as error:
        raise ModelError(f"{folder}: cannot be written ({error.strerror})") from error
    return card


def load_classifier(folder: Path) -> tuple[TextClassifier, Card]:
    """Load a classifier written by `save_classifier`; its abstention threshold is the card's.

    Raises:
        ModelError: the directory holds no classifier of ours.
    """
    card = read_card(folder)
    model = load_object(folder / FILE)
    threshold = card.thresholds.get("abstain_below")
    if not isinstance(model, TextClassifier) or not isinstance(threshold, float):
        raise ModelError(f"{folder}: not a classifier made by `sigap classifier train`")
    model.threshold_ = threshold
    return model, card
