"""Reading, grouping and splitting of training texts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from classifiers.data import digest, folds, group_texts, json_lines, load_examples, load_labelled, near_duplicates
from classifiers.errors import DataError

LONG = "SK pensiun ayah saya belum terbit sudah lima bulan padahal semua berkas lengkap sejak januari"


def test_near_duplicates_share_a_group_and_others_do_not() -> None:
    texts = [LONG, LONG + " lalu", LONG.upper(), "aplikasi myasn galat waktu login pagi ini"]

    groups = group_texts(texts)

    assert groups[0] == groups[1] == groups[2] != groups[3]


def test_texts_with_one_group_name_stay_together() -> None:
    groups = group_texts(["satu cerita", "cerita lain sama sekali", "bukan itu"], ["a", "a", "b"])

    assert groups[0] == groups[1] != groups[2]


def test_a_thousand_copies_are_one_group_in_no_time() -> None:
    assert len(set(group_texts(["sama persis"] * 1000 + [""] * 10).tolist())) == 2


def test_near_duplicates_are_listed_with_their_similarity() -> None:
    [(left, right, similarity)] = near_duplicates([LONG, "lain", LONG + "!"])

    assert (left, right) == (0, 2)
    assert similarity == pytest.approx(1.0)


def test_splits_never_part_a_group() -> None:
    generator = np.random.default_rng(3)
    groups = generator.integers(0, 60, size=300)
    labels = [str(group % 3) for group in groups]

    for train, test in folds(labels, groups, 5, seed=1):
        assert not set(groups[train]) & set(groups[test])
        assert len(train) + len(test) == 300


def test_too_few_unrelated_examples_are_refused_by_name() -> None:
    with pytest.raises(DataError, match="'jarang'"):
        folds(["umum"] * 6 + ["jarang"] * 2, np.array([0, 1, 2, 3, 4, 5, 6, 6]), 2, seed=1)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (b'{"text": "a"}', "key 'report_type'"),
        (b"[1]", "not a JSON object"),
        (b"{", "not a JSON object in UTF-8"),
        (b'{"text": "\xff"}', "not a JSON object in UTF-8"),
        (
            b'{"text": " ", "report_type": "x", "category": "y", "fraud": false, "fraud_types": []}',
            "key 'text' is empty",
        ),
    ],
)
def test_a_bad_line_is_named_with_file_and_number(tmp_path: Path, line: bytes, complaint: str) -> None:
    good = b'{"text": "t", "report_type": "x", "category": "y", "fraud": false, "fraud_types": []}\n'
    (tmp_path / "rusak.jsonl").write_bytes(good + line + b"\n")

    with pytest.raises(DataError, match=rf"rusak\.jsonl:2: .*{complaint}"):
        load_examples(tmp_path)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no complaints"):
        load_examples(tmp_path)


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        list(json_lines(tmp_path / "tiada.jsonl"))


def test_labelled_lines_need_text_and_label(tmp_path: Path) -> None:
    file = tmp_path / "data.jsonl"
    file.write_text('{"text": "a", "label": 3}\n', "utf-8")

    with pytest.raises(DataError, match="'label'"):
        load_labelled(file)


def test_the_digest_changes_with_content_and_with_options(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text("satu", "utf-8")
    before = digest([file], "x")
    file.write_text("dua", "utf-8")

    assert len({before, digest([file], "x"), digest([file], "y")}) == 3
