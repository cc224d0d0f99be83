"""What unknown words are taken for, and what is left alone."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone

from classifiers.normalise import Normaliser
from classifiers.registry import load_object, save_object
from classifiers.repair import Repairer

ROOT = Path(__file__).resolve().parents[2]
COUNTS = {
    "saya": 400, "mau": 200, "urus": 60, "pensiun": 150, "kenaikan": 90, "pangkat": 120, "pindah": 80, "surat": 90,
    "sarat": 3, "tanya": 90, "di": 500, "kantor": 90, "lapor": 50, "nya": 5, "sudah": 300, "kasih": 30, "p3k": 40,
    "budi": 1,
}  # fmt: skip
LEXICON = {"gmn": "bagaimana", "p3k": "pppk", "sdh": "sudah"}
TEXTS = [" ".join([word] * count) for word, count in COUNTS.items()]


@pytest.fixture(scope="module")
def repairer() -> Repairer:
    return Repairer(COUNTS)


@pytest.fixture(scope="module")
def normaliser() -> Normaliser:
    return Normaliser(LEXICON).fit([*TEXTS, "gmn sdh"])


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


def test_a_hundred_thousand_letters_in_one_word_take_less_than_two_seconds(repairer: Repairer) -> None:
    began = time.process_time()

    repairer.pieces("sayamauxyz" * 10_000)

    assert time.process_time() - began < 2


def test_both_environments_repair_alike() -> None:
    copies = [(ROOT / room / "repair.py").read_text("utf-8") for room in ("assistant", "classifiers")]

    assert copies[0] == copies[1]
