"""Texts for the triage benchmark: the repository's held-out sets, and real complaints where `../shared` is there."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
HELD_OUT = ROOT / "tests" / "heldout"
REAL = ROOT.parent / "shared" / "data" / "complaints"
SURABAYA = REAL / "surabaya_2022.csv"

Labelled = tuple[list[str], list[str]]


def held_out(name: str) -> list[dict[str, Any]]:
    """Rows of `tests/heldout/<name>.jsonl`, on which nothing is trained or tuned."""
    return [json.loads(line) for line in (HELD_OUT / f"{name}.jsonl").read_text("utf-8").splitlines()]


def municipal_fraud() -> tuple[list[str], list[bool]] | None:
    """Real municipal complaints with a fraud label; ambiguous ones (label 2) are left out."""
    file = REAL / "fraud_dev.tsv"
    if not file.is_file():
        return None
    rows = [line.split("\t") for line in file.read_text("utf-8").splitlines()[1:]]
    kept = [(row[3], row[1] == "1") for row in rows if row[1] != "2"]
    return [text for text, _ in kept], [label for _, label in kept]


def surabaya(column: str, classes: int) -> tuple[Labelled, Labelled] | None:
    """Complaints to a city with what operators assigned: all but the last two months, and the last two months.

    Args:
        column: `instansi` or `topik`.
        classes: how many of the most frequent labels to keep.
    """
    if not SURABAYA.is_file():
        return None
    kept = surabaya_rows(column, classes)
    cut = "2022-11-24"  # the data end on 24 January 2023
    early, late = [row for row in kept if row[2] < cut], [row for row in kept if row[2] >= cut]
    return ([r[0] for r in early], [r[1] for r in early]), ([r[0] for r in late], [r[1] for r in late])


def surabaya_rows(column: str, classes: int) -> list[tuple[str, str, str]]:
    """Text, label and day (ISO) of the complaints with the most frequent labels, as filed; copies count once.

    Args:
        column, classes: as for `surabaya`.
    """
    with SURABAYA.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    seen: set[str] = set()
    kept: list[tuple[str, str, str]] = []
    for row in rows:
        text = " ".join(row["keluhan"].split())
        if text and text.lower() not in seen and row[column]:
            seen.add(text.lower())
            kept.append((text, row[column], row["tanggal_keluhan"]))
    frequent = {label for label, _ in Counter(label for _, label, _ in kept).most_common(classes)}
    return [row for row in kept if row[1] in frequent]
