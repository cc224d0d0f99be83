"""The few words that an officer is shown as the reason of a decision."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.explain import MOST, SILENT, spans
from classifiers.normalise import Normaliser, Words

WRITTEN = ["Suka", "maju", "uang9", "gmn", "ﬁ", "é", "😅", "di", " ", ".", ",", "/", "\n"]
KNOWN = ["suka maju minta uang pensiun pindah sudah", "kepala desa surat kantor"] * 3


@pytest.fixture(scope="module")
def normaliser() -> Normaliser:
    return Normaliser({"gmn": "bagaimana kabar"}).fit(KNOWN)


def shown(words: Words, **weights: float) -> list[str]:
    """What is marked when these words have these weights, and all others none."""
    given = np.array([weights.get(word, 0.0) for word in words.words])
    return [words.text[span.start : span.end] for span in spans(words, given)]


def test_few_heavy_words_are_shown_and_light_ones_are_not(normaliser: Normaliser) -> None:
    words = normaliser.words("kepala minta uang di kantor pensiun")

    assert shown(words, uang=3.0, pensiun=2.0, kepala=0.9, kantor=0.5, minta=0.4) == ["uang", "pensiun"]


def test_never_more_words_than_are_taken_in_at_a_glance(normaliser: Normaliser) -> None:
    words = normaliser.words("kepala. minta. uang. pensiun. surat. kantor. pindah. desa.")

    assert len(shown(words, **dict.fromkeys(words.words, 1.0))) == MOST


def test_neighbours_become_one_span_and_the_heaviest_span_comes_first(normaliser: Normaliser) -> None:
    words = normaliser.words("surat di kantor, kepala minta uang")

    assert shown(words, surat=1.0, minta=0.9, uang=0.9, kepala=0.8, kantor=0.5) == ["minta uang", "surat"]


def test_words_of_grammar_are_not_shown_however_heavy(normaliser: Normaliser) -> None:
    words = normaliser.words("uang sudah di kepala supaya pindah")

    assert shown(words, sudah=9.0, supaya=9.0, uang=1.0) == ["uang"]


def test_a_word_that_is_read_as_several_is_shown_whole(normaliser: Normaliser) -> None:
    words = normaliser.words("orang Sukamaju minta, MINTAUANGSUDAH; p3kpindah")

    assert words.words[1:3] == ["suka", "maju"]
    assert shown(words, maju=2.0) == ["Sukamaju"]
    assert shown(words, suka=2.0, maju=-3.0) == []
    assert shown(words, uang=1.0) == ["MINTAUANGSUDAH"]
    assert shown(words, pindah=1.0) == ["p3kpindah"]


def test_words_joined_by_marks_are_words_of_their_own(normaliser: Normaliser) -> None:
    assert shown(normaliser.words("surat,pensiun,pindah"), pensiun=1.0) == ["pensiun"]


@given(st.data())
def test_marks_are_whole_words_of_the_citizens_text(normaliser: Normaliser, data: st.DataObject) -> None:
    text = data.draw(st.lists(st.sampled_from(WRITTEN)).map("".join))
    words = normaliser.words(text)
    numbers = st.floats(-2, 2)
    weights = np.array(data.draw(st.lists(numbers, min_size=len(words.words), max_size=len(words.words))))

    for span in spans(words, weights):
        assert 0 <= span.start < span.end <= len(text)
        assert span.weight >= 0
        assert not text[max(span.start - 1, 0) : span.start + 1].isalnum() or span.start == 0
        assert not text[span.end - 1 : span.end + 1].isalnum() or span.end == len(text)


def test_nothing_speaks_for_a_decision_without_weight(normaliser: Normaliser) -> None:
    assert spans(normaliser.words(""), np.empty(0)) == ()
    assert shown(normaliser.words("uang pindah"), uang=-1.0) == []


def test_silent_words_are_words_as_the_normaliser_writes_them() -> None:
    assert {"tidak", "dia", "supaya"} <= SILENT
    assert all(word.isalpha() and word.islower() for word in SILENT)
