"""The citizen's text cut into stretches, each with the marks that lie on it.

Marks overlap freely (a sum of money is a field and may have moved two decisions), so the text is cut at every
border and each stretch lists what covers it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Mark:
    """A stretch `text[start:end]` and why it is marked. `key` ties it to a row of the ticket."""

    key: str
    label: str
    start: int
    end: int


@dataclass
class Stretch:
    """A piece of text under one set of marks."""

    text: str
    marks: list[Mark] = field(default_factory=list)

    @property
    def keys(self) -> str:
        """Keys of the marks, for the page's script."""
        return " ".join(dict.fromkeys(mark.key for mark in self.marks))

    @property
    def tip(self) -> str:
        """What the marks say, for whoever points at or tabs to the stretch."""
        return " · ".join(dict.fromkeys(mark.label for mark in self.marks))

    @property
    def tone(self) -> str:
        """The most important kind of mark decides the colour."""
        kinds = {mark.key.split("-", 1)[0] for mark in self.marks}
        return next((kind for kind in ("fraud", "field", "category", "report_type") if kind in kinds), "")


def stretches(text: str, marks: Iterable[Mark]) -> list[Stretch]:
    """Cut a text at the borders of its marks; marks outside the text are cut to it."""
    inside = [mark for mark in marks if 0 <= mark.start < min(mark.end, len(text))]
    borders = sorted({0, len(text)} | {edge for m in inside for edge in (m.start, min(m.end, len(text)))})
    cut = [
        Stretch(text[start:end], _covering(inside, start, end) if text[start:end].strip() else [])
        for start, end in itertools.pairwise(borders)
    ]
    return [stretch for stretch in cut if stretch.text]


def _covering(marks: Iterable[Mark], start: int, end: int) -> list[Mark]:
    return [mark for mark in marks if mark.start <= start and end <= mark.end]
