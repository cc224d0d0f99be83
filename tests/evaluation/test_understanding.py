"""Figures of understanding, on answers made up for the test."""

from __future__ import annotations

from typing import Any

import pytest

from evaluation.sets import LabelledSet
from evaluation.understanding import Understood, measure_understanding


def answer(
    route: str | None, topic: str | None = None, *, sure: bool = True, confidence: float = 0.9
) -> dict[str, Any]:
    """As `assistant.understand` writes it."""
    best = {"intent": "x", "topic": topic, "route": route, "confidence": confidence}
    other = {"intent": "y", "topic": None, "route": "greet", "confidence": 0.05}
    return {"route": route, "topic": topic, "abstain": not sure, "ranking": [best, other] if route else []}


ANSWERS = {
    "a": answer("faq", "karpeg"),
    "b": answer("faq", "taspen"),
    "c": answer("faq", "karpeg", sure=False, confidence=0.3),
    "d": answer("complaint"),
    "hai": answer("greet"),
    "cuaca": answer("oos"),
    "?": answer(None, sure=False),
    "resep": answer("oos", sure=False),
    "lapor": answer("oos", sure=False),
}


@pytest.fixture
def measured() -> Any:
    rows = {
        "faq": [{"text": text, "topic": "karpeg"} for text in "abcd"],
        "routes": [
            {"text": "hai", "route": "greet"},
            {"text": "lapor", "route": "complaint"},
            {"text": "cuaca", "route": "oos"},
            {"text": "?", "route": "oos"},
            {"text": "resep", "route": "oos"},
        ],
    }
    return measure_understanding(
        LabelledSet("mine", rows, {}), {text: Understood.of(given) for text, given in ANSWERS.items()}
    )


def value(measured: Any, key: str) -> float:
    return next(figure.value for figure in measured.figures if figure.key == key)


def test_a_question_is_answered_right_or_wrong_or_asked_back_or_taken_for_something_else(measured: Any) -> None:
    keys = ("faq_right", "faq_wrong", "faq_asked_back", "faq_elsewhere")

    assert [value(measured, key) for key in keys] == [0.25, 0.25, 0.25, 0.25]
    assert value(measured, "faq_top1") == 0.5


def test_routes_count_the_best_guess_and_questions_belong_to_them(measured: Any) -> None:
    assert value(measured, "route_accuracy") == pytest.approx(7 / 9)


def test_only_a_sure_guess_refuses(measured: Any) -> None:
    assert value(measured, "oos_recall") == 1.0
    assert value(measured, "in_scope_refused") == 0.0
    assert value(measured, "in_scope_as_oos") == pytest.approx(1 / 6)


def test_the_topic_table_says_what_questions_are_taken_for(measured: Any) -> None:
    table = next(table for table in measured.tables if table.title == "Questions by topic")

    assert table.rows == [("karpeg", "4", "2", "1", "1", "1", "complaint 1, taspen 1")]


def test_a_set_without_messages_has_no_figures() -> None:
    measured = measure_understanding(LabelledSet("mine", {"fields": []}, {}), {})

    assert (measured.figures, measured.tables, measured.pictures) == ((), (), {})


def test_a_set_of_what_is_out_of_scope_alone_has_no_share_of_refusals() -> None:
    rows = {"routes": [{"text": "cuaca", "route": "oos"}]}

    measured = measure_understanding(LabelledSet("mine", rows, {}), {"cuaca": Understood.of(ANSWERS["cuaca"])})

    assert [figure.key for figure in measured.figures] == ["route_accuracy", "route_ece", "oos_recall"]
