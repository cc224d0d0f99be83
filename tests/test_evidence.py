"""The words that the desk highlights are few, and those that moved the decision: without them it is less probable.

Texts of the sets are never shown: a failure tells counts.
"""

from __future__ import annotations

import re
import statistics

import pytest

from classifiers import Decision, Triage, TriageModel, load_live
from evaluation.sets import read_set
from tests.live import ROOT, STATE, models_are_live

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not models_are_live(), reason="no model is live: run sigap train all"),
]
LEAST = 0.95
TURNED = 0.5
"""Of the decisions, at least this share is another one without its evidence: a few words carry most of it."""
MEAN, MOST = 3.5, 4
"""Words shown for a decision, on the average and at the most."""
WRITTEN = re.compile(r"\S+")


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


def decisions(triaged: list[Triage], name: str) -> list[tuple[Decision, str]]:
    """Decisions that an officer sees explained, with their texts; nobody is shown why something is no fraud."""
    made = [(getattr(result, name), result.text) for result in triaged]
    return [(decision, text) for decision, text in made if name == "category" or decision.value == "true"]


def words_marked(decision: Decision, text: str) -> int:
    spans = decision.evidence
    return sum(any(w.start() < s.end and s.start < w.end() for s in spans) for w in WRITTEN.finditer(text))


@pytest.mark.parametrize("name", ["category", "fraud"])
def test_evidence_is_a_few_whole_words(name: str, triaged: list[Triage]) -> None:
    made = decisions(triaged, name)
    borders = [text[at - 1 : at + 1] for d, text in made for span in d.evidence for at in (span.start, span.end) if at]
    counts = [words_marked(decision, text) for decision, text in made]

    assert not [border for border in borders if len(border) == 2 and border.isalnum()], "a part of a word is marked"
    assert max(counts) <= MOST
    assert statistics.fmean(counts) <= MEAN


@pytest.mark.parametrize("name", ["category", "fraud"])
def test_without_their_few_words_most_decisions_are_no_longer_made(
    name: str, model: TriageModel, triaged: list[Triage]
) -> None:
    made = decisions(triaged, name)

    after = model.triage_many(without(text, decision) for decision, text in made)
    turned = sum(getattr(now, name).value != then.value for (then, _), now in zip(made, after, strict=True))

    assert turned >= TURNED * len(made), f"{len(made) - turned} of {len(made)} decisions stay"
