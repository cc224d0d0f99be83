"""Training examples that a model which had not seen them was sure of and wrong about: where to look first.

They lie beside the model as `errors.jsonl`, for `sigap evaluate`; nothing reads them when the assistant serves.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from assistant.model import FALLBACK, Array, Decision, IntentModel

FILE = "errors.jsonl"
KEPT = 40


@dataclass(frozen=True)
class Mistake:
    """A text, its label, and the label that was given to it with some probability."""

    decision: str
    text: str
    truth: str
    said: str
    probability: float


def confident_mistakes(
    model: IntentModel, scores: Array, texts: Sequence[str], labels: Sequence[str], kept: int = KEPT
) -> list[Mistake]:
    """The wrong decisions that would have been acted on, the most confident first.

    Args:
        model: the final one; its temperatures and thresholds decide.
        scores: of routes and topics, one row per text, by models that had not seen the text.
        texts: as written.
        labels: an intent or `faq/<topic>` for each.
        kept: how many.
    """
    found = []
    for row, text, label in zip(model.probabilities(scores), texts, labels, strict=True):
        decision = model.decide_from(row, ranking=2)
        if decision.intent != FALLBACK and (said := _label(decision)) != label:
            found.append(Mistake("understanding", text, label, said, round(decision.confidence, 4)))
    return sorted(found, key=lambda mistake: (-mistake.probability, mistake.text))[:kept]


def _label(decision: Decision) -> str:
    return f"faq/{decision.topic}" if decision.topic else decision.intent


def save_mistakes(mistakes: Sequence[Mistake], folder: Path) -> None:
    """Write `errors.jsonl` into an existing folder."""
    lines = [json.dumps(asdict(mistake), ensure_ascii=False) + "\n" for mistake in mistakes]
    (folder / FILE).write_text("".join(lines), "utf-8")
