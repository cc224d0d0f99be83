"""The held-out predictions that were wrong and sure of it, with their training texts: where to look first."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FILE = "errors.jsonl"
KEPT = 40
"""Mistakes kept of each decision."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A training text, and what a model that had not seen it said of it instead of the truth."""

    decision: str
    text: str
    truth: str
    said: str
    probability: float


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


def write_mistakes(mistakes: Sequence[Mistake], file: Path) -> None:
    """One JSON object a line."""
    lines = [json.dumps(asdict(mistake), ensure_ascii=False) + "\n" for mistake in mistakes]
    file.write_text("".join(lines), "utf-8")
