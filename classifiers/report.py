"""The report beside a triage model: JSON, Markdown and pictures."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from classifiers import plots
from classifiers.training import Trained
from language.mistakes import FILE, write_mistakes

FOLDER = "report"


def write_report(trained: Trained, folder: Path) -> None:
    """Write `report/` into a model directory: figures, tables and plots of the cross-validated predictions."""
    target = folder / FOLDER
    target.mkdir()
    metrics = trained.card.metrics
    (target / "report.json").write_text(
        json.dumps(metrics, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8"
    )
    (target / "report.md").write_text(markdown(trained), "utf-8")
    write_mistakes(trained.mistakes, target / FILE)
    for name in ("category", "report_type"):
        figures = metrics[name]
        plots.confusion(
            figures["confusion"]["labels"], figures["confusion"]["counts"], target / f"{name}-confusion.png"
        )
        plots.reliability_diagram(figures["reliability"], figures["ece"], target / f"{name}-reliability.png")
    plots.reliability_diagram(
        metrics["fraud"]["reliability"], metrics["fraud"]["ece"], target / "fraud-reliability.png"
    )
    truth, probability = trained.curves["fraud"]
    plots.precision_recall(
        truth.astype(bool), probability, metrics["fraud"]["threshold"], target / "fraud-precision-recall.png"
    )


def headline_rows(metrics: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """One row per decision: name, main figure, second figure, calibration error, texts."""
    rows: list[tuple[str, ...]] = []
    for name, figures in metrics.items():
        if "macro_f1" in figures:
            count = sum(row["support"] for row in figures["per_class"].values())
            first, second = f"accuracy {figures['accuracy']:.3f}", f"macro-F1 {figures['macro_f1']:.3f}"
        else:
            count = figures["rows"]
            first = f"AP {figures['average_precision']:.3f}"
            second = f"P {figures['precision']:.3f} / R {figures['recall']:.3f}"
        rows.append((name, first, second, f"{figures['ece']:.3f}", str(count)))
    return rows


def class_rows(figures: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """One row per class: name, precision, recall, F1, texts."""
    return [
        (name, f"{row['precision']:.3f}", f"{row['recall']:.3f}", f"{row['f1']:.3f}", str(row["support"]))
        for name, row in figures["per_class"].items()
    ]


def markdown(trained: Trained) -> str:
    """The report as Markdown."""
    card = trained.card
    lines = [
        f"# Triage model {card.version}",
        "",
        (
            f"Trained {card.created} on {card.counts['texts']} texts ({card.counts['groups']} groups), data "
            f"`{card.data_hash}`, seed {card.seed}. All figures are cross-validated: each text is judged by a model "
            "that has seen neither it nor a near-duplicate of it."
        ),
        "",
        *_table(("decision", "quality", "", "ECE", "texts"), headline_rows(card.metrics)),
        "",
    ]
    for name in ("category", "report_type"):
        header = ("class", "precision", "recall", "F1", "texts")
        lines += [f"## {name}", "", *_table(header, class_rows(card.metrics[name])), ""]
        lines += [f"![confusion]({name}-confusion.png) ![reliability]({name}-reliability.png)", ""]
    lines += ["## fraud", "", "![reliability](fraud-reliability.png) ![PR](fraud-precision-recall.png)", ""]
    lines += ["## Thresholds", "", "```json", json.dumps(card.thresholds, indent=1, sort_keys=True), "```", ""]
    return "\n".join(lines)


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [
        "| " + " | ".join(header) + " |",
        "|" + " --- |" * len(header),
        *("| " + " | ".join(row) + " |" for row in rows),
    ]
