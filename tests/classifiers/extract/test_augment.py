"""Texts told again: other names, exact spans, the same seed the same texts."""

from __future__ import annotations

import pytest

from classifiers.extract.augment import Varier

TEXT = "Pak Budi dan kabid Ratna Sari (BKD Kota Solo) minta uang di solo, kata Wati"
SPANS = [
    ("terlapor", 4, 8),
    ("terlapor", 13, 29),
    ("instansi", 31, 44),
    ("tempat", 60, 64),
]
NAMES = ("budi", "ratna", "sari", "agus", "dewi", "wayan")
PLACES = ("solo", "kota baru", "ende", "banda aceh")


def varier(seed: int) -> Varier:
    return Varier(NAMES, PLACES, ("kabid", "minta", "uang"), seed)


@pytest.mark.parametrize("seed", range(30))
def test_spans_move_with_the_words_and_jobs_stay(seed: int) -> None:
    text, spans = varier(seed).vary(TEXT, SPANS)

    values = [text[start:end] for _, start, end in spans]
    assert [name for name, _, _ in spans] == [name for name, _, _ in SPANS]
    assert all(value.strip() == value != "" for value in values)
    assert values[1].lower().startswith("kabid ")
    assert values[2].lower().startswith("bkd kota ")
    assert text.lower().startswith("pak ")
    assert " minta uang di " in text.lower()


def test_names_and_places_change() -> None:
    told = {varier(seed).vary(TEXT, SPANS)[0].lower() for seed in range(20)}

    assert len(told) > 15


def test_the_same_seed_tells_the_same() -> None:
    first, second = varier(5), varier(5)

    assert [first.vary(TEXT, SPANS) for _ in range(5)] == [second.vary(TEXT, SPANS) for _ in range(5)]


def test_a_text_without_spans_keeps_its_words() -> None:
    assert varier(1).vary("mohon info usul", [])[0].lower() == "mohon info usul"
