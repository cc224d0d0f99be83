"""Calibration and threshold arithmetic on numbers that can be checked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from classifiers.calibration import (
    accuracy_at_coverage,
    apply_platt,
    apply_temperature,
    expected_calibration_error,
    fit_platt,
    fit_temperature,
    reliability,
    risk_coverage,
    threshold_for_error,
    threshold_for_precision,
)


def test_temperature_undoes_a_known_exaggeration() -> None:
    generator = np.random.default_rng(0)
    honest = generator.normal(size=(4000, 3)) * 2
    shares = np.exp(honest) / np.exp(honest).sum(axis=1, keepdims=True)
    targets = np.array([generator.choice(3, p=row) for row in shares])

    temperature = fit_temperature(honest * 5, targets)

    assert temperature == pytest.approx(5, rel=0.1)
    np.testing.assert_allclose(apply_temperature(honest * 5, 5.0), shares)


def test_the_logistic_curve_recovers_the_probability() -> None:
    generator = np.random.default_rng(1)
    scores = generator.normal(size=5000)
    truth = generator.random(5000) < 1 / (1 + np.exp(-(3 * scores - 1)))

    weights = fit_platt(scores, truth)

    assert weights == pytest.approx([3, -1], abs=0.3)
    assert apply_platt(np.array([1 / 3]), np.array([3.0, -1.0]))[0] == pytest.approx(0.5)


def test_a_clean_split_does_not_end_in_certainty() -> None:
    scores = np.array([-2.0, -1.0, 1.0, 2.0])

    probabilities = apply_platt(scores, fit_platt(scores, scores > 0))

    assert 0 < probabilities[0] < 0.5 < probabilities[-1] < 1


def test_calibration_error_is_the_distance_between_said_and_true() -> None:
    confidence = np.array([0.95] * 10 + [0.55] * 10)
    correct = np.array([True] * 9 + [False] + [True] * 3 + [False] * 7)

    assert expected_calibration_error(confidence, correct) == pytest.approx((0.05 + 0.25) / 2)
    assert [row.count for row in reliability(confidence, correct)] == [10, 10]


def test_the_threshold_is_the_lowest_that_keeps_the_error_rate() -> None:
    confidence = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    correct = np.array([True, True, True, False, False])

    assert threshold_for_error(confidence, correct, 0.25) == 0.6
    assert threshold_for_error(confidence, correct, 0.0) == 0.7
    assert threshold_for_precision(confidence, correct, 0.75) == 0.6


def test_an_unreachable_error_rate_means_to_abstain_always() -> None:
    assert threshold_for_error(np.array([0.9, 0.8]), np.array([False, False]), 0.1) > 0.9
    assert threshold_for_error(np.array([]), np.array([], dtype=bool), 0.1) > 0


def test_coverage_curve_starts_with_the_surest() -> None:
    confidence, correct = np.array([0.2, 0.9, 0.5]), np.array([False, True, True])

    coverage, accuracy = risk_coverage(confidence, correct)

    assert coverage.tolist() == pytest.approx([1 / 3, 2 / 3, 1])
    assert accuracy.tolist() == pytest.approx([1, 1, 2 / 3])
    assert accuracy_at_coverage(confidence, correct, 0.66) == 1.0
