"""Which stretches of the citizen's own text moved a decision, computed from the linear model itself.

The score of a linear model is a sum over features; every occurrence of a feature knows its words, so the sum can be
split among the words without approximation. Neighbouring words that push the same way become one span.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from classifiers.features import IntArray, Occurrences
from classifiers.normalise import Words
from classifiers.types import Span

Floats = NDArray[np.float64]
MAX_SPANS = 6
MIN_SHARE = 0.2
"""A word must carry at least this share of the strongest word's weight to be shown."""
MAX_GAP = 2
"""Words with at most this many characters between them (a blank, a comma and a blank) join into one span."""


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


def spans(words: Words, weights: Floats, limit: int = MAX_SPANS) -> tuple[Span, ...]:
    """The strongest stretches of the original text, strongest first; weights are shares of the shown total."""
    if not len(weights) or weights.max() <= 0:
        return ()
    floor = MIN_SHARE * float(weights.max())
    runs: list[list[float]] = []
    for index in np.flatnonzero(weights >= floor).tolist():
        start, end, weight = words.starts[index], words.ends[index], float(weights[index])
        if runs and start <= runs[-1][1] + MAX_GAP and "\n" not in words.text[int(runs[-1][1]) : start]:
            runs[-1][1] = max(runs[-1][1], end)
            runs[-1][2] += weight
        else:
            runs.append([start, end, weight])
    runs.sort(key=lambda run: -run[2])
    return tuple(Span(int(start), int(end), round(weight, 4)) for start, end, weight in runs[:limit])
