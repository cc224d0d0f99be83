"""Which few words of the citizen's own text moved a decision, computed from the linear model itself.

The score of a linear model is a sum over features; every occurrence of a feature knows its words, so the sum can be
split among the words without approximation. Shown are the fewest whole words that carry most of what speaks for the
decision, no words of grammar among them; neighbours become one span. `docs/models.md` holds what that leaves out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifiers.features import IntArray, Occurrences
from classifiers.lexicons import word_set
from classifiers.normalise import Words
from classifiers.types import Span
from language.stems import FUNCTION_WORDS

Floats = NDArray[np.float64]
SHARE = 0.6
"""Of the weight of all words that speak for a decision; words are added, the heaviest first, until they carry it."""
MOST = 4
"""More words are not taken in at a glance, whatever they carry."""
MIN_SHARE = 0.25
"""A word must carry at least this share of the heaviest word's weight."""
SILENT = FUNCTION_WORDS | word_set(
    "aku kita kami kamu anda dia ia mereka beliau para si sang agar supaya biar buat bagi oleh sampai sama seperti "
    "saat waktu ketika setelah sebelum lalu terus kemudian maka bahwa serta akan telah pernah sedang masih hanya cuma"
)
"""Words that tell an officer nothing on their own, however much the model makes of them."""
GAPS = frozenset(("", " ", ",", ", ", "/", "-"))
"""Words with one of these between them join into one span."""


class Attribution:
    """Splits linear scores of one text among its words.

    Args:
        words: the text's words.
        found: the features' occurrences.
        columns, values: the text's row of the feature matrix.
        scratch: any array with a place per feature; overwritten.
    """

    def __init__(self, words: Words, found: Occurrences, columns: IntArray, values: Floats, scratch: IntArray) -> None:
        self.columns = columns
        self._count = len(words.words)
        scratch[columns] = np.arange(len(columns), dtype=np.int32)
        self._position = scratch[found.ids]
        occurrences = np.bincount(self._position, minlength=len(columns))
        pairs = found.first != found.last
        # A word pair gives half to each of its words.
        self._share = values[self._position] / occurrences[self._position] / (1 + pairs)
        self._first, self._pairs, self._last = found.first, pairs, found.last[pairs]

    def of(self, direction: Floats) -> Floats:
        """What each word adds to the score `values @ direction`; `direction` has one weight per column."""
        parts = self._share * direction[self._position]
        weights = np.bincount(self._first, weights=parts, minlength=self._count)
        weights += np.bincount(self._last, weights=parts[self._pairs], minlength=self._count)
        return np.asarray(weights)


def spans(words: Words, weights: Floats) -> tuple[Span, ...]:
    """The few stretches of the original text that speak for a decision, heaviest first.

    Args:
        words: of the text.
        weights: what each word adds to the decision's score.
    """
    written = [word for word in _written(words, weights) if word.weight > 0 and not word.silent]
    written.sort(key=lambda word: -word.weight)
    wanted, carried, chosen = SHARE * sum(word.weight for word in written), 0.0, list[_Written]()
    for word in written[:MOST]:
        if carried >= wanted or word.weight < MIN_SHARE * written[0].weight:
            break
        chosen.append(word)
        carried += word.weight
    runs: list[Span] = []
    for word in sorted(chosen, key=lambda word: word.start):
        last = runs[-1] if runs else None
        if last and words.text[last.end : word.start] in GAPS:
            runs[-1] = Span(last.start, word.end, last.weight + word.weight)
        else:
            runs.append(Span(word.start, word.end, word.weight))
    runs.sort(key=lambda run: -run.weight)
    return tuple(Span(run.start, run.end, round(run.weight, 4)) for run in runs)


@dataclass(slots=True)
class _Written:
    """A run of letters and digits as the citizen wrote it; the model may have read several words in it."""

    start: int
    end: int
    weight: float
    silent: bool


def _written(words: Words, weights: Floats) -> list[_Written]:
    """The words of a text as they were written, each with the weight of everything that was read in it."""
    found: list[_Written] = []
    for word, start, end, weight in zip(words.words, words.starts, words.ends, weights.tolist(), strict=True):
        silent, last = word in SILENT, found[-1] if found else None
        if last and start <= last.end and (start < last.end or words.text[start - 1 : start + 1].isalnum()):
            last.end, last.silent = max(last.end, end), last.silent and silent
            last.weight += weight
        else:
            found.append(_Written(start, end, weight, silent))
    return found
