"""Figures with bootstrap intervals, what each of them is called, and what the project wants it to be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, precision_recall_fscore_support

from classifiers import plots
from classifiers.calibration import expected_calibration_error, reliability

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Statistic = Callable[[Ints], float]
"""A figure of the rows with these numbers."""
Row = tuple[str, ...]
Picture = Callable[[Path], None]
"""Draws into the file it is given."""

SAMPLES, SEED = 1_000, 7


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its 95 % percentile interval and standard error, over `count` resampled texts."""

    key: str
    value: float
    low: float
    high: float
    error: float
    count: int


@dataclass(frozen=True, slots=True)
class Headline:
    """What a figure is called, and its target: at least that much, or at most."""

    title: str
    target: float | None = None
    at_most: bool = False

    def reached(self, value: float) -> bool:
        """Whether a value meets the target; without one it does."""
        if self.target is None:
            return True
        return value <= self.target if self.at_most else value >= self.target

    @property
    def wanted(self) -> str:
        """The target as text."""
        return "" if self.target is None else f"{'≤' if self.at_most else '≥'} {self.target:.2f}"


HEADLINES: Mapping[str, Headline] = {
    "faq_right": Headline("FAQ: answered right", 0.92),
    "faq_wrong": Headline("FAQ: answered wrong with confidence", 0.03, at_most=True),
    "faq_asked_back": Headline("FAQ: asked back", at_most=True),
    "faq_elsewhere": Headline("FAQ: surely taken for no question", at_most=True),
    "faq_top1": Headline("FAQ: topic of the best guess"),
    "faq_ece": Headline("FAQ: calibration error (ECE)", 0.03, at_most=True),
    "route_accuracy": Headline("route: accuracy", 0.94),
    "route_ece": Headline("route: calibration error (ECE)", 0.03, at_most=True),
    "oos_recall": Headline("out of scope: recall", 0.90),
    "in_scope_refused": Headline("in scope: refused", 0.04, at_most=True),
    "in_scope_as_oos": Headline("in scope: best guess out of scope, sure or not", at_most=True),
    "category_accuracy": Headline("category: accuracy", 0.90),
    "category_macro_f1": Headline("category: macro-F1", 0.88),
    "category_ece": Headline("category: calibration error (ECE)", 0.03, at_most=True),
    "category_answered": Headline("category: answered without abstaining"),
    "category_accuracy_answered": Headline("category: accuracy where answered"),
    "report_type_accuracy": Headline("report type: accuracy"),
    "report_type_macro_f1": Headline("report type: macro-F1"),
    "report_type_ece": Headline("report type: calibration error (ECE)", 0.03, at_most=True),
    "report_type_answered": Headline("report type: answered without abstaining"),
    "report_type_accuracy_answered": Headline("report type: accuracy where answered"),
    "fraud_ap": Headline("fraud: average precision"),
    "fraud_precision": Headline("fraud: precision", 0.90),
    "fraud_recall": Headline("fraud: recall", 0.95),
    "fraud_recall_at_p90": Headline("fraud: recall where precision is 0.90"),
    "fraud_ece": Headline("fraud: calibration error (ECE)", 0.03, at_most=True),
    "fraud_abstained": Headline("fraud: abstained", at_most=True),
    "fraud_type_first": Headline("fraud types: first one named is right"),
    "fraud_types_f1": Headline("fraud types: micro-F1"),
}
FIELDS = "field_f1:"
FIELD_TARGETS: Mapping[str, float] = dict.fromkeys(
    ("jumlah_uang", "nik", "nip", "nomor_dokumen", "telepon", "waktu"), 0.90
) | dict.fromkeys(("instansi", "tempat", "terlapor"), 0.80)


def headline(key: str) -> Headline:
    """Title and target of a figure."""
    if key.startswith(FIELDS):
        kind = key.removeprefix(FIELDS)
        return Headline(f"field {kind}: F1, exact span", FIELD_TARGETS.get(kind))
    return HEADLINES[key]


@dataclass(frozen=True, slots=True)
class Table:
    """Figures that are too many for headlines: one row per class."""

    title: str
    header: Row
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Measured:
    """What one part of a set gave: headlines, tables, and pictures to draw under their names."""

    figures: Sequence[Figure]
    tables: Sequence[Table]
    pictures: Mapping[str, Picture]


def estimate(key: str, statistic: Statistic, count: int) -> Figure:
    """A figure over `count` rows with its bootstrap interval; the same rows always give the same interval."""
    generator = np.random.default_rng(SEED)
    drawn = np.array([statistic(generator.integers(0, count, count)) for _ in range(SAMPLES)])
    low, high = (float(edge) for edge in np.percentile(drawn, [2.5, 97.5]))
    return Figure(key, float(statistic(np.arange(count))), low, high, float(drawn.std(ddof=1)), count)


def share(key: str, values: Bools) -> Figure:
    """The share of rows for which something holds."""
    return estimate(key, lambda at: float(values[at].mean()), len(values))


def ratio(key: str, part: Floats, whole: Floats) -> Figure:
    """The sum of one column over the sum of another, such as precision, recall or F1 from counts per row."""
    return estimate(key, lambda at: float(part[at].sum() / max(float(whole[at].sum()), 1.0)), len(part))


def macro_f1(key: str, truth: Sequence[str], said: Sequence[str]) -> Figure:
    """F1 averaged over the classes that occur in truth or predictions, as scikit-learn does."""
    names = sorted({*truth, *said})
    number = {name: at for at, name in enumerate(names)}
    expected, found = (np.array([number[name] for name in column]) for column in (truth, said))
    right = expected == found

    def statistic(at: Ints) -> float:
        sizes = np.bincount(expected[at], minlength=len(names)) + np.bincount(found[at], minlength=len(names))
        hits = np.bincount(expected[at][right[at]], minlength=len(names))
        there = sizes > 0
        return float((2 * hits[there] / sizes[there]).mean())

    return estimate(key, statistic, len(truth))


def average_precision(key: str, truth: Bools, probability: Floats) -> Figure:
    """Average precision; 0 for a sample without any positive."""
    return estimate(
        key,
        lambda at: float(average_precision_score(truth[at], probability[at])) if truth[at].any() else 0.0,
        len(truth),
    )


def calibration_error(key: str, confidence: Floats, right: Bools) -> Figure:
    """Expected calibration error; its resamples lie a little above it, because noise only ever adds to it."""
    return estimate(key, lambda at: expected_calibration_error(confidence[at], right[at]), len(right))


def reliability_picture(confidence: Floats, right: Bools) -> Picture:
    """The reliability diagram."""
    rows = [[row.confidence, row.accuracy, row.count] for row in reliability(confidence, right)]
    return partial(plots.reliability_diagram, rows, expected_calibration_error(confidence, right))


def confusion_picture(truth: Sequence[str], said: Sequence[str]) -> Picture:
    """The confusion matrix of the classes that occur."""
    names, pairs = sorted({*truth, *said}), Counter(zip(truth, said, strict=True))
    return partial(plots.confusion, names, [[pairs[row, column] for column in names] for row in names])


def class_table(title: str, truth: Sequence[str], said: Sequence[str]) -> Table:
    """Precision, recall, F1 and count of each class."""
    names = sorted({*truth, *said})
    columns = precision_recall_fscore_support(truth, said, labels=names, zero_division=0.0)
    rows = [
        (name, f"{precision:.3f}", f"{recall:.3f}", f"{f1:.3f}", str(int(support)))
        for name, precision, recall, f1, support in zip(names, *columns, strict=True)
    ]
    return Table(title, ("class", "precision", "recall", "F1", "texts"), rows)
