"""A learnt tagger: which tokens begin, continue or are no reported person, office or place.

A conditional random field over the atoms of each token and its neighbours. The scores of a token are sums of table
rows, so that tagging costs microseconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator

from classifiers.extract.atoms import JOINT, TokenAtoms
from classifiers.extract.chain import fit_chain

Floats = NDArray[np.float32]
Atoms = Sequence[TokenAtoms]
"""The atoms of each token of a text."""

KINDS = ("terlapor", "instansi", "tempat")
OUTSIDE = 0
LABELS = ("O", *(f"{place}-{kind}" for kind in KINDS for place in "BI"))
"""Odd numbers begin a span, the even number after each continues it."""
REACH = 3
"""How many tokens to either side a token looks."""
WIDTH = 2 * REACH + 1
HOPELESS = 10.0
"""Log-odds behind the best label from which on a label is given up; no step between labels makes up for that."""
CACHE_LIMIT = 20_000
"""Words whose rows are added up beforehand."""
DERIVED = ("_numbers", "_known", "_onward", "_lock", "_table")
EDGE = "^"
"""The only atom of the places before the first and after the last token."""


class SpanTagger(BaseEstimator):  # type: ignore[misc]
    """Learns spans from labelled texts.

    Args:
        penalty: weight of the squared weights while learning.
        min_count: atoms seen on fewer tokens are dropped.
        max_iter: steps of the solver at most.
        eagerness: what every span label gets on top, in log-odds; more of it finds more and errs more.
    """

    def __init__(self, penalty: float = 1.0, min_count: int = 5, max_iter: int = 100, eagerness: float = 0.75) -> None:
        self.penalty = penalty
        self.min_count = min_count
        self.max_iter = max_iter
        self.eagerness = eagerness

    def fit(self, texts: Sequence[Atoms], labels: Sequence[Sequence[int]]) -> SpanTagger:
        """Learn from the atoms of texts, none of them empty, and the label number of each of their tokens."""
        seen = Counter(atom for text in texts for word, place in text for atom in (*word, *place))
        # Atoms are saved one a line.
        kept = (atom for atom, count in seen.items() if count >= self.min_count and "\n" not in atom)
        self.atoms_ = (EDGE, *sorted(kept))
        self._numbers = {atom: number for number, atom in enumerate(self.atoms_)}
        table = sparse.vstack([self._rows(text) for text in texts]).tocsr()
        chain = fit_chain(
            table,
            np.array([len(text) for text in texts], dtype=np.int64),
            np.concatenate([np.asarray(each, dtype=np.int64) for each in labels]),
            len(LABELS),
            self.penalty,
            self.max_iter,
        )
        self.weights_ = chain.weights.reshape(len(self.atoms_), WIDTH * len(LABELS)).astype(np.float32)
        self.steps_ = chain.steps
        self._prepare()
        return self

    def _prepare(self) -> None:
        """What is derived from what was learnt, and is not saved."""
        self._numbers = {atom: number for number, atom in enumerate(self.atoms_)}
        self._known: dict[tuple[str, ...], tuple[int, ...]] = {}
        self._lock = Lock()
        self._table = np.zeros((len(self.atoms_) + CACHE_LIMIT, WIDTH * len(LABELS)), dtype=np.float32)
        self._table[: len(self.atoms_)] = self.weights_
        # From each label, the labels that may follow it and what each such step adds.
        self._onward = [
            [(right, float(self.steps_[left, right])) for right in range(len(LABELS)) if not MALFORMED[left, right]]
            for left in range(len(LABELS))
        ]

    def __getstate__(self) -> dict[str, Any]:
        state = {key: value for key, value in super().__getstate__().items() if key not in DERIVED}
        return state | ({"atoms_": "\n".join(self.atoms_)} if "atoms_" in state else {})

    def __setstate__(self, state: dict[str, Any]) -> None:
        learnt = {"atoms_": tuple(state["atoms_"].split("\n"))} if "atoms_" in state else {}
        super().__setstate__(state | learnt)
        if learnt:
            self._prepare()

    def _rows(self, text: Atoms) -> sparse.csr_matrix:
        """One row of features a token: the atoms around it, each by its distance."""
        numbers = self._numbers
        found = [[numbers[atom] for atom in (*word, *place) if atom in numbers] for word, place in text]
        found = [[0], *found, [0]]
        columns: list[int] = []
        pointers = [0]
        for index in range(1, len(text) + 1):
            for at in range(max(0, index - REACH), min(len(found), index + REACH + 1)):
                columns.extend(
                    number * WIDTH + at - index + REACH
                    for number in found[at]
                    if at == index or self.atoms_[number][0] not in JOINT
                )
            pointers.append(len(columns))
        return sparse.csr_matrix((np.ones(len(columns)), columns, pointers), (len(text), len(self.atoms_) * WIDTH))

    def _ids(self, text: Atoms) -> tuple[list[int], list[int]]:
        """Rows of the table to add up, with an edge before and after, and where each token's begin."""
        numbers, known = self._numbers, self._known
        flat, begins = [0], [0]
        for word, place in text:
            begins.append(len(flat))
            flat += known.get(word) or self._know(word)
            flat += [numbers[atom] for atom in place if atom in numbers]
        begins.append(len(flat))
        flat.append(0)
        return flat, begins

    def _know(self, word: tuple[str, ...]) -> tuple[int, ...]:
        """Rows of a word that was not met before; their sum becomes one row as long as there is room."""
        # A word without a known atom is like an edge, so that every token has a row.
        rows = tuple(self._numbers[atom] for atom in word if atom in self._numbers) or (0,)
        with self._lock:
            met = self._known.get(word)
            if met:
                return met  # another thread was faster
            if len(self._known) < CACHE_LIMIT:
                new = len(self.atoms_) + len(self._known)
                self._table[new] = self._table[list(rows)].sum(axis=0)
                rows = self._known[word] = (new,)
        return rows

    def scores(self, text: Atoms) -> Floats:
        """How much speaks for each label of each token, before the labels beside it count."""
        flat, begins = self._ids(text)
        rows = np.add.reduceat(self._table[flat], begins, axis=0).reshape(len(begins), WIDTH, len(LABELS))
        total = np.zeros((len(text), len(LABELS)), dtype=np.float32)
        # Token i of the text stands at i + 1; what stands `away` before it adds to it what it says to its right.
        for offset in range(WIDTH):
            away = offset - REACH + 1
            low, high = max(0, -away), min(len(text), len(begins) - away)
            if low < high:
                total[low:high] += rows[low + away : high + away, offset]
        total[:, OUTSIDE] -= self.eagerness
        return total

    def tag(self, text: Atoms) -> list[tuple[str, int, int]]:
        """The spans of a text: kind, first and last token (exclusive)."""
        return list(spans(self._best(self.scores(text)))) if text else []

    def _best(self, scores: Floats) -> list[int]:
        """The best well-formed sequence of labels (Viterbi), without labels that are hopeless at their token."""
        plain = (scores[:, OUTSIDE] - scores[:, OUTSIDE + 1 :].max(axis=1) > HOPELESS).tolist()
        alive = {OUTSIDE: 0.0}
        back: list[dict[int, int]] = []
        for row, is_plain in zip(scores.tolist(), plain, strict=True):
            best: dict[int, float] = {}
            source: dict[int, int] = {}
            least = max(alive.values()) - HOPELESS
            for left, score in alive.items():
                if score < least:
                    continue
                for right, step in self._onward[left]:
                    total = score + row[right] + (step if back else 0.0)
                    if right not in best or total > best[right]:
                        best[right] = total
                        source[right] = left
                    if is_plain:
                        break  # the first label onward is always the outside
            back.append(source)
            alive = best
        label = max(alive, key=alive.__getitem__)
        path = []
        for source in reversed(back):
            path.append(label)
            label = source[label]
        return path[::-1]


def _malformed() -> NDArray[np.bool_]:
    """Where a label cannot follow another: the inside of a span after anything but the same span."""
    table = np.zeros((len(LABELS), len(LABELS)), dtype=np.bool_)
    for inside in range(2, len(LABELS), 2):
        table[:, inside] = True
        table[inside - 1 : inside + 1, inside] = False
    return table


MALFORMED = _malformed()


def spans(labels: Sequence[int]) -> Iterator[tuple[str, int, int]]:
    """Yield the spans that a sequence of label numbers means: kind, first and last token (exclusive)."""
    start = 0
    before = OUTSIDE
    for index, label in enumerate((*labels, OUTSIDE)):
        if before != OUTSIDE and (label == OUTSIDE or label % 2 == 1):
            yield KINDS[(before - 1) // 2], start, index
        if label % 2 == 1:
            start = index
        before = label
