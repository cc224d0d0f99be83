"""Labelled sets are read strictly."""

from __future__ import annotations

from pathlib import Path

import pytest

from classifiers.errors import DataError
from evaluation.sets import read_set

ROOT = Path(__file__).resolve().parents[2]


def test_a_set_may_hold_some_of_the_files(tmp_path: Path) -> None:
    (tmp_path / "faq.jsonl").write_text('{"text": "jam buka?", "topic": "jam_layanan"}\n\n', "utf-8")

    labelled = read_set("mine", tmp_path)

    assert labelled.texts("faq") == ["jam buka?"]
    assert labelled.texts("routes") == []
    assert list(labelled.hashes) == ["faq"]


@pytest.mark.parametrize("name", ["heldout", "exam"])
def test_the_sets_of_the_repository_are_whole(name: str) -> None:
    assert set(read_set(name, ROOT / "tests" / name).rows) == {"faq", "routes", "complaints", "fields"}


@pytest.mark.parametrize(
    ("file", "line", "said"),
    [
        ("faq", "{", "faq.jsonl:2: not JSON"),
        ("faq", "[]", "faq.jsonl:2: not a JSON object"),
        ("faq", '{"text": "x"}', "faq.jsonl:2: missing or of the wrong kind: topic"),
        ("routes", '{"text": 1, "route": null}', "routes.jsonl:2: missing or of the wrong kind: text, route"),
        (
            "fields",
            '{"text": "x", "fields": [{"name": "nip"}]}',
            "fields.jsonl:2: missing or of the wrong kind: fields",
        ),
        (
            "complaints",
            '{"text": "x", "report_type": "a", "category": "b", "fraud": 1, "fraud_types": "c"}',
            "complaints.jsonl:2: missing or of the wrong kind: fraud, fraud_types",
        ),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, file: str, line: str, said: str) -> None:
    (tmp_path / f"{file}.jsonl").write_text(f"\n{line}\n", "utf-8")

    with pytest.raises(DataError, match=said):
        read_set("mine", tmp_path)


def test_a_directory_without_a_set_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds none of"):
        read_set("mine", tmp_path)
    with pytest.raises(DataError, match="no such directory"):
        read_set("mine", tmp_path / "none")


def test_an_empty_or_undecodable_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "faq.jsonl").write_bytes(b"\n")
    with pytest.raises(DataError, match="no line in it"):
        read_set("mine", tmp_path)

    (tmp_path / "faq.jsonl").write_bytes(b"\xff\n")
    with pytest.raises(DataError, match="not UTF-8"):
        read_set("mine", tmp_path)
