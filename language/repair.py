"""Repairs words that a model does not know: written without blanks, without vowels, or with a slip of the finger.

A noisy channel over the words that the model was trained on. Every reading of an unknown word has a cost, -ln of how
probable it is that somebody meant this and wrote that: the meant words by their frequency, plus the price of the
damage. The cheapest reading wins, and it must be clearly cheaper than "a word I do not know". Known words are never
touched.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise

Piece = tuple[str, int, int]
"""A word, and where in the given one it begins and ends."""

LONGEST = 24  # letters; nothing longer is a word of the language
CACHED = 50_000
# Prices in nats. An unknown word is a rare event, then a row of letters.
UNKNOWN, UNKNOWN_LETTER = 7.0, 2.5
BLANK = 1.0  # a blank left out
SLIP = 6.0  # one letter wrong, missing or swapped
FAR = 2.0  # more, if the wrong letter is not beside the right one on the keyboard, or is the first
PLAYED = 4.0  # a letter doubled, or a mute "h", as much play as slip: "ituh"
VOWELS_OUT, VOWEL = 2.0, 0.5  # vowels left out: that it is done, and each vowel
MARGIN = 1.0  # by how much a repair must beat the unknown word
LEAST_COUNT = 2  # of a word that a repair may lead to
# Parts of words that people also write apart; in a split they go back to their word.
PREFIXES = frozenset(("me", "mem", "men", "meng", "meny", "nge", "pe", "pem", "pen", "peng", "ber", "ter", "se", "per"))
SUFFIXES = frozenset(("nya", "kan", "an", "in", "i", "lah", "kah", "ku", "mu", "pun"))

_DOUBLED = re.compile(r"(.)\1")
_VOWELS = str.maketrans("", "", "aeiou")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def _beside() -> frozenset[str]:
    """Pairs of keys that touch."""
    pairs = {a + b for row in _ROWS for a, b in pairwise(row)}
    for upper, lower in pairwise(_ROWS):
        for place, key in enumerate(lower):
            pairs |= {key + other for other in upper[place : place + 2]}
    return frozenset(pairs | {pair[::-1] for pair in pairs})


BESIDE = _beside()


class Repairer:
    """Finds what an unknown word was meant to be.

    Args:
        counts: how often each known word occurs; lower case.
    """

    def __init__(self, counts: Mapping[str, int]) -> None:
        total = math.log(max(sum(counts.values()), 1))
        self._costs = {word: total - math.log(count) for word, count in counts.items() if count > 0}
        self._targets = {word for word, count in counts.items() if count >= LEAST_COUNT}
        self._skeletons: dict[str, list[str]] = {}
        for word in self._targets:
            if len(word) > 3 and word.isalpha():
                self._skeletons.setdefault(_skeleton(word), []).append(word)
        self._cache: dict[str, tuple[Piece, ...]] = {}

    def __contains__(self, word: object) -> bool:
        return word in self._costs

    def pieces(self, word: str) -> tuple[Piece, ...]:
        """What a word was meant to be: itself, another word, or several with their places in it.

        Time grows with the length of the word, not faster; a row of 100,000 letters takes well under two seconds.

        Args:
            word: lower case; letters and digits.
        """
        if word in self._costs or len(word) < 2 or not self._costs:
            return ((word, 0, len(word)),)
        found = self._cache.get(word)
        if found is None:
            found = self._repaired(word)
            if len(self._cache) >= CACHED:
                self._cache.clear()
            if len(word) <= LONGEST:
                self._cache[word] = found
        return found

    def _repaired(self, word: str) -> tuple[Piece, ...]:
        whole = ((word, 0, len(word)),)
        cost, split = self._split(word)
        best = min(UNKNOWN + UNKNOWN_LETTER * len(word) - MARGIN, cost)
        result = split if cost <= best else whole
        if len(word) <= LONGEST and word.isalpha():
            for meant, damage in self._readings(word):
                if self._costs[meant] + damage < best:
                    best, result = self._costs[meant] + damage, ((meant, 0, len(word)),)
        return result

    def _readings(self, word: str) -> Iterator[tuple[str, float]]:
        """Known words that the given one may stand for, with the price of the damage."""
        yield from self._vowelless(word, VOWELS_OUT)
        plain = _DOUBLED.sub(r"\1", word)  # "pdhall"
        if plain != word and len(plain) > 2:
            if plain in self._costs:
                yield plain, PLAYED
            yield from self._vowelless(plain, VOWELS_OUT + PLAYED)
        if len(word) > 2:
            yield from _slips(word, self._targets)

    def _vowelless(self, word: str, price: float) -> Iterator[tuple[str, float]]:
        """Known words that the given one is when vowels are put in."""
        for meant in self._skeletons.get(_skeleton(word), ()):
            missing = len(meant) - len(word)
            if missing > 0 and meant[0] == word[0] and _within(word, meant):
                yield meant, price + VOWEL * missing

    def _split(self, word: str) -> tuple[float, tuple[Piece, ...]]:
        """The cheapest row of words that makes up the given one, unknown stretches among them (Viterbi)."""
        costs, size = self._costs, len(word)
        # For each place: cheapest cost with a word ending there, or inside an unknown stretch; and where that began.
        ended, began = [0.0] + [math.inf] * size, [0] * (size + 1)
        inside, opened = [math.inf] * (size + 1), [0] * (size + 1)
        for end in range(1, size + 1):
            known, start = math.inf, end
            for first in range(max(0, end - LONGEST), end - 1):
                cost = costs.get(word[first:end])
                if cost is not None and ended[first] + cost < known:
                    known, start = ended[first] + cost, first
            fresh = ended[end - 1] + UNKNOWN
            opened[end] = end - 1 if fresh <= inside[end - 1] else opened[end - 1]
            inside[end] = min(fresh, inside[end - 1]) + UNKNOWN_LETTER
            if inside[end] < known:
                known, start = inside[end], opened[end]
            ended[end], began[end] = known + BLANK, start
        pieces: list[Piece] = []
        end = size
        while end:
            pieces.append((word[began[end] : end], began[end], end))
            end = began[end]
        return ended[size] - BLANK, _affixed(word, pieces[::-1])


def _skeleton(word: str) -> str:
    return word.translate(_VOWELS)


def _within(short: str, long: str) -> bool:
    """Whether the letters of one word stand in the other in the same order."""
    rest = iter(long)
    return all(letter in rest for letter in short)


def _affixed(word: str, pieces: list[Piece]) -> tuple[Piece, ...]:
    """Pieces of a word with parts that are no words put back to their neighbours."""
    starts = [
        start
        for number, (form, start, _) in enumerate(pieces)
        if not number or (form not in SUFFIXES and pieces[number - 1][0] not in PREFIXES)
    ]
    return tuple((word[a:b], a, b) for a, b in zip(starts, [*starts[1:], len(word)], strict=True))


def _slips(word: str, known: Collection[str]) -> Iterator[tuple[str, float]]:
    """Known words one slip away, with its price."""
    for at in range(len(word) + 1):
        head, tail = word[:at], word[at + 1 :]
        far = FAR if at == 0 else 0.0
        for letter in _LETTERS:
            if (longer := head + letter + word[at:]) in known:  # a letter was left out
                yield longer, SLIP + far
            if at < len(word) and (other := head + letter + tail) in known:
                yield other, far + (SLIP if letter + word[at] in BESIDE else SLIP + FAR)
        if (shorter := head + tail) in known:
            played = head and (word[at] == "h" or word[at] == head[-1])
            yield shorter, PLAYED if played else SLIP + FAR
        if (swapped := head + tail[:1] + word[at : at + 1] + tail[1:]) in known:
            yield swapped, SLIP + far
