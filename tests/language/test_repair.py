"""What unknown words are taken for, and what is left alone."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.repair import Repairer

COUNTS = {
    "saya": 400, "mau": 200, "urus": 60, "pensiun": 150, "kenaikan": 90, "pangkat": 120, "pindah": 80, "surat": 90,
    "sarat": 3, "tanya": 90, "di": 500, "kantor": 90, "lapor": 50, "nya": 5, "sudah": 300, "kasih": 30, "p3k": 40,
    "budi": 1,
}  # fmt: skip


@pytest.fixture(scope="module")
def repairer() -> Repairer:
    return Repairer(COUNTS)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("pensiun", ["pensiun"]),
        ("sayamauuruspensiun", ["saya", "mau", "urus", "pensiun"]),
        ("pangkatdikantor", ["pangkat", "di", "kantor"]),
        ("pnsiun", ["pensiun"]),
        ("pndh", ["pindah"]),
        ("kenaikn", ["kenaikan"]),
        ("srt", ["surat"]),
        ("pensuin", ["pensiun"]),
        ("pangkst", ["pangkat"]),
        ("kanntor", ["kantor"]),
        ("sudahh", ["sudah"]),
        ("lapornya", ["lapornya"]),
        ("zxqwvjk", ["zxqwvjk"]),
        ("", [""]),
    ],
)
def test_an_unknown_word_is_what_it_most_probably_was(repairer: Repairer, written: str, meant: list[str]) -> None:
    assert [form for form, _, _ in repairer.pieces(written)] == meant


@pytest.mark.parametrize("name", ["mustofa", "wahyuningsih", "ngadiluwih", "sidoarjo"])
def test_an_unknown_name_stays_whole(repairer: Repairer, name: str) -> None:
    assert repairer.pieces(name) == ((name, 0, len(name)),)


def test_an_unknown_name_among_joined_words_stays_between_them(repairer: Repairer) -> None:
    assert [form for form, _, _ in repairer.pieces("kantorsidoarjopensiun")] == ["kantor", "sidoarjo", "pensiun"]


@given(word=st.sampled_from(sorted(COUNTS)))
def test_a_known_word_never_changes(repairer: Repairer, word: str) -> None:
    assert repairer.pieces(word) == ((word, 0, len(word)),)


@given(words=st.lists(st.sampled_from(sorted(COUNTS)) | st.text("abcdeknrst1", max_size=9), max_size=9))
def test_pieces_cover_the_word_without_gaps(repairer: Repairer, words: list[str]) -> None:
    word = "".join(words)

    pieces = repairer.pieces(word)

    assert [start for _, start, _ in pieces] == [0, *(end for _, _, end in pieces[:-1])]
    assert pieces[-1][2] == len(word)


def test_nothing_known_means_nothing_repaired() -> None:
    assert Repairer({}).pieces("pnsiun") == (("pnsiun", 0, 6),)


def test_a_hundred_thousand_letters_in_one_word_take_less_than_two_seconds(repairer: Repairer) -> None:
    began = time.process_time()

    repairer.pieces("sayamauxyz" * 10_000)

    assert time.process_time() - began < 2
