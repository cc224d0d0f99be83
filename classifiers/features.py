"""Word, stem and character n-grams with tf-idf, made so that every feature can be traced back to its words.

The same numbers as scikit-learn's `TfidfVectorizer` over words (1-2), stems (1-2), stems that matter (1-2, the second
wherever the next one stands) and `char_wb` (3-5), side by side, each block of length one; but n-grams of a word are
looked up once and kept, which makes a text cost microseconds, and each occurrence remembers its words, which makes
explanations exact instead of approximate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin

from classifiers.normalise import Words, questions
from language.stems import FUNCTION_WORDS, stem

IntArray = NDArray[np.int32]
FloatArray = NDArray[np.float64]
_EMPTY: IntArray = np.empty(0, dtype=np.int32)
CACHE_LIMIT = 100_000
# Each block but the words has a mark: the word "uang", the stem "uang" and the n-gram "uang" stay three features.
CHAR = "\x01"
STEM = "\x02"
MATTER = "\x03"
BLOCKS = ("", STEM, MATTER, CHAR)
"""Marks of the blocks in the order of their columns."""
NEGATED = "tidak_"
ASKED = "tanya_"


@dataclass(slots=True)
class Occurrences:
    """Feature numbers of one text, one entry per occurrence, with the first and last word that produced it."""

    ids: IntArray
    first: IntArray
    last: IntArray


class NgramVectorizer(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """tf-idf of word, stem and in-word character n-grams over normalised words.

    Args:
        word_max: longest word n-gram.
        char_range: shortest and longest character n-gram; None for none.
        min_df_word, min_df_char: features seen in fewer texts are dropped (stems count as words).
        stems: add stems and, once more without function words, pairs of them in either order.
        marks: add features for words that are denied ("tidak_pungli") or asked about ("tanya_pungli"), so that a
            model can learn that such words do not report a fact.
    """

    def __init__(
        self,
        word_max: int = 2,
        char_range: tuple[int, int] | None = (3, 5),
        min_df_word: int = 1,
        min_df_char: int = 2,
        stems: bool = True,
        marks: bool = True,
    ) -> None:
        self.word_max = word_max
        self.char_range = char_range
        self.min_df_word = min_df_word
        self.min_df_char = min_df_char
        self.stems = stems
        self.marks = marks

    # -- learning ---------------------------------------------------------------------------------------------

    def fit(self, X: Sequence[Words], y: Any = None) -> NgramVectorizer:
        """Learn vocabulary and document frequencies from normalised texts."""
        frequency: Counter[str] = Counter()
        for words in X:
            names = set(self._word_features(words)[0])
            for word in set(words.words):
                names.update(self._char_features(word))
            frequency.update(names)
        blocks: dict[str, list[str]] = {mark: [] for mark in BLOCKS}
        for name, count in frequency.items():
            mark = name[0] if name[0] in BLOCKS else ""
            if count >= (self.min_df_char if mark == CHAR else self.min_df_word):
                blocks[mark].append(name)
        self.names_ = [name for block in blocks.values() for name in sorted(block)]
        self.bounds_ = np.cumsum([len(block) for block in blocks.values()])
        counts = np.array([frequency[name] for name in self.names_], dtype=np.float64)
        self.idf_ = np.log((1 + len(X)) / (1 + counts)) + 1
        self._index()
        return self

    def _index(self) -> None:
        self._ids = {name: number for number, name in enumerate(self.names_)}
        self._cache: dict[str, IntArray] = {}

    def __getstate__(self) -> dict[str, Any]:
        # One string instead of 100,000: the saved model loads in milliseconds.
        state = {key: value for key, value in super().__getstate__().items() if key not in ("_ids", "_cache")}
        if "names_" in state:
            state["names_"] = "\n".join(state["names_"])
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        if "names_" in state:
            self.names_ = state["names_"].split("\n") if state["names_"] else []
            self._index()

    # -- features of one text ---------------------------------------------------------------------------------

    def _word_features(self, words: Words) -> tuple[list[str], list[int], list[int]]:
        """Word n-grams that stay inside a sentence, marked words and stems: names, first words, last words."""
        tokens, sentences = words.words, words.sentences
        names, first = list(tokens), list(range(len(tokens)))
        last = list(first)
        for length in range(2, self.word_max + 1):
            for index in range(len(tokens) - length + 1):
                stop = index + length - 1
                if sentences[index] == sentences[stop]:
                    names.append(" ".join(tokens[index : stop + 1]))
                    first.append(index)
                    last.append(stop)
        if self.marks:
            asks = questions(words)
            for prefix, marked in ((NEGATED, words.negated), (ASKED, [asks[number] for number in sentences])):
                chosen = [index for index, mark in enumerate(marked) if mark]
                names += [prefix + tokens[index] for index in chosen]
                first += chosen
                last += chosen
        if self.stems:
            cut = [stem(token) for token in tokens]
            everywhere = list(range(len(tokens)))
            matter = [index for index in everywhere if tokens[index] not in FUNCTION_WORDS]
            names += [STEM + one for one in cut] + [f"{STEM}{a} {b}" for a, b in pairwise(cut)]
            names += [MATTER + cut[index] for index in matter]
            names += [MATTER + " ".join(sorted((cut[a], cut[b]))) for a, b in pairwise(matter)]
            first += everywhere + everywhere[:-1] + matter + matter[:-1]
            last += everywhere + everywhere[1:] + matter + matter[1:]
        return names, first, last

    def _char_features(self, word: str) -> list[str]:
        if self.char_range is None:
            return []
        padded = f" {word} "
        low, high = self.char_range
        return [
            CHAR + padded[start : start + size]
            for size in range(low, high + 1)
            for start in range(max(1, len(padded) - size + 1))
        ]

    def occurrences(self, words: Words) -> Occurrences:
        """Known features of one text, in order of the words, repeated as often as they occur."""
        ids_of, cache = self._ids, self._cache
        if len(cache) > CACHE_LIMIT:
            cache.clear()
        chunks: list[IntArray] = []
        for word in words.words:
            known = cache.get(word)
            if known is None:
                found = [ids_of[name] for name in self._char_features(word) if name in ids_of]
                known = cache[word] = np.array(found, dtype=np.int32)
            chunks.append(known)
        names, first, last = self._word_features(words)
        numbers = [ids_of.get(name, -1) for name in names]
        known_names = np.array(numbers, dtype=np.int32)
        kept = np.flatnonzero(known_names >= 0)
        owners = np.repeat(np.arange(len(chunks), dtype=np.int32), [len(chunk) for chunk in chunks])
        return Occurrences(
            ids=np.concatenate([known_names[kept], *chunks]),
            first=np.concatenate([np.array(first, dtype=np.int32)[kept], owners]),
            last=np.concatenate([np.array(last, dtype=np.int32)[kept], owners]),
        )

    # -- matrices ---------------------------------------------------------------------------------------------

    def transform(self, X: Iterable[Words]) -> sparse.csr_matrix:
        """One row per text: sublinear term frequency times idf, each block of length one."""
        return self.matrix([self.occurrences(words).ids for words in X])

    def matrix(self, rows: Sequence[IntArray]) -> sparse.csr_matrix:
        """The matrix for feature numbers already looked up, one row each."""
        pointers = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int32)
        indices = np.concatenate(rows) if rows else _EMPTY
        shape = (len(rows), len(self.names_))
        matrix = sparse.csr_matrix((np.ones(len(indices)), indices, pointers), shape=shape)
        matrix.sum_duplicates()
        matrix.data = (1 + np.log(matrix.data)) * self.idf_[matrix.indices]
        _unit_blocks(matrix, self.bounds_)
        return matrix


def _unit_blocks(matrix: sparse.csr_matrix, bounds: IntArray) -> None:
    """Scale each block of columns to unit length in each row, in place; a block ends where its bound says."""
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    block = len(bounds) * rows + np.searchsorted(bounds, matrix.indices, side="right")
    squares = np.bincount(block, weights=matrix.data**2, minlength=len(bounds) * matrix.shape[0])
    lengths = np.sqrt(np.where(squares > 0, squares, 1.0))
    matrix.data /= lengths[block]
