"""Labelled texts told again with other names, places and capitals, so that context counts more than one name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from classifiers.extract.atoms import CLASS_OF
from classifiers.extract.numbers import Found
from classifiers.extract.tokens import NOT_NAMES

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
LONGEST_PLACE = 3
INVENTED = 0.25
"""Share of names and places that no list holds."""
LOWERED = 0.2
SHOUTED = 0.1
ONSETS = (*"bcdghjklmnprstwy", "ng", "ny", "tr", "kr", "pr", "")
VOWELS = "aaeiou"
CODAS = ("", "", "", "n", "ng", "r", "s", "t", "h", "k", "l", "m")


class Varier:
    """Rewrites labelled texts.

    Args:
        names: lower-case names of people.
        places: lower-case names of places.
        common: everyday words and jobs, which stay.
        seed: the same seed, the same texts.
    """

    def __init__(self, names: Iterable[str], places: Iterable[str], common: Iterable[str], seed: int) -> None:
        self.names = sorted({name for name in names if name.isalpha()})
        self.places = sorted(set(places))
        self.known_names, self.known_places = frozenset(self.names), frozenset(self.places)
        self.common = frozenset(common)
        self.random = np.random.default_rng(seed)

    def vary(self, text: str, spans: Sequence[Found]) -> tuple[str, list[Found]]:
        """One more telling of a text with its spans."""
        ordered = sorted(spans, key=lambda span: span[1])
        pieces: list[str] = []
        moved: list[Found] = []
        length = after = 0
        for name, start, end in ordered:
            between = text[after:start]
            inside = text[start:end]
            inside = self._person(inside) if name == "terlapor" else self._place(inside)
            pieces += [between, inside]
            begin = length + len(between)
            length = begin + len(inside)
            moved.append((name, begin, length))
            after = end
        told = "".join(pieces) + text[after:]
        draw = self.random.random()
        if draw < LOWERED:
            cased = told.lower()
        elif draw < LOWERED + SHOUTED:
            cased = told.upper()
        else:
            cased = told
        return (cased if len(cased) == len(told) else told), moved

    def _person(self, name: str) -> str:
        words = list(WORD.finditer(name))
        titles = sum(1 for word in words if not self._is_name(word.group()))
        told = _replace(name, words, lambda word: self._name() if self._is_name(word) else None)
        if len(words) - titles == 1 and self.random.random() < 0.3:
            told += " " + _cased(self._name(), words[-1].group())
        return told

    def _is_name(self, word: str) -> bool:
        lower = word.lower()
        if len(word) == 1 or word in NOT_NAMES or lower in CLASS_OF:
            return False
        return lower in self.known_names or lower not in self.common

    def _name(self) -> str:
        if self.random.random() < INVENTED:
            return self._invent()
        return self.names[int(self.random.integers(len(self.names)))]

    def _place(self, text: str) -> str:
        words = list(WORD.finditer(text))
        index = 0
        told, after = [], 0
        while index < len(words):
            end = self._known_place(text, words, index)
            if end == index:
                index += 1
                continue
            start, stop = words[index].start(), words[end - 1].end()
            told += [text[after:start], _cased(self._place_name(), words[index].group())]
            after = stop
            index = end
        return "".join(told) + text[after:]

    def _known_place(self, text: str, words: Sequence[re.Match[str]], index: int) -> int:
        for count in range(LONGEST_PLACE, 0, -1):
            chosen = words[index : index + count]
            if len(chosen) == count and text[chosen[0].start() : chosen[-1].end()].lower() in self.known_places:
                return index + count
        return index

    def _place_name(self) -> str:
        if self.random.random() < INVENTED:
            return self._invent()
        return self.places[int(self.random.integers(len(self.places)))]

    def _invent(self) -> str:
        """A word that could be a name."""

        def pick(choices: Sequence[str]) -> str:
            return choices[int(self.random.integers(len(choices)))]

        syllables = 2 + int(self.random.integers(2))
        return "".join(pick(ONSETS) + pick(VOWELS) + (pick(CODAS)) for _ in range(syllables))


def _replace(text: str, words: Sequence[re.Match[str]], other: Callable[[str], str | None]) -> str:
    told, after = [], 0
    for word in words:
        new = other(word.group())
        if new is not None:
            told += [text[after : word.start()], _cased(new, word.group())]
            after = word.end()
    return "".join(told) + text[after:]


def _cased(word: str, like: str) -> str:
    if like.isupper() and len(like) > 1:
        return word.upper()
    return word.title() if like[:1].isupper() else word.lower()
