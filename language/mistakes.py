"""Training texts that a model which had not seen them was sure of and wrong about: where to look first.

They lie beside each model for `sigap evaluate`; nothing reads them when the model serves.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = "errors.jsonl"
KEPT = 40
"""Mistakes kept of each decision."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A training text, its label, and the label that was given to it with some probability."""

    decision: str
    text: str
    truth: str
    said: str
    probability: float


def write_mistakes(mistakes: Sequence[Mistake], file: Path) -> None:
    """One JSON object a line."""
    lines = [json.dumps(asdict(mistake), ensure_ascii=False) + "\n" for mistake in mistakes]
    file.write_text("".join(lines), "utf-8")
