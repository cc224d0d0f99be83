"""Facts in a complaint: who, which office, where, when, how much, and the numbers that identify people and papers."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from sklearn.base import BaseEstimator

from classifiers.extract.dates import find_dates
from classifiers.extract.entities import EntityFinder
from classifiers.extract.numbers import Found, find_numbers
from classifiers.normalise import readable
from classifiers.types import Field

FIELD_NAMES = (
    "terlapor", "instansi", "tempat", "waktu", "jumlah_uang", "nip", "nik", "telepon", "nomor_dokumen", "pangkat",
)  # fmt: skip

PERSON = "terlapor"
INSIDE_PERSON = frozenset({"instansi", "tempat"})


LISTS = ("places", "offices", "titles", "common")


class FieldExtractor(BaseEstimator):  # type: ignore[misc]
    """Finds the facts of a complaint with their exact spans; spans overlap only where a
    reported person's job names the office.

    Args:
        places, offices, titles: word lists, kept inside the saved model.
        common: everyday words, which are no names even where a sentence starts.
        max_chars: what follows this many characters is not read.
    """

    def __init__(
        self,
        places: tuple[str, ...] = (),
        offices: tuple[str, ...] = (),
        titles: tuple[str, ...] = (),
        common: tuple[str, ...] = (),
        max_chars: int = 20_000,
    ) -> None:
        self.places = places
        self.offices = offices
        self.titles = titles
        self.common = common
        self.max_chars = max_chars

    @cached_property
    def _finder(self) -> EntityFinder:
        return EntityFinder(self.places, self.offices, self.titles, self.common)

    def __getstate__(self) -> dict[str, Any]:
        lists = {name: "\n".join(getattr(self, name)) for name in LISTS}
        return {key: value for key, value in super().__getstate__().items() if key != "_finder"} | lists

    def __setstate__(self, state: dict[str, Any]) -> None:
        lists = {name: tuple(state[name].split("\n")) if state[name] else () for name in LISTS}
        super().__setstate__(state | lists)

    def extract(self, text: str) -> tuple[Field, ...]:
        """The facts of one text, in order of appearance."""
        text_read = readable(text, self.max_chars)
        taken = _without_overlap([*find_numbers(text_read), *find_dates(text_read), *self._finder.find(text_read)])
        return tuple(
            Field(name, text[start:end], start, end) for name, start, end in sorted(taken, key=lambda f: f[1:])
        )


def _without_overlap(found: Iterable[Found]) -> list[Found]:
    """Keep what does not touch an earlier find; finders yield their surest results first.

    A person may name the office: "Kepala Dinas Sosial Kota Palu" is a person, the rest of it an office.
    """
    kept: list[Found] = []
    for name, start, end in found:
        rivals = (other for other in kept if name != PERSON or other[0] not in INSIDE_PERSON)
        if all(end <= other_start or start >= other_end for _, other_start, other_end in rivals):
            kept.append((name, start, end))
    return kept
