"""Affixes are cut alike wherever a word comes from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.stems import FUNCTION_WORDS, stem


@pytest.mark.parametrize(
    ("words", "cut"),
    [
        (("dipersulit", "mempersulit"), "persulit"),
        (("pengaduan", "mengadukan"), "adu"),
        (("menyuruh", "disuruh"), "suruh"),
        (("berkasnya", "berkas"), "kas"),  # rough, but the same
    ],
)
def test_words_of_one_family_have_one_stem(words: tuple[str, ...], cut: str) -> None:
    assert {stem(word) for word in words} == {cut}


@pytest.mark.parametrize("word", ["sk", "asn", "uang_", "Tanggal", "Golii", "e-kinerja", "jum'at", "2025", "p3kan"])
def test_short_words_classes_and_words_with_marks_stay(word: str) -> None:
    assert stem(word) == word


@given(st.text("abeiknrptmusgy", min_size=3, max_size=20))
def test_at_least_three_letters_remain(word: str) -> None:
    assert len(stem(word)) >= 3


def test_function_words_are_compared_before_they_are_cut() -> None:
    assert {"sudah", "tidak", "dengan"} <= FUNCTION_WORDS
