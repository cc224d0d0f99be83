"""The most confident errors of the held-out folds are kept beside the model."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from classifiers.data import load_examples
from classifiers.mistakes import confident_mistakes
from classifiers.report import write_report
from classifiers.training import Trained
from tests.classifiers.conftest import DATA


def test_the_wrong_ones_come_most_confident_first_and_no_more_than_asked_for() -> None:
    probabilities = np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8], [0.3, 0.7]])
    truth, classes = np.array(["b", "b", "b", "a"]), np.array(["a", "b"])

    found = confident_mistakes("category", ["one", "two", "three", "four"], classes, truth, probabilities, kept=2)

    assert [(each.text, each.truth, each.said, each.probability) for each in found] == [
        ("one", "b", "a", 0.9),
        ("four", "a", "b", 0.7),
    ]


def test_yes_and_no_are_written_as_the_triage_says_them() -> None:
    found = confident_mistakes("fraud", ["x"], np.array([False, True]), np.array([True]), np.array([[0.9, 0.1]]))

    assert (found[0].truth, found[0].said) == ("true", "false")


def test_the_report_keeps_training_texts_only(trained: Trained, tmp_path: Path) -> None:
    write_report(trained, tmp_path)

    kept = [json.loads(line) for line in (tmp_path / "report" / "errors.jsonl").read_text("utf-8").splitlines()]
    assert {each["text"] for each in kept} <= {example.text for example in load_examples(DATA / "complaints")}
    assert all(each["truth"] != each["said"] for each in kept)
    assert len(kept) == len(trained.mistakes)
