"""Vectors of words, learnt from texts without labels."""

from __future__ import annotations

import numpy as np

from classifiers.normalise import Normaliser
from classifiers.vectors import WordVectors

TEXTS = [
    f"{who} {what} uang {when} kepada {whom}"
    for who in ("lurah", "camat")
    for what in ("minta", "pungut")
    for when in ("kemarin", "tadi")
    for whom in ("warga", "pedagang")
] + [
    f"{what} jalan {where} {state} lama"
    for what in ("lampu", "aspal")
    for where in ("raya", "desa", "kota")
    for state in ("rusak", "mati")
]
WORDS = Normaliser().transform(TEXTS)


def test_words_that_stand_among_the_same_words_are_alike() -> None:
    vectors = WordVectors(size=4, min_count=2).fit(WORDS)

    lurah, camat, lampu = vectors.transform(Normaliser().transform(["lurah", "camat", "lampu"]))

    assert lurah @ camat > 0.5 > lurah @ lampu


def test_a_text_of_unknown_words_has_no_direction_and_every_other_one_has_length_one() -> None:
    vectors = WordVectors(size=4, min_count=2).fit(WORDS)

    rows = vectors.transform(Normaliser().transform(["", "zzz", "lurah minta uang"]))

    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), [0, 0, 1])


def test_too_few_words_give_empty_vectors() -> None:
    assert WordVectors().fit(WORDS[:1]).transform(WORDS).shape == (len(WORDS), 0)


def test_the_same_texts_and_seed_give_the_same_vectors() -> None:
    one, two = (WordVectors(size=4, min_count=2).fit(WORDS).transform(WORDS) for _ in range(2))

    np.testing.assert_array_equal(one, two)
