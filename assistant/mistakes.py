"""Which training examples the assistant's model was sure of and wrong about."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.model import FALLBACK, Array, Decision, IntentModel
from language.mistakes import KEPT, Mistake


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
