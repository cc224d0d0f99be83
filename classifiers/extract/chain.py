"""A linear-chain conditional random field: weights of token features and of label pairs, learnt together.

Lafferty, McCallum, Pereira (2001). The likelihood and its gradient come from the forward-backward recursion over all
texts at once; the minimum is found by L-BFGS. scikit-learn has no sequence model, and the packages that have one are
either unmaintained or untyped.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Chain:
    """Learnt weights: features by labels, and what it adds that a label follows another."""

    weights: Floats
    steps: Floats


class _Layout:
    """Rows of the table by position in their text: texts are sorted by length, so that those which still have a
    token at a position are the first ones."""

    def __init__(self, lengths: Ints) -> None:
        order = np.argsort(-lengths, kind="stable")
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])[order]
        self.lengths = lengths[order]
        self.rows = [
            starts[: int(np.searchsorted(-self.lengths, -position, side="left"))] + position
            for position in range(int(lengths.max()))
        ]


def fit_chain(
    table: sparse.csr_matrix, lengths: Ints, truth: Ints, labels: int, penalty: float, max_iter: int
) -> Chain:
    """Learn a chain.

    Args:
        table: features of all tokens, text after text.
        lengths: tokens of each text, none of them zero.
        truth: label number of each token.
        labels: how many labels there are.
        penalty: weight of the squared weights.
        max_iter: steps of the solver at most.
    """
    layout = _Layout(lengths)
    features = table.shape[1]
    other_way = table.T.tocsr()
    wanted = np.zeros((len(truth), labels))
    wanted[np.arange(len(truth)), truth] = 1.0
    pairs = np.zeros((labels, labels))
    firsts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    inner = np.ones(len(truth), dtype=bool)
    inner[firsts] = False
    at = np.flatnonzero(inner)
    np.add.at(pairs, (truth[at - 1], truth[at]), 1.0)

    def cost(flat: Floats) -> tuple[float, Floats]:
        weights, steps = flat[: features * labels].reshape(features, labels), flat[features * labels :]
        steps = steps.reshape(labels, labels)
        scores = np.asarray(table @ weights)
        total, nodes, edges = _expected(scores, steps, layout)
        value = total - float((scores * wanted).sum()) - float((steps * pairs).sum())
        slope = np.concatenate([np.asarray(other_way @ (nodes - wanted)).ravel(), (edges - pairs).ravel()])
        return value + penalty / 2 * float(flat @ flat), slope + penalty * flat

    found = minimize(
        cost, np.zeros(features * labels + labels**2), jac=True, method="L-BFGS-B", options={"maxiter": max_iter}
    )
    flat = np.asarray(found.x)
    return Chain(flat[: features * labels].reshape(features, labels), flat[features * labels :].reshape(labels, labels))


def _expected(scores: Floats, steps: Floats, layout: _Layout) -> tuple[float, Floats, Floats]:
    """Sum of the log-partitions, and how often each label and each pair is expected."""
    grown = np.exp(steps)
    forward = [scores[layout.rows[0]]]
    for rows in layout.rows[1:]:
        before = forward[-1][: len(rows)]
        peak = before.max(axis=1, keepdims=True)
        forward.append(np.log(np.exp(before - peak) @ grown) + peak + scores[rows])
    partition = np.zeros(len(layout.lengths))
    nodes = np.empty_like(scores)
    edges = np.zeros_like(steps)
    after = np.zeros((0, scores.shape[1]))
    for position in range(len(layout.rows) - 1, -1, -1):
        rows, alpha = layout.rows[position], forward[position]
        going = len(after)
        last = alpha[going:]
        peak = last.max(axis=1, keepdims=True)
        partition[going : len(rows)] = (np.log(np.exp(last - peak).sum(axis=1, keepdims=True)) + peak)[:, 0]
        beta = np.zeros((len(rows), scores.shape[1]))
        if going:
            peak = after.max(axis=1, keepdims=True)
            beta[:going] = np.log(np.exp(after - peak) @ grown.T) + peak
            top = alpha[:going].max(axis=1, keepdims=True)
            left, right = np.exp(alpha[:going] - top), np.exp(after + top - partition[:going, None])
            edges += (left.T @ right) * grown
        nodes[rows] = np.exp(alpha + beta - partition[: len(rows), None])
        after = beta + scores[rows]
    return float(partition.sum()), nodes, edges
