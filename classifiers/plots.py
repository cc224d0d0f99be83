"""Pictures of held-out predictions: confusion matrix, reliability, risk-coverage and precision-recall."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from classifiers.calibration import risk_coverage

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
INK = "#1f4e79"
MAX_NUMBERED = 40  # above this many classes the numbers in the cells could not be read


def confusion(labels: Sequence[str], counts: Sequence[Sequence[int]], file: Path) -> None:
    """Write the confusion matrix, rows normalised, counts in the cells."""
    table = np.asarray(counts, dtype=np.float64)
    shares = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    size = max(4.0, 0.55 * len(labels) + 2.5)
    figure = Figure(figsize=(size, size), layout="constrained")
    axes = figure.add_subplot()
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(range(len(labels)), labels, rotation=90)
    axes.set_yticks(range(len(labels)), labels)
    axes.set_xlabel("predicted")
    axes.set_ylabel("actual")
    if len(labels) <= MAX_NUMBERED:
        for row, column in zip(*np.nonzero(table), strict=True):
            color = "white" if shares[row, column] > 0.5 else "black"
            axes.text(column, row, f"{int(table[row, column])}", ha="center", va="center", color=color, fontsize=8)
    figure.savefig(file, dpi=110)


def reliability_diagram(rows: Sequence[Sequence[float]], error: float, file: Path) -> None:
    """Write the reliability diagram from rows of (confidence, accuracy, count)."""
    figure = Figure(figsize=(4.5, 4.5), layout="constrained")
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1], linestyle="--", color="grey", linewidth=1)
    table = np.asarray(rows, dtype=np.float64).reshape(-1, 3)
    axes.plot(table[:, 0], table[:, 1], marker="o", color=INK)
    for confidence, accuracy, count in table:
        axes.annotate(f"{int(count)}", (confidence, accuracy), textcoords="offset points", xytext=(4, -10), fontsize=7)
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="confidence", ylabel="share that is right", title=f"ECE {error:.3f}")
    figure.savefig(file, dpi=110)


def risk_coverage_curve(confidence: Floats, correct: Bools, file: Path) -> None:
    """Write accuracy against the share of texts decided, most confident first."""
    coverage, accuracy = risk_coverage(confidence, correct)
    figure = Figure(figsize=(4.5, 4.5), layout="constrained")
    axes = figure.add_subplot()
    axes.plot(coverage, accuracy, color=INK)
    axes.set(xlim=(0, 1), ylim=(min(0.5, float(accuracy.min())), 1.005))
    axes.set(xlabel="coverage", ylabel="accuracy")
    axes.grid(alpha=0.3)
    figure.savefig(file, dpi=110)


def precision_recall(truth: Bools, probability: Floats, threshold: float, file: Path) -> None:
    """Write the precision-recall curve with the operating point."""
    order = np.argsort(-probability, kind="stable")
    hits = np.cumsum(truth[order])
    precision, recall = hits / np.arange(1, len(order) + 1), hits / max(int(truth.sum()), 1)
    figure = Figure(figsize=(4.5, 4.5), layout="constrained")
    axes = figure.add_subplot()
    axes.plot(recall, precision, color=INK)
    at = max(int((probability >= threshold).sum()) - 1, 0)
    axes.plot(recall[at], precision[at], marker="o", color="#c0392b", label=f"threshold {threshold:.2f}")
    axes.set(xlim=(0, 1.01), ylim=(0, 1.01), xlabel="recall", ylabel="precision")
    axes.legend(loc="lower left")
    axes.grid(alpha=0.3)
    figure.savefig(file, dpi=110)
