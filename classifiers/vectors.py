"""What words mean, learnt from texts without labels: words that stand among the same words get alike vectors.

Shifted co-occurrence counts and a singular value decomposition, as Levy and Goldberg 2014 ("Neural word embedding as
implicit matrix factorization") and Levy, Goldberg and Dagan 2015; a text is the mean of its words' vectors, frequent
words weighing less, as Arora, Liang and Ma 2017 ("A simple but tough-to-beat baseline for sentence embeddings").
With a few hundred labelled texts, most words of a new text were never seen with a label; these vectors say which
labelled words they are like.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import svds
from sklearn.base import BaseEstimator, TransformerMixin

from classifiers.normalise import Words

Floats = NDArray[np.float64]
RARE = 1e-3
"""A word of this share of all words weighs half as much as one that hardly ever occurs."""
SMOOTH = 0.75
"""Power on the frequency of context words, against the pull of rare ones (Levy et al. 2015)."""


class WordVectors(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Vectors of words and of texts.

    Args:
        size: dimensions, fewer where there are fewer words.
        window: how many known words away a word still counts as standing beside another; near ones count more.
        min_count: rarer words get no vector.
        seed: start of the decomposition.
    """

    def __init__(self, size: int = 200, window: int = 5, min_count: int = 5, seed: int = 20) -> None:
        self.size = size
        self.window = window
        self.min_count = min_count
        self.seed = seed

    def fit(self, X: Sequence[Words], y: Any = None) -> WordVectors:
        """Learn from normalised texts; where fewer than three words are frequent enough, every vector is empty."""
        counts = Counter(chain.from_iterable(words.words for words in X))
        self.names_ = [word for word, count in counts.most_common() if count >= self.min_count]
        self._index()
        shares = np.array([counts[word] for word in self.names_]) / max(counts.total(), 1)
        size = min(self.size, len(self.names_) - 1)
        if size < 2:
            self.vectors_ = np.zeros((len(self.names_), 0), dtype=np.float32)
        else:
            start = np.random.default_rng(self.seed).standard_normal(len(self.names_))
            left, strength, _ = svds(self._associations(X), size, v0=start)
            weighed = left * np.sqrt(strength) * (RARE / (RARE + shares))[:, None]
            self.vectors_ = weighed.astype(np.float32)
        self.mean_ = np.zeros(self.vectors_.shape[1])
        self.mean_ = self._means(X).mean(axis=0)
        return self

    def _associations(self, texts: Sequence[Words]) -> sparse.csr_matrix:
        """How much oftener than by chance two words stand near each other (positive mutual information)."""
        rows = [[self._ids[word] for word in words.words if word in self._ids] for words in texts]
        ids = np.fromiter(chain.from_iterable(rows), dtype=np.int64)
        owners = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
        shape = (len(self.names_), len(self.names_))
        table = sparse.csr_matrix(shape)
        for step in range(1, self.window + 1):
            near = np.flatnonzero(owners[step:] == owners[:-step])
            pair = (np.full(len(near), 1 / step), (ids[near], ids[near + step]))
            table = table + sparse.csr_matrix(pair, shape=shape)
        table = (table + table.T).tocoo()
        mass = np.asarray(table.sum(axis=1)).ravel()
        context = mass**SMOOTH / (mass**SMOOTH).sum()
        gain = np.log(table.data / (mass[table.row] * context[table.col]))
        kept = gain > 0
        return sparse.csr_matrix((gain[kept], (table.row[kept], table.col[kept])), shape=shape)

    def _means(self, texts: Sequence[Words]) -> Floats:
        result = np.zeros((len(texts), self.vectors_.shape[1]))
        for number, words in enumerate(texts):
            ids = [self._ids[word] for word in words.words if word in self._ids]
            if ids:
                result[number] = self.vectors_[ids].mean(axis=0) - self.mean_
        return result

    def transform(self, X: Sequence[Words]) -> Floats:
        """One row of length one per text; zeros where no word is known."""
        rows = self._means(X)
        return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12))

    def _index(self) -> None:
        self._ids = {word: number for number, word in enumerate(self.names_)}

    def __getstate__(self) -> dict[str, Any]:
        state = {key: value for key, value in super().__getstate__().items() if key != "_ids"}
        return state | ({"names_": "\n".join(self.names_)} if "names_" in state else {})

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        if "names_" in state:
            self.names_ = state["names_"].split("\n") if state["names_"] else []
            self._index()
