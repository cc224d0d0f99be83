"""Figures of held-out predictions, as plain values for cards, reports and the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import (
    accuracy_score,
    average_precision_score,
    confusion_matrix,
    f1_score,
    precision_recall_fscore_support,
)

from classifiers.calibration import accuracy_at_coverage, expected_calibration_error, reliability, risk_coverage

Floats = NDArray[np.float64]


def multiclass(classes: Sequence[str], truth: Sequence[str], probabilities: Floats) -> dict[str, Any]:
    """Accuracy, macro-F1, per class, confusion, calibration and risk-coverage of one multiclass decision.

    Args:
        classes: labels in the order of the columns.
        truth: the true label of each row.
        probabilities: one row per text.
    """
    names = np.asarray(classes)
    predicted, expected = names[probabilities.argmax(axis=1)], np.asarray(truth)
    confidence, correct = probabilities.max(axis=1), predicted == expected
    present = [str(name) for name in names]
    precision, recall, f1, support = precision_recall_fscore_support(
        expected, predicted, labels=present, zero_division=0.0
    )
    return {
        "accuracy": float(accuracy_score(expected, predicted)),
        "macro_f1": float(f1_score(expected, predicted, average="macro", zero_division=0.0)),
        "ece": expected_calibration_error(confidence, correct),
        "accuracy_at_80_coverage": accuracy_at_coverage(confidence, correct, 0.8),
        "per_class": {
            name: {"precision": float(p), "recall": float(r), "f1": float(f), "support": int(n)}
            for name, p, r, f, n in zip(present, precision, recall, f1, support, strict=True)
        },
        "confusion": {"labels": present, "counts": confusion_matrix(expected, predicted, labels=present).tolist()},
        "reliability": _reliability_rows(confidence, correct),
    }


def evaluate_labels(
    classes: Sequence[str], truth: Sequence[str], probabilities: Floats, threshold: float
) -> dict[str, Any]:
    """`multiclass` figures and the effect of abstaining; labels the model does not know count as errors.

    Args:
        threshold: answers below this probability are abstentions.
    """
    unknown = sorted(set(truth) - set(classes))
    table = np.hstack([probabilities, np.zeros((len(probabilities), len(unknown)))])
    figures = multiclass([*classes, *unknown], truth, table)
    confidence = probabilities.max(axis=1)
    correct = np.asarray(classes)[probabilities.argmax(axis=1)] == np.asarray(truth)
    answered = confidence >= threshold
    figures["threshold"] = threshold
    figures["coverage"] = float(answered.mean())
    figures["accuracy_covered"] = float(correct[answered].mean()) if answered.any() else 0.0
    coverage, accuracy = risk_coverage(confidence, correct)
    figures["risk_coverage"] = [
        [float(coverage[at]), float(accuracy[at])]
        for at in np.unique(np.linspace(0, len(coverage) - 1, 50).astype(int))
    ]
    return figures


def binary(truth: NDArray[np.bool_], probability: Floats, threshold: float) -> dict[str, Any]:
    """Average precision, calibration, and precision and recall at a threshold, of one yes-or-no decision."""
    said = probability >= threshold
    hits = int((said & truth).sum())
    return {
        "average_precision": float(average_precision_score(truth, probability)) if truth.any() else 0.0,
        "precision": hits / max(int(said.sum()), 1),
        "recall": hits / max(int(truth.sum()), 1),
        "recall_at_precision_90": recall_at_precision(truth, probability, 0.9),
        "ece": expected_calibration_error(probability, truth),
        "positives": int(truth.sum()),
        "rows": len(truth),
        "threshold": threshold,
        "reliability": _reliability_rows(probability, truth),
    }


def recall_at_precision(truth: NDArray[np.bool_], probability: Floats, precision: float) -> float:
    """The highest recall at which precision is still at least that."""
    order = np.argsort(-probability, kind="stable")
    hits = np.cumsum(truth[order])
    good = hits >= precision * np.arange(1, len(order) + 1)
    return float((hits[good] / max(int(truth.sum()), 1)).max(initial=0.0))


def best_f_threshold(truth: NDArray[np.bool_], probability: Floats, beta: float = 1.0) -> float:
    """The threshold with the highest F-beta; beta above 1 values recall more than precision."""
    order = np.argsort(-probability, kind="stable")
    hits, said = np.cumsum(truth[order]), np.arange(1, len(order) + 1)
    score = (1 + beta**2) * hits / (said + beta**2 * max(int(truth.sum()), 1))
    return float(probability[order[int(score.argmax())]])


def _reliability_rows(confidence: Floats, correct: NDArray[np.bool_]) -> list[list[float]]:
    return [[row.confidence, row.accuracy, row.count] for row in reliability(confidence, correct)]
