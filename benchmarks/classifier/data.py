"""Real complaints for the benchmark of the general classifier, in order of time; nothing of them is kept here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.triage.data import surabaya_rows

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
    rows = [(text, label, day[:7]) for text, label, day in surabaya_rows(column, classes)]
    calendar = sorted({month for _, _, month in rows})
    for count in months:
        early, late = set(calendar[:count]), set(calendar[count : count + TEST_MONTHS])
        known = [row for row in rows if row[2] in early]
        new = [row for row in rows if row[2] in late]
        yield Split(count, [r[0] for r in known], [r[1] for r in known], [r[0] for r in new], [r[1] for r in new])
