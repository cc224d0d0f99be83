"""Unknown words are repaired before the triage reads them, each in its own place of the text."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone

from classifiers.normalise import Normaliser
from classifiers.registry import load_object, save_object
from tests.language.test_repair import COUNTS

LEXICON = {"gmn": "bagaimana", "p3k": "pppk", "sdh": "sudah"}
TEXTS = [" ".join([word] * count) for word, count in COUNTS.items()]


@pytest.fixture(scope="module")
def normaliser() -> Normaliser:
    return Normaliser(LEXICON).fit([*TEXTS, "gmn sdh"])


def test_each_repaired_word_has_its_own_place_in_the_text(normaliser: Normaliser) -> None:
    text = "Pak, SAYAMAUURUSPENSIUNNN; gmnp3kpindah? pndh"

    found = normaliser.words(text)

    told = {word: text[a:b] for word, a, b in zip(found.words, found.starts, found.ends, strict=True)}
    assert told == {
        "pak": "Pak",
        "saya": "SAYA",
        "mau": "MAU",
        "urus": "URUS",
        "pensiun": "PENSIUNNN",
        "bagaimana": "gmn",
        "pppk": "p3k",
        "pindah": "pndh",
    }


@given(st.text(max_size=200) | st.lists(st.sampled_from([*COUNTS, "ﬁ", "İ", "9", " ", "-"])).map("".join))
def test_spans_stay_inside_the_text_and_in_order(normaliser: Normaliser, text: str) -> None:
    found = normaliser.words(text)

    assert all(0 <= a < b <= len(text) for a, b in zip(found.starts, found.ends, strict=True))
    assert found.starts == sorted(found.starts)
    assert all(0 < len(word) <= 100 for word in found.words)


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("kantor desa Kantorpindah", ["kantorpindah"]),
        ("di Kel. Suratkantor", ["suratkantor"]),
        ("guru SMPN 2 Kantorpindah", ["kantorpindah"]),
        ("desa kantorpindah", ["kantor", "pindah"]),
        ("DESA KANTORPINDAH", ["kantor", "pindah"]),
        ("saya Kantorpindah", ["kantor", "pindah"]),
        ("desa Pnsiun", ["pensiun"]),
    ],
)
def test_an_unknown_name_is_never_several_words(normaliser: Normaliser, text: str, last: list[str]) -> None:
    assert normaliser.words(text).words[-len(last) :] == last


def test_texts_that_were_learnt_from_read_as_without_repair(normaliser: Normaliser) -> None:
    plain = Normaliser(LEXICON)

    assert [one.words for one in normaliser.transform(TEXTS)] == [one.words for one in plain.transform(TEXTS)]


def test_words_of_the_given_terms_are_known() -> None:
    fitted = Normaliser().fit(["bintang " * 50], terms=["Bontang"])

    assert fitted.words("bontang bingtang").words == ["bontang", "bintang"]


def test_known_words_travel_with_the_saved_normaliser_but_not_with_its_clone(
    normaliser: Normaliser, tmp_path: Path
) -> None:
    save_object(normaliser, tmp_path / "n.skops")

    loaded = load_object(tmp_path / "n.skops")

    assert loaded.words_ == normaliser.words_
    assert loaded.words("pnsiun").words == ["pensiun"]
    assert clone(normaliser).words("pnsiun").words == ["pnsiun"]


@pytest.mark.parametrize(
    "text",
    [
        "x" * 100_000,
        "sayamau" * 15_000,
        "a1" * 50_000,
        "q" + "wertyuiopasdfghjklzxcvbnm" * 4_000,
        "pnsn" * 25_000,
        " ".join(f"{number:x}gklm".translate(str.maketrans("0123456789", "opqrstuvwx")) for number in range(12_000)),
    ],
    ids=["one letter", "words", "letters and digits", "rows of keys", "no vowels", "many unknown words"],
)
def test_a_hundred_thousand_letters_take_less_than_two_seconds(text: str) -> None:
    fitted = Normaliser(LEXICON).fit(TEXTS)
    fitted.words("pnsiun")  # tables are built with the first unknown word
    began = time.process_time()

    fitted.words(text)

    assert time.process_time() - began < 2
