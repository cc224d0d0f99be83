"""Figures of the triage, on results made up for the test."""

from __future__ import annotations

from typing import Any

import pytest

from classifiers import Decision, Triage
from classifiers.types import Field
from evaluation.figures import Measured
from evaluation.triage import measure_decisions, measure_fields


def decided(value: str, probability: float = 0.9, abstained: bool = False) -> Decision:
    return Decision(value, probability, abstained)


def said(category: str, fraud: float, *types: str, fields: tuple[Field, ...] = (), abstained: bool = False) -> Triage:
    return Triage(
        text="",
        report_type=decided("pengaduan"),
        category=decided(category, abstained=abstained),
        fraud=decided("true" if fraud >= 0.5 else "false", fraud),
        fraud_types=tuple(decided(name) for name in types),
        fields=fields,
        summary="",
        model_version="1",
    )


def row(category: str, *types: str) -> dict[str, Any]:
    return {"text": "", "report_type": "pengaduan", "category": category, "fraud": bool(types), "fraud_types": types}


@pytest.fixture
def measured() -> Measured:
    rows = [row("pensiun", "calo_joki"), row("pensiun", "pungli", "calo_joki"), row("mutasi"), row("mutasi", "pungli")]
    results = [
        said("pensiun", 0.9, "calo_joki"),
        said("pensiun", 0.8, "pungli"),
        said("mutasi", 0.7, "pungli"),
        said("pensiun", 0.2, abstained=True),
    ]
    return measure_decisions(rows, results, 0.5)


def value(measured: Measured, key: str) -> float:
    return next(figure.value for figure in measured.figures if figure.key == key)


def test_categories_are_counted_with_and_without_abstentions(measured: Measured) -> None:
    assert value(measured, "category_accuracy") == 0.75
    assert value(measured, "category_answered") == 0.75
    assert value(measured, "category_accuracy_answered") == 1.0


def test_fraud_is_judged_by_ranking_and_by_decision(measured: Measured) -> None:
    assert value(measured, "fraud_precision") == pytest.approx(2 / 3)
    assert value(measured, "fraud_recall") == pytest.approx(2 / 3)
    assert value(measured, "fraud_ap") == pytest.approx((1 + 1 + 3 / 4) / 3)


def test_fraud_types_count_over_all_texts_and_the_first_where_both_say_fraud(measured: Measured) -> None:
    assert value(measured, "fraud_type_first") == 1.0
    assert value(measured, "fraud_types_f1") == pytest.approx(2 * 2 / (4 + 3))


def test_pictures_are_drawn(measured: Measured, tmp_path: Any) -> None:
    for name, draw in measured.pictures.items():
        draw(tmp_path / f"{name}.png")

    assert {path.stem for path in tmp_path.iterdir()} == {
        *(f"{name}-{kind}" for name in ("category", "report-type") for kind in ("confusion", "reliability")),
        *("category-risk-coverage", "report-type-risk-coverage", "fraud-precision-recall", "fraud-reliability"),
    }


def test_a_field_counts_with_the_exact_span_and_kind_only() -> None:
    rows = [{"text": "", "fields": [{"name": "nip", "start": 0, "end": 4}, {"name": "tempat", "start": 5, "end": 9}]}]
    found = (Field("nip", "", 0, 4), Field("tempat", "", 5, 8), Field("waktu", "", 5, 9))

    measured = measure_fields(rows, [said("pensiun", 0.1, fields=found)])

    assert [value(measured, f"field_f1:{name}") for name in ("nip", "tempat", "waktu")] == [1.0, 0.0, 0.0]
