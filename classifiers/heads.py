"""Linear decisions over shared features: averaged weights of several linear models, calibrated on held-out folds.

An average of linear models is itself a linear model, so the gain of an ensemble costs nothing when serving and
explanations stay exact.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator, ClassifierMixin

from classifiers.calibration import apply_platt, apply_temperature, fit_platt, fit_temperature
from classifiers.members import Member, fit_member

Floats = NDArray[np.float64]
TINY = 1e-9
SHARED = 0.25
"""How much of a weight texts from elsewhere share with our own; the rest each learns for itself."""


class LinearHead(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """One decision between two or more classes.

    Args:
        members: the models whose weights are averaged.
        seed: for the support-vector solver.
    """

    def __init__(self, members: tuple[Member, ...] = (("svc", 0.5, 0.0),), seed: int = 0) -> None:
        self.members = members
        self.seed = seed

    def fit(self, X: sparse.csr_matrix, y: Any, elsewhere: NDArray[np.bool_] | None = None) -> LinearHead:
        """Fit the members and average their weights, each scaled to unit spread of its scores.

        Args:
            X, y: features and classes.
            elsewhere: which rows come from another source than the texts to decide about. They help as far as both
                sources agree: each feature has a shared weight and one of its own source (Daume 2007, "Frustratingly
                easy domain adaptation"); the sum of both is kept.
        """
        coefficients, intercepts = [], []
        # Numbered, because scikit-learn takes labels such as "0" and "1" for numbers when it looks up their weights.
        self.classes_, targets = np.unique(np.asarray(y), return_inverse=True)
        table = X if elsewhere is None else _by_source(X, elsewhere)
        for member in self.members:
            coefficient, intercept = fit_member(member, table, targets, self.seed)
            if elsewhere is not None:
                shared, own, _ = np.split(coefficient, 3)
                coefficient = math.sqrt(SHARED) * shared + math.sqrt(1 - SHARED) * own
            spread = float(np.std(X @ coefficient + intercept)) or 1.0
            coefficients.append(coefficient / spread)
            intercepts.append(intercept / spread)
        self.coef_ = np.ascontiguousarray(np.mean(coefficients, axis=0))
        self.intercept_ = np.mean(intercepts, axis=0)
        self.temperature_ = 1.0
        self.top_ = np.array([1.0, 0.0])
        self.platt_ = np.array([1.0, 0.0])
        self.n_features_in_ = X.shape[1]
        return self

    def decision_function(self, X: sparse.csr_matrix) -> Floats:
        """Uncalibrated scores: one column, or one per class when there are more than two."""
        scores = np.asarray(X @ self.coef_) + self.intercept_
        return np.asarray(scores[:, 0] if scores.shape[1] == 1 else scores)

    def calibrate(self, scores: Floats, y: Any) -> LinearHead:
        """Fit the calibration on scores of texts this head has not seen.

        Two classes: the logistic curve. More: a temperature, then a logistic curve over the confidence of the best
        class, because one temperature cannot mend margins that are too sure at the top and too shy below.
        """
        targets = np.searchsorted(self.classes_, y)
        if len(self.classes_) == 2:
            self.platt_ = fit_platt(scores, targets == 1)
            return self
        self.temperature_ = fit_temperature(scores, targets)
        table = apply_temperature(scores, self.temperature_)
        self.top_ = fit_platt(_log_odds(table.max(axis=1)), table.argmax(axis=1) == targets)
        return self

    def probabilities(self, scores: Floats) -> Floats:
        """Calibrated probabilities, one column per class, from scores."""
        if len(self.classes_) == 2:
            positive = apply_platt(scores, self.platt_)
            return np.column_stack([1 - positive, positive])
        table = apply_temperature(scores, self.temperature_)
        rows, best = np.arange(len(table)), table.argmax(axis=1)
        said = table[rows, best]
        meant = np.maximum(apply_platt(_log_odds(said), self.top_), _least_to_lead(table, said))
        table *= ((1 - meant) / np.maximum(1 - said, TINY))[:, None]
        table[rows, best] = meant
        return table

    def predict_proba(self, X: sparse.csr_matrix) -> Floats:
        """Calibrated probabilities, one column per class."""
        return self.probabilities(self.decision_function(X))

    def predict(self, X: sparse.csr_matrix) -> NDArray[Any]:
        """The most probable class of each row."""
        return np.asarray(self.classes_[self.predict_proba(X).argmax(axis=1)])


def _by_source(X: sparse.csr_matrix, elsewhere: NDArray[np.bool_]) -> sparse.csr_matrix:
    """Each feature three times: shared by all rows, for our own rows, for those from elsewhere."""
    blocks = [math.sqrt(SHARED) * X]
    blocks += [sparse.diags_array(math.sqrt(1 - SHARED) * rows) @ X for rows in (~elsewhere, elsewhere)]
    return sparse.hstack(blocks).tocsr()


def _least_to_lead(table: Floats, best: Floats) -> Floats:
    """The lowest probability of each row's best class that leaves it the best when the others share the rest."""
    second = np.partition(table, -2, axis=1)[:, -2]
    return np.asarray((1 + TINY) * second / np.maximum(1 - best + second, TINY))


def _log_odds(probability: Floats) -> Floats:
    clipped = np.clip(probability, TINY, 1 - TINY)
    return np.asarray(np.log(clipped / (1 - clipped)))
