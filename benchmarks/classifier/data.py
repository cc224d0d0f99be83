"""Real complaints for the benchmark of the general classifier, in order of time; nothing of them is kept here."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.triage.data import REAL

FILE = REAL / "surabaya_2022.csv"
TEST_MONTHS = 2


@dataclass(frozen=True, slots=True)
class Split:
    """A model trained on the months up to some day is tested on the two months that follow."""

    months: int
    """How many months are trained on."""
    texts: list[str]
    labels: list[str]
    later: list[str]
    truth: list[str]


def rolling(column: str, classes: int, months: range) -> Iterator[Split]:
    """Splits in time of the complaints with the most frequent labels; copies of a text count once.

    Args:
        column: `instansi` (agency) or `topik` (topic).
        classes: how many labels to keep.
        months: numbers of months to train on, one split each.
    """
    rows = _rows(column, classes)
    calendar = sorted({month for _, _, month in rows})
    for count in months:
        early, late = set(calendar[:count]), set(calendar[count : count + TEST_MONTHS])
        known = [row for row in rows if row[2] in early]
        new = [row for row in rows if row[2] in late]
        yield Split(count, [r[0] for r in known], [r[1] for r in known], [r[0] for r in new], [r[1] for r in new])


def _rows(column: str, classes: int) -> list[tuple[str, str, str]]:
    """Text, label and month."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    seen: set[str] = set()
    kept: list[tuple[str, str, str]] = []
    for row in rows:
        text = " ".join(row["keluhan"].split())
        if text and text.lower() not in seen and row[column]:
            seen.add(text.lower())
            kept.append((text, row[column], row["tanggal_keluhan"][:7]))
    frequent = {label for label, _ in Counter(label for _, label, _ in kept).most_common(classes)}
    return [row for row in kept if row[1] in frequent]
