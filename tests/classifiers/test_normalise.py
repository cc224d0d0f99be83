"""Words of informal Indonesian and the spans they came from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.normalise import Normaliser, questions, sentence_bounds

LEXICON = {"ga": "tidak", "gmn": "bagaimana", "p3k": "pppk", "3b": "iii/b", "a.n": "atas nama", "knp": "kenapa"}


def words(text: str) -> list[str]:
    return Normaliser(LEXICON).words(text).words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ga bisa", ["tidak", "bisa"]),
        ("GMN P3K", ["bagaimana", "pppk"]),
        ("a.n. Budi", ["atas", "nama", "budi"]),
        ("gol 3b dan III/b", ["gol", "iii/b", "dan", "iii/b"]),
        ("lamaaaa bangeeet", ["lama", "banget"]),
        ("data2 sekolah-sekolah", ["data", "sekolah"]),
        ("Rp2.500.000 atau 500rb", ["uang_", "atau", "uang_"]),
        ("198503122010011005", ["nip_"]),
        ("0812-0000-1234", ["telepon_"]),
        ("12/3/2025 jam 10.30 tahun 2024", ["tanggal_", "jam", "jam_", "tahun", "tahun_"]),
        ("𝗦𝗜𝗔𝗦𝗡 galat", ["siasn", "galat"]),
        ("SK/TMT salah", ["sk", "tmt", "salah"]),
        ("😅 !!! ...", []),
        ("", []),
    ],
)
def test_informal_forms_become_the_same_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@given(st.text(max_size=300))
def test_every_word_has_a_span_inside_the_original_text(text: str) -> None:
    result = Normaliser(LEXICON).words(text)

    assert all(0 <= start < end <= len(text) for start, end in zip(result.starts, result.ends, strict=True))
    assert len(result.words) == len(result.starts) == len(result.sentences) == len(result.negated)
    assert max(result.sentences, default=0) < len(result.bounds)


def test_negation_reaches_a_few_words_and_stops_at_a_turn() -> None:
    result = Normaliser().words("tidak ada pungli tetapi ada suap. ada pungli")

    assert [word for word, negated in zip(result.words, result.negated, strict=True) if negated] == ["ada", "pungli"]


def test_not_only_denies_nothing() -> None:
    result = Normaliser().words("tidak hanya pungli")

    assert not any(result.negated)


def test_questions_are_told_by_mark_or_opening_word() -> None:
    result = Normaliser().words("Apa itu pungli. Saya diminta uang. Benarkah begitu?")

    assert questions(result) == [True, False, True]


def test_abbreviations_end_no_sentence() -> None:
    text = "Petugas Kab. Sleman minta uang. Saya takut."

    assert [text[start:end].strip() for start, end in sentence_bounds(text)] == [
        "Petugas Kab. Sleman minta uang.",
        "Saya takut.",
    ]


def test_text_beyond_the_limit_is_not_read() -> None:
    assert words("kata " * 100_000)[:2] == ["kata", "kata"]
    assert len(Normaliser(max_chars=50).words("kata " * 100_000).words) == 10


def test_a_word_without_end_is_cut_not_kept() -> None:
    assert len(words("a1b2" * 25_000)[0]) < 100
