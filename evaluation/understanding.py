"""Figures of the assistant's understanding: questions, routes, what is out of scope."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from evaluation.figures import (
    Figure,
    Measured,
    Table,
    calibration_error,
    class_table,
    confusion_picture,
    reliability_picture,
    share,
)
from evaluation.sets import LabelledSet

QUESTION, OUT_OF_SCOPE = "faq", "oos"


@dataclass(frozen=True, slots=True)
class Understood:
    """What the assistant makes of one message.

    `route` and `topic` are those of its best guess; it acts on them when it is `sure` and asks back otherwise. A
    message in which nothing is known is out of scope, as `sigap understand` says.
    """

    route: str
    topic: str | None
    sure: bool
    route_probability: float
    label_probability: float

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Understood:
        """From an object that `assistant.understand` wrote with its whole ranking."""
        ranking, route = answer["ranking"], answer["route"] or OUT_OF_SCOPE
        return cls(
            route=route,
            topic=answer["topic"] if route == QUESTION else None,
            sure=not answer["abstain"],
            route_probability=min(1.0, sum(guess["confidence"] for guess in ranking if guess["route"] == route)),
            label_probability=ranking[0]["confidence"] if ranking else 0.0,
        )


def measure_understanding(labelled: LabelledSet, answers: Mapping[str, Understood]) -> Measured:
    """Figures, tables and pictures of a set's questions and routes.

    Args:
        labelled: the set; one that has neither questions nor routes gives nothing.
        answers: by text.
    """
    questions, routes = labelled.rows.get("faq", []), labelled.rows.get("routes", [])
    if not questions and not routes:
        return Measured((), (), {})
    figures: list[Figure] = []
    tables: list[Table] = []
    if questions:
        topics, made = [row["topic"] for row in questions], [answers[row["text"]] for row in questions]
        figures += _question_figures(topics, made)
        tables.append(_topic_table(topics, made))
    truth = [row["route"] for row in routes] + [QUESTION] * len(questions)
    found = [answers[row["text"]] for row in [*routes, *questions]]
    said = [answer.route for answer in found]
    figures += _route_figures(truth, found)
    tables.append(class_table("Routes", truth, said))
    right, confidence = np.array(truth) == np.array(said), np.array([each.route_probability for each in found])
    pictures = {
        "route-confusion": confusion_picture(truth, said),
        "route-reliability": reliability_picture(confidence, right),
    }
    return Measured(figures, tables, pictures)


def _question_figures(topics: Sequence[str], made: Sequence[Understood]) -> list[Figure]:
    best = np.array([answer.topic == topic for answer, topic in zip(made, topics, strict=True)])
    sure = np.array([answer.sure for answer in made])
    question = np.array([answer.route == QUESTION for answer in made])
    confidence = np.array([answer.label_probability for answer in made])
    return [
        share("faq_right", sure & best),
        share("faq_wrong", sure & question & ~best),
        share("faq_asked_back", ~sure),
        share("faq_elsewhere", sure & ~question),
        share("faq_top1", best),
        calibration_error("faq_ece", confidence, best),
    ]


def _route_figures(truth: Sequence[str], made: Sequence[Understood]) -> list[Figure]:
    right = np.array([answer.route == route for answer, route in zip(made, truth, strict=True)])
    confidence = np.array([answer.route_probability for answer in made])
    outside = np.array([route == OUT_OF_SCOPE for route in truth])
    refused = np.array([answer.route == OUT_OF_SCOPE for answer in made])
    sure = np.array([answer.sure for answer in made])
    figures = [share("route_accuracy", right), calibration_error("route_ece", confidence, right)]
    if outside.any():
        figures.append(share("oos_recall", refused[outside]))
    if not outside.all():
        figures.append(share("in_scope_refused", (refused & sure)[~outside]))
        figures.append(share("in_scope_as_oos", refused[~outside]))
    return figures


def _topic_table(topics: Sequence[str], made: Sequence[Understood]) -> Table:
    """One row per topic, the worst first: what became of its questions, and what they are taken for instead."""
    rows = []
    for topic in sorted(set(topics)):
        asked = [answer for answer, truth in zip(made, topics, strict=True) if truth == topic]
        answered = [answer for answer in asked if answer.sure]
        right = sum(answer.topic == topic for answer in answered)
        wrong = sum(answer.topic not in (topic, None) for answer in answered)
        best = sum(answer.topic == topic for answer in asked)
        instead = Counter(answer.topic or answer.route for answer in asked if answer.topic != topic)
        rows.append((right / len(asked), topic, len(asked), best, right, wrong, len(asked) - len(answered), instead))
    return Table(
        "Questions by topic",
        ("topic", "texts", "best guess right", "answered right", "answered wrong", "asked back", "taken for"),
        [
            (
                topic,
                *(str(count) for count in counts),
                ", ".join(f"{name} {times}" for name, times in sorted(instead.items(), key=_most_first)),
            )
            for _, topic, *counts, instead in sorted(rows, key=lambda row: row[:2])
        ],
    )


def _most_first(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]
