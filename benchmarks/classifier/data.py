"""Real complaints for the benchmark of the general classifier, in order of time; nothing of them is kept here."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.triage.data import REAL, surabaya_rows

TEST_MONTHS = 2
FRAUD = ("fraud_dev.tsv", "unlabelled_pool.tsv")
UNLABELLED = {
    "surabaya_2022.csv": ("keluhan",),
    "sapawarga_raw.csv": ("keluhan",),
    "purbalingga.csv": ("text",),
    "lapor_2017.csv": ("judul", "isi"),
}
"""Files of complaints and the columns that hold their text."""


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


def without_labels() -> list[str]:
    """Real complaints, labels left aside, each text once; none of `fraud_dev.tsv` or of its other half."""
    tests = [line.split("\t")[-1] for name in FRAUD for line in (REAL / name).read_text("utf-8").splitlines()[1:]]
    seen = {_folded(text) for text in tests}
    kept: list[str] = []
    for name, columns in UNLABELLED.items():
        with (REAL / name).open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                text = ". ".join(row[column] for column in columns if row[column])
                bodies = {_folded(text), _folded(row[columns[-1]] or "")}
                if not bodies & seen:
                    kept.append(text)
                seen |= bodies
    return kept


def _folded(text: str) -> str:
    return " ".join(text.lower().split())
