"""Figures of the triage: category, report type, fraud with its types, fields."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from classifiers import Triage, plots
from classifiers.metrics import recall_at_precision
from evaluation.figures import (
    FIELDS,
    Bools,
    Figure,
    Floats,
    Measured,
    Picture,
    Row,
    Table,
    average_precision,
    calibration_error,
    class_table,
    confusion_picture,
    estimate,
    macro_f1,
    ratio,
    reliability_picture,
    share,
)
from evaluation.sets import Row as LabelledRow


def measure_decisions(rows: Sequence[LabelledRow], results: Sequence[Triage], threshold: float) -> Measured:
    """Figures, tables and pictures of the decisions about complaints.

    Args:
        rows: lines of `complaints.jsonl`.
        results: what the triage said, in the same order.
        threshold: from which probability on the model indicates fraud; of its card.
    """
    figures: list[Figure] = []
    tables: list[Table] = []
    pictures: dict[str, Picture] = {}
    for name, title in (("category", "Categories"), ("report_type", "Report types")):
        truth = [row[name] for row in rows]
        said = [getattr(result, name).value for result in results]
        right = np.array(truth) == np.array(said)
        confidence = np.array([getattr(result, name).probability for result in results])
        answered = np.array([not getattr(result, name).abstained for result in results])
        figures += _class_figures(name, truth, said, confidence, answered)
        tables.append(class_table(title, truth, said))
        slug = name.replace("_", "-")
        pictures[f"{slug}-confusion"] = confusion_picture(truth, said)
        pictures[f"{slug}-reliability"] = reliability_picture(confidence, right)
        pictures[f"{slug}-risk-coverage"] = partial(plots.risk_coverage_curve, confidence, right)
    indicated = np.array([row["fraud"] for row in rows])
    probability = np.array([result.fraud.probability for result in results])
    pictures["fraud-precision-recall"] = partial(plots.precision_recall, indicated, probability, threshold)
    pictures["fraud-reliability"] = reliability_picture(probability, indicated)
    figures += [*_fraud_figures(results, indicated, probability), *_type_figures(rows, results)]
    tables.append(_type_table(rows, results))
    return Measured(figures, tables, pictures)


def _class_figures(
    name: str, truth: Sequence[str], said: Sequence[str], confidence: Floats, answered: Bools
) -> list[Figure]:
    right = np.array(truth) == np.array(said)
    return [
        share(f"{name}_accuracy", right),
        macro_f1(f"{name}_macro_f1", truth, said),
        calibration_error(f"{name}_ece", confidence, right),
        share(f"{name}_answered", answered),
        ratio(f"{name}_accuracy_answered", (right & answered).astype(float), answered.astype(float)),
    ]


def _fraud_figures(results: Sequence[Triage], truth: Bools, probability: Floats) -> list[Figure]:
    said = np.array([result.fraud.value == "true" for result in results])
    doubt = np.array([result.fraud.abstained for result in results])
    hits = (said & truth).astype(float)
    return [
        average_precision("fraud_ap", truth, probability),
        ratio("fraud_precision", hits, said.astype(float)),
        ratio("fraud_recall", hits, truth.astype(float)),
        estimate("fraud_recall_at_p90", lambda at: recall_at_precision(truth[at], probability[at], 0.9), len(truth)),
        calibration_error("fraud_ece", probability, truth),
        share("fraud_abstained", doubt),
    ]


def _type_figures(rows: Sequence[LabelledRow], results: Sequence[Triage]) -> list[Figure]:
    """Fraud types: the first one named where truth and model both say fraud, and all of them over all texts."""
    pairs = _types(rows, results)
    both = [
        result.fraud_types[0].value in row["fraud_types"]
        for row, result in zip(rows, results, strict=True)
        if row["fraud"] and result.fraud_types
    ]
    hits = np.array([2.0 * len(truth & found) for truth, found in pairs])
    all_of_them = np.array([float(len(truth) + len(found)) for truth, found in pairs])
    first = [share("fraud_type_first", np.array(both))] if both else []
    return [*first, ratio("fraud_types_f1", hits, all_of_them)]


def _types(rows: Sequence[LabelledRow], results: Sequence[Triage]) -> list[tuple[set[str], set[str]]]:
    return [
        (set(row["fraud_types"]), {kind.value for kind in result.fraud_types})
        for row, result in zip(rows, results, strict=True)
    ]


def _type_table(rows: Sequence[LabelledRow], results: Sequence[Triage]) -> Table:
    pairs = _types(rows, results)
    names = sorted({name for truth, found in pairs for name in truth | found})
    table = [_counts(name, [(name in truth, name in found) for truth, found in pairs]) for name in names]
    return Table("Fraud types, all texts", ("type", "precision", "recall", "F1", "texts"), table)


def _counts(name: str, flags: Sequence[tuple[bool, bool]]) -> Row:
    hits, said, there = (sum(column) for column in zip(*((a and b, b, a) for a, b in flags), strict=True))
    precision, recall, f1 = hits / max(said, 1), hits / max(there, 1), 2 * hits / max(said + there, 1)
    return (name, f"{precision:.3f}", f"{recall:.3f}", f"{f1:.3f}", str(there))


def measure_fields(rows: Sequence[LabelledRow], results: Sequence[Triage]) -> Measured:
    """F1 of each kind of field; only the exact span of the right kind counts.

    Args:
        rows: lines of `fields.jsonl`.
        results: what the triage said, in the same order.
    """
    pairs = [
        (
            {(field["name"], field["start"], field["end"]) for field in row["fields"]},
            {(field.name, field.start, field.end) for field in result.fields},
        )
        for row, result in zip(rows, results, strict=True)
    ]
    figures: list[Figure] = []
    table: list[Row] = []
    for name in sorted({span[0] for truth, found in pairs for span in truth | found}):
        hits = np.array([sum(span[0] == name for span in truth & found) for truth, found in pairs], dtype=float)
        there = np.array([sum(span[0] == name for span in truth) for truth, _ in pairs], dtype=float)
        said = np.array([sum(span[0] == name for span in found) for _, found in pairs], dtype=float)
        figure = ratio(f"{FIELDS}{name}", 2 * hits, there + said)
        figures.append(figure)
        precision, recall = hits.sum() / max(said.sum(), 1.0), hits.sum() / max(there.sum(), 1.0)
        table.append((name, f"{precision:.3f}", f"{recall:.3f}", f"{figure.value:.3f}", f"{there.sum():.0f}"))
    return Measured(figures, [Table("Fields, exact span", ("field", "precision", "recall", "F1", "spans"), table)], {})
