"""The feature matrix against scikit-learn's own, and the words behind each feature."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.feature_extraction.text import TfidfVectorizer

from classifiers.features import MATTER, STEM, NgramVectorizer
from classifiers.normalise import Normaliser
from language.stems import stem

TEXTS = ["sk pensiun belum terbit", "usul mutasi belum jalan belum juga", "login gagal", "pensiun belum cair belum"]


def test_the_numbers_are_those_of_scikit_learn() -> None:
    words = Normaliser().transform(TEXTS)
    ours = NgramVectorizer(char_range=(3, 4), min_df_char=1, stems=False, marks=False).fit_transform(words)
    word_part = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"\w+").fit_transform(TEXTS)
    char_part = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 4), sublinear_tf=True).fit_transform(TEXTS)
    theirs = sparse.hstack([word_part, char_part])

    # The order of columns differs, similarities between texts do not.
    np.testing.assert_allclose((ours @ ours.T).toarray(), (theirs @ theirs.T).toarray(), atol=1e-9)


def test_every_occurrence_knows_its_words() -> None:
    vectorizer = NgramVectorizer(char_range=None)
    words = Normaliser().transform(TEXTS)
    vectorizer.fit(words)

    found = vectorizer.occurrences(words[0])

    spans = {
        vectorizer.names_[number]: (first, last)
        for number, first, last in zip(found.ids, found.first, found.last, strict=True)
    }
    assert spans["pensiun"] == (1, 1)
    assert spans["pensiun belum"] == (1, 2)


def test_words_of_one_stem_share_features_and_pairs_that_matter_skip_function_words() -> None:
    vectorizer = NgramVectorizer(char_range=None)
    words = Normaliser().transform(["usul pensiun saya dipersulit", "mempersulit itu pensiun"])
    matrix = vectorizer.fit(words).transform(words).toarray()
    shared = {vectorizer.names_[column] for column in np.flatnonzero((matrix > 0).all(axis=0))}

    assert {STEM + "persulit", MATTER + " ".join(sorted((stem("pensiun"), "persulit")))} <= shared
    found = vectorizer.occurrences(words[0])
    at = [vectorizer.names_[number] for number in found.ids].index(
        MATTER + " ".join(sorted((stem("pensiun"), "persulit")))
    )
    assert (found.first[at], found.last[at]) == (1, 3)


def test_each_block_has_length_one() -> None:
    vectorizer = NgramVectorizer(min_df_char=1)
    matrix = vectorizer.fit(Normaliser().transform(TEXTS)).transform(Normaliser().transform(TEXTS)).toarray()

    for block in np.split(matrix, vectorizer.bounds_[:-1], axis=1):
        np.testing.assert_allclose(np.linalg.norm(block, axis=1), 1.0)


def test_denied_and_asked_words_are_features_of_their_own() -> None:
    words = Normaliser().transform(["tidak ada pungli", "apa itu pungli?"])

    names = NgramVectorizer(char_range=None).fit(words).names_

    assert "tidak_pungli" in names
    assert "tanya_pungli" in names


def test_words_never_pair_across_sentences() -> None:
    words = Normaliser().transform(["belum terbit. mohon bantuan"])

    assert "terbit mohon" not in NgramVectorizer(char_range=None).fit(words).names_


def test_unknown_and_empty_texts_are_rows_of_zeros() -> None:
    vectorizer = NgramVectorizer().fit(Normaliser().transform(TEXTS))

    matrix = vectorizer.transform(Normaliser().transform(["", "😅", "zzz qqq"]))

    assert matrix.shape[0] == 3
    assert matrix.nnz == 0


@pytest.mark.parametrize("estimator", [NgramVectorizer(word_max=1, char_range=(2, 3)), Normaliser({"ga": "tidak"})])
def test_parameters_survive_cloning(estimator: NgramVectorizer | Normaliser) -> None:
    assert clone(estimator).get_params() == estimator.get_params()
