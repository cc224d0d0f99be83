"""What the tagger of persons, offices and places knows about each token: cheap, named features ("atoms")."""

from __future__ import annotations

from collections.abc import Iterable

from classifiers.extract.numbers import Found
from classifiers.extract.persons import (
    ACTS,
    ADDRESS,
    CONCERNED,
    DEGREES,
    FOLLOWERS,
    GREETED,
    POINTERS,
    RELATIONS,
    SELF,
)
from classifiers.extract.tokens import PLAIN_MARK, Tokens
from classifiers.extract.units import (
    LINKS,
    PLACE_HEADS,
    PREPOSITIONS,
    UNIT_HEADS,
    UNIT_WORDS,
    VENUE_HEADS,
    find_places,
    find_units,
)
from classifiers.lexicons import word_set

CACHE_LIMIT = 50_000
# Heads that the rules leave alone, because they stand more often for no office or place in particular; the tagger
# weighs what is around them.
MORE_UNITS = word_set(
    "kanwil kejari kejati kantah pustu polindes posyandu damkar samsat satpol korwil korwilcam ulp pusbin puslat "
    "pusdiklat bapelkes balitbang sekolah madrasah tk ra slb skb pkbm stia stain iain uin ikip fkip fakultas ponpes "
    "pesantren yayasan klinik apotek bappelitbangda disnaker disnakertrans disperindag disbudpar dispora dispar "
    "distan dpmd dpmptsp dukcapil disdukcapil disdikbud disdikpora dindik dinkop diskominfo dlh dprd sekwan pemdes "
    "bpjs bumd bumdes pdam perumda bank komite panselda pansel itjen ditjen dirjen deputi pusat stasiun kpp kppn bbpom"
)
MORE_VENUES = word_set(
    "gor stadion pendopo penginapan pantai alun-alun taman parkiran lobi ballroom villa vila perum btn rest danau "
    "gunung bundaran jembatan posko tempat tilok rumah kampus toko swalayan spbu dermaga bendungan museum gereja pura "
    "vihara musala mushola musholla makam kolam waduk warkop angkringan indekos kontrakan apartemen ruko"
)
# Groups of trigger words; a token's class is the first group that holds it.
CLASSES: tuple[tuple[str, frozenset[str]], ...] = (
    ("address", ADDRESS),
    ("degree", DEGREES),
    ("pointer", POINTERS),
    ("self", SELF),
    ("concerned", CONCERNED),
    ("greeted", GREETED),
    ("unit", UNIT_HEADS | MORE_UNITS),
    ("place", PLACE_HEADS),
    ("venue", VENUE_HEADS | MORE_VENUES),
    ("business", UNIT_WORDS),
    ("act", ACTS),
    ("prep", PREPOSITIONS),
    ("relation", RELATIONS),
    ("follower", FOLLOWERS),
    ("link", LINKS),
)
CLASS_OF = {word: name for name, words in reversed(CLASSES) for word in words}
JOINT = frozenset("2345")
"""First characters of atoms about several tokens at once, which count at their own token only."""
LISTS = (("P", "places"), ("U", "units"), ("J", "titles"))


TokenAtoms = tuple[tuple[str, ...], list[str]]


class AtomMaker:
    """Names the features of the tokens of a text.

    Args:
        names: lower-case names of people; a `*` behind one marks an everyday word.
        common: everyday words.
    """

    def __init__(self, names: Iterable[str], common: frozenset[str]) -> None:
        names = tuple(names)
        self.names = frozenset(name for name in names if not name.endswith(PLAIN_MARK))
        self.plain_names = frozenset(name.rstrip(PLAIN_MARK) for name in names if name.endswith(PLAIN_MARK))
        self.common = common
        self._known: dict[str, tuple[tuple[str, ...], str]] = {}

    def atoms(
        self, tokens: Tokens, taken: Iterable[Found], named: Iterable[Found], jobs: Iterable[Found]
    ) -> list[TokenAtoms]:
        """The atoms of each token: of its word, which are the same tuple each time the word comes, and of its place.

        Args:
            tokens: of one text.
            taken: spans of numbers and dates, which are no names.
            named, jobs: persons and jobs that the rules find.
        """
        shouted = tokens.text.isupper()
        known = [self._word(text.capitalize() if shouted and len(text) > 1 else text) for text in tokens.texts]
        table: list[list[str]] = [[] for _ in known]
        keys = [key for _, key in known]
        for mark, name in LISTS:
            for start, end in getattr(tokens, name).items():
                sure = mark.lower() if start in tokens.plain else mark
                for index in range(start, end):
                    table[index].append(f"l={sure}{'I' if index > start else 'B'}")
                    keys[index] = sure
        starts = {start: index for index, start in enumerate(tokens.starts)}
        for prefix, found in (("r", find_units(tokens)), ("r", find_places(tokens)), ("r", named), ("j", jobs)):
            _mark(table, starts, tokens, found, prefix)
        _mark(table, starts, tokens, taken, "n")
        before, previous = "^", "^"
        for index, key in enumerate(keys):
            following = keys[index + 1] if index + 1 < len(keys) else "$"
            row = table[index]
            row.append(f"2={previous}|{key}")
            row.append(f"3={previous}|{key}|{following}")
            row.append(f"4={before}|{previous}|{key}")
            row.append(f"5={tokens.lower(index - 1)}|{key}")
            before, previous = previous, key
        return [(atoms, row) for (atoms, _), row in zip(known, table, strict=True)]

    def _word(self, text: str) -> tuple[tuple[str, ...], str]:
        known = self._known.get(text)
        if known is None:
            if len(self._known) >= CACHE_LIMIT:
                self._known.clear()
            known = self._known[text] = self._describe(text)
        return known

    def _describe(self, text: str) -> tuple[tuple[str, ...], str]:
        lower = text.lower()
        shape = _shape(text)
        name = "N" if lower in self.names else "n" if lower in self.plain_names else ""
        group = CLASS_OF.get(lower) or CLASS_OF.get(lower.removesuffix("nya"), "")
        rare = "" if lower in self.common or lower.rstrip("2") in self.common else "?"
        key = group or (f"{shape}{name or rare}" if text[:1].isalnum() else text[:1])
        # Which name it is says nothing; which everyday word it is says much.
        atoms = [f"s={shape}", f"k={key}"] if name == "N" else [f"w={lower}", f"s={shape}", f"k={key}"]
        if group:
            atoms.append(f"g={group}")
        if name:
            atoms.append(f"{name}={shape}")
        elif text[:1].isalpha():
            atoms.append(f"c={rare}{shape}")
            atoms.append(f"e={lower[-3:]}")
            atoms.append(f"b={lower[:3]}")
        return tuple(atoms), key


def _mark(table: list[list[str]], starts: dict[int, int], tokens: Tokens, spans: Iterable[Found], prefix: str) -> None:
    """Add an atom to every token inside the spans; a span that begins inside a token is of no use here."""
    for name, start, end in spans:
        index = starts.get(start, len(table))
        atom = f"{prefix}={name}B"
        while index < len(table) and tokens.starts[index] < end:
            table[index].append(atom)
            atom = f"{prefix}={name}I"
            index += 1


def _shape(text: str) -> str:
    if text.isdigit():
        return f"d{min(len(text), 3)}"
    if not text[:1].isalnum():
        return "."
    if not text.isalpha():
        return "m"
    if text.islower():
        return "l"
    if text.isupper():
        return "A" if len(text) == 1 else "U"
    return "T" if text.istitle() else "M"
