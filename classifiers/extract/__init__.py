"""Facts in a complaint: who, which office, where, when, how much, and the numbers that identify people and papers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from sklearn.base import BaseEstimator

from classifiers.extract.atoms import AtomMaker, TokenAtoms
from classifiers.extract.dates import find_dates
from classifiers.extract.entities import EntityFinder
from classifiers.extract.numbers import Found, find_numbers
from classifiers.extract.persons import persons_and_jobs
from classifiers.extract.tagger import SpanTagger
from classifiers.extract.tokens import Tokens
from classifiers.normalise import readable
from classifiers.types import Field

FIELD_NAMES = (
    "terlapor", "instansi", "tempat", "waktu", "jumlah_uang", "nip", "nik", "telepon", "nomor_dokumen", "pangkat",
)  # fmt: skip

PERSON = "terlapor"
INSIDE_PERSON = frozenset({"instansi", "tempat"})


LISTS = ("places", "offices", "titles", "common", "names")
DERIVED = ("_finder", "_maker")


class FieldExtractor(BaseEstimator):  # type: ignore[misc]
    """Finds the facts of a complaint with their exact spans; spans overlap only where a
    reported person's job names the office.

    Args:
        places, offices, titles: word lists, kept inside the saved model.
        common: everyday words, which are no names even where a sentence starts.
        names: names of people.
        max_chars: what follows this many characters is not read.
        tagger: finds persons, offices and places; without one, rules over the word lists do.
    """

    def __init__(
        self,
        places: tuple[str, ...] = (),
        offices: tuple[str, ...] = (),
        titles: tuple[str, ...] = (),
        common: tuple[str, ...] = (),
        names: tuple[str, ...] = (),
        max_chars: int = 20_000,
        tagger: SpanTagger | None = None,
    ) -> None:
        self.places = places
        self.offices = offices
        self.titles = titles
        self.common = common
        self.names = names
        self.max_chars = max_chars
        self.tagger = tagger

    @cached_property
    def _finder(self) -> EntityFinder:
        return EntityFinder(self.places, self.offices, self.titles, self.common)

    @cached_property
    def _maker(self) -> AtomMaker:
        return AtomMaker(self.names, self._finder.common)

    def __getstate__(self) -> dict[str, Any]:
        lists = {name: "\n".join(getattr(self, name)) for name in LISTS}
        return {key: value for key, value in super().__getstate__().items() if key not in DERIVED} | lists

    def __setstate__(self, state: dict[str, Any]) -> None:
        lists = {name: tuple(state[name].split("\n")) if state[name] else () for name in LISTS}
        super().__setstate__(state | lists)

    def extract(self, text: str) -> tuple[Field, ...]:
        """The facts of one text, in order of appearance."""
        readable_text = readable(text, self.max_chars)
        sure = _without_overlap([*find_numbers(readable_text), *find_dates(readable_text)])
        if self.tagger is None:
            found = self._finder.find(readable_text)
        else:
            found = self._tagged(readable_text, sure, self.tagger)
        taken = _without_overlap([*sure, *found])
        return tuple(
            Field(name, text[start:end], start, end) for name, start, end in sorted(taken, key=lambda f: f[1:])
        )

    def read(self, text: str) -> tuple[Tokens, list[TokenAtoms]]:
        """The tokens of a text and what the tagger learns from about each."""
        tokens = self._finder.tokens(text)
        sure = _without_overlap([*find_numbers(text), *find_dates(text)])
        return tokens, self._maker.atoms(tokens, sure, *persons_and_jobs(tokens))

    def _tagged(self, text: str, sure: list[Found], tagger: SpanTagger) -> Iterator[Found]:
        """What the tagger finds; where it finds nobody, the first job whose holder is said to have done something."""
        tokens = self._finder.tokens(text)
        named, jobs = persons_and_jobs(tokens)
        spans = tagger.tag(self._maker.atoms(tokens, sure, named, jobs))
        yield from (tokens.span(*span) for span in spans)
        if not any(name == PERSON for name, _, _ in spans):
            yield from jobs[:1]


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
