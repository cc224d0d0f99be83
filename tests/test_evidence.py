"""The words that the desk highlights are those that moved the decision: without them it is less probable.

Texts of the sets are never shown: a failure tells counts.
"""

from __future__ import annotations

import pytest

from classifiers import Decision, Triage, TriageModel, load_live
from evaluation.sets import read_set
from tests.live import ROOT, STATE, models_are_live

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not models_are_live(), reason="no model is live: run sigap train all"),
]
LEAST = 0.95


@pytest.fixture(scope="module")
def model() -> TriageModel:
    return load_live(STATE)


@pytest.fixture(scope="module")
def triaged(model: TriageModel) -> list[Triage]:
    sets = [read_set(name, ROOT / "tests" / name) for name in ("heldout", "exam")]
    return list(model.triage_many(text for each in sets for text in each.texts("complaints")))


def without(text: str, decision: Decision) -> str:
    """The text with a decision's evidence blotted out."""
    letters = list(text)
    for span in decision.evidence:
        letters[span.start : span.end] = " " * (span.end - span.start)
    return "".join(letters)


def shares_lowered(model: TriageModel, triaged: list[Triage], name: str, value: str | None) -> tuple[int, int]:
    """How many decisions became less probable without their evidence, and how many have any."""
    made = [(getattr(result, name), result.text) for result in triaged]
    chosen = [
        (decision, without(text, decision))
        for decision, text in made
        if decision.evidence and value in (None, decision.value)
    ]
    chosen = [(decision, rest) for decision, rest in chosen if any(letter.isalpha() for letter in rest)]
    after = [getattr(result, name) for result in model.triage_many(rest for _, rest in chosen)]
    lowered = [less_probable(then, now, name) for (then, _), now in zip(chosen, after, strict=True)]
    return sum(lowered), len(lowered)


def less_probable(then: Decision, now: Decision, name: str) -> bool:
    if name == "fraud":  # the probability is that of fraud, whatever was decided
        return now.probability < then.probability if then.value == "true" else now.probability > then.probability
    # A value that is no longer the best has at most what the best one leaves it, and less than the best one.
    return min(now.probability, 1.0 if now.value == then.value else 1 - now.probability) < then.probability


@pytest.mark.parametrize(("name", "value"), [("category", None), ("fraud", "true"), ("fraud", "false")])
def test_without_its_evidence_a_decision_is_less_probable(
    name: str, value: str | None, model: TriageModel, triaged: list[Triage]
) -> None:
    lowered, count = shares_lowered(model, triaged, name, value)

    assert count > 50
    assert lowered >= LEAST * count, f"{count - lowered} of {count} decisions are no less probable"
