"""Who, which office and where: a spaCy entity ruler over our word lists, joined by rules over its tokens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import spacy
from spacy.language import Language

from classifiers.extract.numbers import Found
from classifiers.extract.persons import find_persons
from classifiers.extract.tokens import PLAIN, Tokens
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
        """Indonesian tokeniser and an entity ruler over the word lists."""
        nlp = spacy.blank("id")
        ruler = nlp.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER"})
        ruler.add_patterns(
            [
                {"label": label, "pattern": term.rstrip("*"), "id": PLAIN if term.endswith("*") else "name"}
                for label, terms in self.terms.items()
                for term in terms
            ]
        )
        return nlp

    def find(self, text: str) -> Iterator[Found]:
        """Yield the entities of a text: units before places, so that the wider span wins, then persons."""
        tokens = Tokens(self.nlp(text), text, self.common)
        yield from find_units(tokens)
        yield from find_places(tokens)
        yield from find_persons(tokens)
