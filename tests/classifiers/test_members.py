"""Members of a linear decision and what their scales do."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from classifiers.heads import LinearHead
from classifiers.members import class_weights, fit_member, lifts, telling

# Feature 0 marks class "a", feature 1 class "b", feature 2 is everywhere.
TABLE = sparse.csr_matrix(np.array([[1, 0, 1]] * 6 + [[0, 1, 1]] * 4 + [[0, 0, 1]] * 2, dtype=float))
LABELS = ["a"] * 6 + ["b"] * 4 + ["c"] * 2
KINDS = ("svc", "logistic", "telling", "lift")


def test_classes_weigh_nothing_or_halfway_or_all_the_same() -> None:
    assert class_weights(LABELS, 0.0) is None
    even, half = class_weights(LABELS, 1.0), class_weights(LABELS, 0.5)

    assert even == pytest.approx({"a": 12 / 18, "b": 1.0, "c": 2.0})
    assert half is not None
    assert half["c"] == pytest.approx(2**0.5)


def test_a_feature_that_tells_the_class_gets_the_greater_scale() -> None:
    scale = telling(TABLE, LABELS)

    assert scale[0] > scale[2]
    assert scale[1] > scale[2]
    assert lifts(TABLE, LABELS)[:, 0].argmax() != 2


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_finds_the_classes_by_weights_on_the_plain_features(kind: str) -> None:
    weights, intercepts = fit_member((kind, 1.0, 0.75), TABLE, LABELS, 0)

    scores = TABLE @ weights + intercepts
    assert weights.shape == (3, 3)
    assert [("a", "b", "c")[best] for best in scores.argmax(axis=1)][:10] == LABELS[:10]


@pytest.mark.parametrize("kind", KINDS)
def test_two_classes_need_one_column(kind: str) -> None:
    weights, intercepts = fit_member((kind, 1.0, 0.0), TABLE, [label == "a" for label in LABELS], 0)

    assert weights.shape == (3, 1)
    assert ((TABLE @ weights + intercepts)[:, 0] > 0).tolist() == [label == "a" for label in LABELS]


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="no such kind"):
        fit_member(("wald", 1.0, 0.0), TABLE, LABELS, 0)


def test_calibration_never_changes_which_class_is_best() -> None:
    head = LinearHead((("svc", 1.0, 0.0),)).fit(TABLE, LABELS)
    scores = np.random.default_rng(0).normal(size=(200, 3))
    # Best guesses that are nearly always wrong pull the confidence of the best class down as far as it goes.
    head.calibrate(scores, head.classes_[scores.argmin(axis=1)])

    table = head.probabilities(scores)

    assert (table.argmax(axis=1) == scores.argmax(axis=1)).all()
    assert table.sum(axis=1) == pytest.approx(np.ones(200))
