"""Who, which office and where: spaCy's tokens and phrase matcher over our word lists, joined by rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import spacy
from spacy.language import Language
from spacy.matcher import PhraseMatcher

from classifiers.extract.numbers import Found
from classifiers.extract.persons import find_persons
from classifiers.extract.tokens import PLAIN_MARK, Tokens
from classifiers.extract.units import find_places, find_units


class EntityFinder:
    """Finds `terlapor`, `instansi` and `tempat` with the word lists given.

    Args:
        places, offices, titles: lower-case terms; a `*` behind one marks a plain word that needs company to count.
        common: everyday words, which are no names even where a sentence starts.
    """

    def __init__(
        self, places: Sequence[str], offices: Sequence[str], titles: Sequence[str], common: Sequence[str] = ()
    ) -> None:
        self.common = frozenset(common)
        self.terms = {"PLACE": tuple(places), "UNIT": tuple(offices), "TITLE": tuple(titles)}

    @cached_property
    def nlp(self) -> Language:
        """Indonesian tokeniser."""
        return spacy.blank("id")

    @cached_property
    def _matcher(self) -> PhraseMatcher:
        """Finds the terms of the word lists; the key of a match is its list, with `PLAIN_MARK` for plain words."""
        # spaCy's entity ruler is the same matcher with a detour over entity objects, which costs more than the matcher.
        matcher = PhraseMatcher(self.nlp.vocab, attr="LOWER")
        for label, terms in self.terms.items():
            for mark in ("", PLAIN_MARK):
                chosen = (term.removesuffix(PLAIN_MARK) for term in terms if term.endswith(PLAIN_MARK) == bool(mark))
                matcher.add(label + mark, list(self.nlp.tokenizer.pipe(chosen)))
        return matcher

    def tokens(self, text: str) -> Tokens:
        """The tokens of a text with what the word lists say about them: the longest terms, the first of equals."""
        doc = self.nlp.make_doc(text)
        strings = self.nlp.vocab.strings
        listed: list[tuple[str, int, int]] = []
        taken: set[int] = set()
        for key, start, end in sorted(self._matcher(doc), key=lambda match: (match[1] - match[2], match[1])):
            if taken.isdisjoint(range(start, end)):
                taken.update(range(start, end))
                listed.append((strings[key], start, end))
        return Tokens(doc, text, self.common, listed)

    def find(self, text: str) -> Iterator[Found]:
        """Yield the entities of a text: units before places, so that the wider span wins, then persons."""
        tokens = self.tokens(text)
        yield from find_units(tokens)
        yield from find_places(tokens)
        yield from find_persons(tokens)
