"""Probabilities that mean what they say, and thresholds for a stated error rate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar
from scipy.special import expit, log_expit, log_softmax, softmax

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def fit_temperature(scores: Floats, targets: Ints) -> float:
    """The temperature that makes `softmax(scores / T)` most likely (Guo et al. 2017).

    Args:
        scores: one row per text that the scoring model has not seen, one column per class.
        targets: column number of the true class.
    """
    rows = np.arange(len(targets))

    def loss(log_temperature: float) -> float:
        return float(-log_softmax(scores / np.exp(log_temperature), axis=1)[rows, targets].mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-4.0, 4.0), method="bounded").x))


def fit_platt(scores: Floats, targets: Bools) -> Floats:
    """Weights and intercept of the logistic curve over one or more scores, non-negative in each score.

    Targets are smoothed as Platt (1999) does, so that a clean split does not end in probabilities of 0 and 1.

    Args:
        scores: one row per text that the scoring model has not seen, one column per score.
        targets: the truth.
    """
    table = scores.reshape(len(targets), -1)
    positives = int(targets.sum())
    high, low = (positives + 1) / (positives + 2), 1 / (len(targets) - positives + 2)
    soft = np.where(targets, high, low)

    def loss(weights: Floats) -> float:
        z = table @ weights[:-1] + weights[-1]
        return float(-(soft * log_expit(z) + (1 - soft) * log_expit(-z)).mean())

    start = np.append(np.ones(table.shape[1]), 0.0)
    bounds = [(0.0, None)] * table.shape[1] + [(None, None)]
    return np.asarray(minimize(loss, start, bounds=bounds, method="L-BFGS-B").x)


def apply_platt(scores: Floats, weights: Floats) -> Floats:
    """Probabilities for scores under weights from `fit_platt`."""
    return np.asarray(expit(scores.reshape(len(scores), -1) @ weights[:-1] + weights[-1]))


def apply_temperature(scores: Floats, temperature: float) -> Floats:
    """Class probabilities for scores under a temperature from `fit_temperature`."""
    return np.asarray(softmax(scores / temperature, axis=1))


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Texts whose confidence fell into one bin: how sure the model was, and how often it was right."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


def reliability(confidence: Floats, correct: Bools, bins: int = 10) -> list[ReliabilityBin]:
    """Bins of equal width over [0, 1]; empty ones are left out."""
    edges = np.linspace(0.0, 1.0, bins + 1)
    number = np.clip(np.digitize(confidence, edges[1:-1], right=True), 0, bins - 1)
    return [
        ReliabilityBin(
            low=float(edges[index]),
            high=float(edges[index + 1]),
            count=int(inside.sum()),
            confidence=float(confidence[inside].mean()),
            accuracy=float(correct[inside].mean()),
        )
        for index in range(bins)
        if (inside := number == index).any()
    ]


def expected_calibration_error(confidence: Floats, correct: Bools, bins: int = 10) -> float:
    """Mean distance between confidence and accuracy over the bins, weighted by their counts (Naeini et al. 2015)."""
    total = max(len(confidence), 1)
    return sum(row.count * abs(row.confidence - row.accuracy) for row in reliability(confidence, correct, bins)) / total


def threshold_for_error(confidence: Floats, correct: Bools, error_rate: float) -> float:
    """The lowest confidence from which on at most `error_rate` of the decisions are wrong.

    Where no confidence reaches that, the answer is just above the highest one: abstain always.
    """
    order = np.argsort(-confidence, kind="stable")
    wrong = np.cumsum(~correct[order])
    kept = np.arange(1, len(order) + 1)
    good = np.flatnonzero(wrong <= error_rate * kept)
    if not len(good):
        return float(np.nextafter(confidence.max(initial=0.0), 2.0))
    return float(confidence[order[good[-1]]])


def threshold_for_precision(probability: Floats, truth: Bools, precision: float) -> float:
    """The lowest probability from which on the share of true cases is at least `precision`."""
    return threshold_for_error(probability, truth, 1.0 - precision)


def risk_coverage(confidence: Floats, correct: Bools) -> tuple[Floats, Floats]:
    """Coverage and accuracy when only the most confident decisions are kept, for every cut."""
    order = np.argsort(-confidence, kind="stable")
    kept = np.arange(1, len(order) + 1)
    return kept / max(len(order), 1), np.cumsum(correct[order]) / kept


def accuracy_at_coverage(confidence: Floats, correct: Bools, coverage: float) -> float:
    """Accuracy over the most confident `coverage` share of the decisions."""
    order = np.argsort(-confidence, kind="stable")[: max(1, round(coverage * len(confidence)))]
    return float(correct[order].mean())
