"""The held-out predictions that were wrong and sure of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from language.mistakes import KEPT, Mistake


def confident_mistakes(
    decision: str,
    texts: Sequence[str],
    classes: NDArray[Any],
    truth: NDArray[Any],
    probabilities: NDArray[np.float64],
    kept: int = KEPT,
) -> list[Mistake]:
    """The wrong predictions of one decision, the most confident first.

    Args:
        decision: its name.
        texts: one per row.
        classes: labels in the order of the columns.
        truth: the true label of each row.
        probabilities: held-out predictions, one row per text.
        kept: how many.
    """
    said, confidence = classes[probabilities.argmax(axis=1)], probabilities.max(axis=1)
    wrong = np.flatnonzero(said != truth)
    first = wrong[np.argsort(-confidence[wrong], kind="stable")][:kept]
    return [
        Mistake(decision, texts[row], _name(truth[row]), _name(said[row]), round(float(confidence[row]), 4))
        for row in first
    ]


def _name(label: Any) -> str:
    return str(label).lower() if isinstance(label, bool | np.bool_) else str(label)
