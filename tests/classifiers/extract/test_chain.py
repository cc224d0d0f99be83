"""The conditional random field: its gradient is right and it learns what only the sequence tells."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
from scipy import sparse

from classifiers.extract.chain import _expected, _Layout, fit_chain

LABELS = 3


def test_expectations_agree_with_summing_over_all_sequences() -> None:
    random = np.random.default_rng(1)
    lengths = np.array([2, 4, 1])
    scores, steps = random.normal(size=(7, LABELS)), random.normal(size=(LABELS, LABELS))

    total, nodes, edges = _expected(scores, steps, _Layout(lengths))

    wanted_total, wanted_nodes, wanted_edges = 0.0, np.zeros_like(scores), np.zeros_like(steps)
    for start, length in ((0, 2), (2, 4), (6, 1)):
        rows = range(start, start + length)
        paths = list(product(range(LABELS), repeat=length))
        weights = np.array(
            [
                np.exp(
                    sum(scores[row, label] for row, label in zip(rows, path, strict=True))
                    + sum(steps[left, right] for left, right in pairwise(path))
                )
                for path in paths
            ]
        )
        wanted_total += float(np.log(weights.sum()))
        for path, share in zip(paths, weights / weights.sum(), strict=True):
            for row, label in zip(rows, path, strict=True):
                wanted_nodes[row, label] += share
            for left, right in pairwise(path):
                wanted_edges[left, right] += share
    np.testing.assert_allclose(total, wanted_total)
    np.testing.assert_allclose(nodes, wanted_nodes)
    np.testing.assert_allclose(edges, wanted_edges)


def test_a_chain_learns_which_label_follows_which() -> None:
    # The first token tells the label, the second looks the same everywhere: only the step can tell it.
    table = sparse.csr_matrix(np.array([[1.0, 0, 0], [0, 0, 1], [0, 1, 0], [0, 0, 1]] * 5))
    truth = np.array([1, 2, 0, 0] * 5)

    chain = fit_chain(table, np.array([2] * 10), truth, LABELS, penalty=0.1, max_iter=100)

    assert chain.steps[1].argmax() == 2
    assert chain.steps[0].argmax() == 0
    assert chain.weights[0].argmax() == 1


def test_extreme_scores_do_not_overflow() -> None:
    scores = np.array([[800.0, -800.0, 0.0], [-800.0, 800.0, 0.0]])

    total, nodes, edges = _expected(scores, np.zeros((LABELS, LABELS)), _Layout(np.array([2])))

    assert np.isfinite(total)
    np.testing.assert_allclose(nodes.sum(axis=1), 1.0)
    np.testing.assert_allclose(edges.sum(), 1.0)
