"""Linear models whose weights are averaged into one decision (`classifiers/heads.py`).

They see the same texts with different eyes: members that scale features by what they tell about the classes (as
Wang and Manning 2012 do with naive Bayes ratios) err elsewhere than those that take features as they come, which is
what an average lives on. A scaling of features is linear too, so every member is one weight per feature and class.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

Floats = NDArray[np.float64]

Member = tuple[str, float, float]
"""Kind, inverse regularisation, how much classes are weighed against their frequency.

Kinds: "svc", support vectors; "logistic", multinomial logistic regression; "telling", support vectors over features
scaled by how much they tell about the class; "lift", support vectors, for each class over features scaled by how much
they speak for or against it.

A class weighs its share of the texts to the power of minus the last number: 0 not at all, 1 so that all classes weigh
the same.
"""
PRIOR = 3.0
"""Texts' worth of prior in the class shares of a feature: one text proves little."""
TELLING = 0.5
LIFT = 0.4
"""How much of a scale follows the feature; the rest is even."""


def fit_member(member: Member, X: sparse.csr_matrix, y: Any, seed: int) -> tuple[Floats, Floats]:
    """Weights, one column per class (one for two classes), and intercepts.

    Raises:
        ValueError: there is no such kind of member.
    """
    kind, strength, power = member
    weights = class_weights(y, power)
    if kind == "logistic":
        model = LogisticRegression(C=strength, class_weight=weights, max_iter=300, tol=1e-3).fit(X, y)
        return model.coef_.T, model.intercept_
    solver = LinearSVC(C=strength, class_weight=weights, random_state=seed)
    if kind == "svc":
        solver.fit(X, y)
        return solver.coef_.T, solver.intercept_
    if kind == "telling":
        scale = _even_energy(X, telling(X, y))
        solver.fit((X @ sparse.diags_array(scale)).tocsr(), y)
        return solver.coef_.T * scale[:, None], solver.intercept_
    if kind == "lift":
        return _one_by_one(solver, X, y, lifts(X, y))
    raise ValueError(f"no such kind of member: {kind}")


def class_weights(y: Any, power: float) -> dict[Any, float] | None:
    """The weight of each class, its share of the texts to the power of `-power`, mean share 1; None for no weights."""
    if not power:
        return None
    counts = Counter(np.asarray(y).tolist())
    return {name: (len(y) / (len(counts) * count)) ** power for name, count in counts.items()}


def telling(X: sparse.csr_matrix, y: Any) -> Floats:
    """A scale per feature that grows with how far it moves the class probabilities (Kullback-Leibler divergence)."""
    mass, shares = _class_mass(X, y)
    given = (mass + PRIOR * shares) / (mass.sum(axis=1, keepdims=True) + PRIOR)
    divergence = (given * np.log(given / shares)).sum(axis=1)
    return np.asarray(1 - TELLING + TELLING * divergence / (divergence.mean() or 1.0))


def lifts(X: sparse.csr_matrix, y: Any) -> Floats:
    """A scale per feature and class that grows with how much the feature speaks for or against the class."""
    mass, _ = _class_mass(X, y)
    shares = mass.sum(axis=0) / mass.sum()
    ratio = (mass + PRIOR * shares) / ((mass.sum(axis=1, keepdims=True) + PRIOR) * shares)
    strength = np.abs(np.log(ratio))
    return np.asarray(1 - LIFT + LIFT * strength / np.maximum(strength.mean(axis=0), 1e-9))


def _class_mass(X: sparse.csr_matrix, y: Any) -> tuple[Floats, Floats]:
    """How much of each feature lies in each class, and the classes' shares of the texts."""
    names, numbers = np.unique(np.asarray(y), return_inverse=True)
    onehot = np.eye(len(names))[numbers]
    return np.asarray(abs(X).T @ onehot), onehot.mean(axis=0)


def _even_energy(X: sparse.csr_matrix, scale: Floats) -> Floats:
    """The scale times a constant, so that the texts are as long as before and regularisation means the same."""
    squares = np.asarray(X.multiply(X).sum(axis=0)).ravel()
    return np.asarray(scale * np.sqrt(squares.sum() / max(float(squares @ scale**2), 1e-12)))


def _one_by_one(solver: LinearSVC, X: sparse.csr_matrix, y: Any, scales: Floats) -> tuple[Floats, Floats]:
    """Each class against the others, over features scaled for it."""
    labels = np.asarray(y)
    names = np.unique(labels)
    table = solver.class_weight or {}
    weights = np.array([table.get(label, 1.0) for label in labels.tolist()])
    coefficients, intercepts = [], []
    for number in range(1, 2) if len(names) == 2 else range(len(names)):
        scale = _even_energy(X, scales[:, number])
        one = LinearSVC(C=solver.C, random_state=solver.random_state)
        one.fit((X @ sparse.diags_array(scale)).tocsr(), labels == names[number], sample_weight=weights)
        coefficients.append(one.coef_[0] * scale)
        intercepts.append(one.intercept_[0])
    return np.column_stack(coefficients), np.array(intercepts)
