"""Splits in time for the benchmark of the general classifier."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from benchmarks.classifier.data import rolling
from benchmarks.triage import data


def test_a_split_tests_on_the_two_months_after_its_training_and_counts_copies_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "rows.csv"
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, ("keluhan", "instansi", "tanggal_keluhan"))
        writer.writeheader()
        for month in range(1, 7):
            for label, text in (("air", f"pipa bocor {month}"), ("jalan", f"lubang {month}"), ("air", "pipa  bocor 1")):
                row = {"keluhan": text, "instansi": label, "tanggal_keluhan": f"2022-0{month}-05 10:00:00"}
                writer.writerow(row)
        writer.writerow({"keluhan": "lain", "instansi": "langka", "tanggal_keluhan": "2022-01-05 10:00:00"})
    monkeypatch.setattr(data, "SURABAYA", file)

    three, four = rolling("instansi", 2, range(3, 5))

    assert (three.months, four.months) == (3, 4)
    assert len(three.texts) == 6
    assert three.later == ["pipa bocor 4", "lubang 4", "pipa bocor 5", "lubang 5"]
    assert four.truth == ["air", "jalan", "air", "jalan"]
    assert "langka" not in {*three.labels, *four.labels}
