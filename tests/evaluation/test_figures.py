"""Figures and their intervals."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import f1_score

from evaluation.figures import HEADLINES, average_precision, estimate, headline, macro_f1, ratio, share


def test_an_interval_holds_the_figure_and_is_the_same_each_time() -> None:
    values = np.array([True] * 80 + [False] * 20)

    first, again = share("faq_right", values), share("faq_right", values)

    assert first == again
    assert first.value == pytest.approx(0.8)
    assert first.low < 0.8 < first.high
    assert first.error == pytest.approx(np.sqrt(0.8 * 0.2 / 100), rel=0.1)
    assert first.count == 100


def test_what_is_always_right_has_no_width() -> None:
    figure = share("faq_right", np.ones(10, dtype=bool))

    assert (figure.low, figure.value, figure.high, figure.error) == (1.0, 1.0, 1.0, 0.0)


def test_macro_f1_is_that_of_scikit_learn() -> None:
    truth = ["a", "a", "b", "b", "c", "c", "c"]
    said = ["a", "b", "b", "b", "c", "a", "d"]

    figure = macro_f1("category_macro_f1", truth, said)

    assert figure.value == pytest.approx(f1_score(truth, said, average="macro", zero_division=0.0))


def test_a_ratio_of_nothing_is_nothing() -> None:
    assert ratio("fraud_precision", np.zeros(3), np.zeros(3)).value == 0.0


def test_average_precision_without_a_positive_is_nothing() -> None:
    assert average_precision("fraud_ap", np.zeros(4, dtype=bool), np.linspace(0, 1, 4)).value == 0.0


def test_a_statistic_is_of_the_rows_drawn() -> None:
    figure = estimate("faq_right", lambda at: float(np.mean(at)), 3)

    assert figure.value == pytest.approx(1.0)


def test_targets_know_which_side_is_better() -> None:
    assert headline("faq_right").reached(0.92)
    assert not headline("faq_right").reached(0.91)
    assert headline("faq_wrong").reached(0.03)
    assert not headline("faq_wrong").reached(0.031)
    assert headline("field_f1:nip").target == 0.90
    assert headline("field_f1:tempat").target == 0.80
    assert headline("field_f1:pangkat").wanted == ""
    assert headline("faq_wrong").wanted == "≤ 0.03"


def test_every_headline_has_a_title_of_its_own() -> None:
    titles = [one.title for one in HEADLINES.values()]

    assert len(set(titles)) == len(titles)
