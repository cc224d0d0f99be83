"""Rewrites of a text as phones and hurried people write it; the same seed and text give the same rewrite."""

from __future__ import annotations

import csv
import json
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LEXICON = ROOT / "nlu_data" / "lexicons" / "slang.tsv"
FOREIGN = ROOT.parent / "shared" / "data" / "slang" / "kamus_alay.csv"
"""Kamus Alay (Salsabila and others, 2018): informal words of Indonesian social media, a list that is not ours."""
SETS = ("heldout", "exam")
OURS, PLAIN = "normaliser", "lower case"
"""The two kinds of models that are compared."""
SEED = 20

SLANG_SHARE = 0.8  # of the words that have an informal form
TYPO_SHARE = 0.15  # of the words of four letters and more
VOWEL_SHARE = 0.5  # of the words of four letters and more
JOIN_SHARE = 0.5  # of the places where a run of joined words may begin

Rewrite = Callable[[str, random.Random], str]
_WORD = re.compile(r"[A-Za-z]+")
_LONG = re.compile(r"(?<![\w@/.])[A-Za-z]{4,}(?![\w@/])")  # no parts of addresses and numbers
_VOWEL = re.compile(r"[aeiou]", re.IGNORECASE)
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def _neighbours() -> dict[str, str]:
    """Keys beside and diagonally below or above each key of a telephone's keyboard."""
    found: dict[str, set[str]] = defaultdict(set)
    for number, row in enumerate(_ROWS):
        for place, key in enumerate(row):
            beside = [row[at] for at in (place - 1, place + 1) if 0 <= at < len(row)]
            below = (
                [_ROWS[number + 1][at] for at in (place - 1, place) if 0 <= at < len(_ROWS[number + 1])]
                if (number + 1 < len(_ROWS))
                else []
            )
            for other in (*beside, *below):
                found[key].add(other)
                found[other].add(key)
    return {key: "".join(sorted(keys)) for key, keys in found.items()}


NEIGHBOURS = _neighbours()


def available() -> list[str]:
    """The sets under tests/ that are there."""
    return [folder for folder in SETS if (ROOT / "tests" / folder).is_dir()]


def rows(folder: str, name: str) -> list[dict[str, Any]]:
    """Rows of one file of a set, on which nothing is trained or tuned."""
    path = ROOT / "tests" / folder / f"{name}.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def own_slang() -> dict[str, tuple[str, ...]]:
    """Formal word to its informal forms, from the list that the models know."""
    pairs = (line.split("\t") for line in LEXICON.read_text("utf-8").splitlines() if not line.startswith("#"))
    return _reversed((pair[0], pair[1]) for pair in pairs if len(pair) == 2)


def foreign_slang() -> dict[str, tuple[str, ...]] | None:
    """As `own_slang`, from Kamus Alay; None where `../shared` is not there."""
    if not FOREIGN.is_file():
        return None
    with FOREIGN.open(encoding="utf-8", newline="") as lines:
        return _reversed((row["slang"], row["formal"]) for row in csv.DictReader(lines))


def _reversed(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for informal, formal in pairs:
        written, meant = informal.strip().lower(), formal.strip().lower()
        if written != meant and written.isalpha() and meant.isalpha() and len(meant) > 1:
            found[meant][written] = None
    return {meant: tuple(written) for meant, written in found.items()}


def slang(forms: Mapping[str, tuple[str, ...]]) -> Rewrite:
    """Replace formal words by informal ones."""

    def rewrite(text: str, dice: random.Random) -> str:
        def one(match: re.Match[str]) -> str:
            known = forms.get(match.group().lower())
            return dice.choice(known) if known and dice.random() < SLANG_SHARE else match.group()

        return _WORD.sub(one, text)

    return rewrite


def typo(text: str, dice: random.Random) -> str:
    """A slip of the finger in some words: a neighbouring key, two letters swapped, one left out or typed twice."""

    def one(match: re.Match[str]) -> str:
        word = match.group()
        if dice.random() >= TYPO_SHARE:
            return word
        at = dice.randrange(len(word))
        kind = dice.randrange(4)
        if kind == 0:
            return word[:at] + dice.choice(NEIGHBOURS[word[at].lower()]) + word[at + 1 :]
        if kind == 1:
            at = min(at, len(word) - 2)
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        return word[:at] + word[at + 1 :] if kind == 2 else word[:at] + word[at] + word[at:]

    return _LONG.sub(one, text)


def vowels(text: str, dice: random.Random) -> str:
    """Leave the vowels inside some words out: "pindah" becomes "pndh"."""

    def one(match: re.Match[str]) -> str:
        word = match.group()
        return word[0] + _VOWEL.sub("", word[1:-1]) + word[-1] if dice.random() < VOWEL_SHARE else word

    return _LONG.sub(one, text)


def some_vowels(text: str, dice: random.Random) -> str:
    """Leave each vowel inside some words out or not: "pensiun" becomes "pnsiun"."""

    def one(match: re.Match[str]) -> str:
        word = match.group()
        if dice.random() >= VOWEL_SHARE:
            return word
        inner = "".join(c for c in word[1:-1] if not _VOWEL.match(c) or dice.random() < 0.5)
        return word[0] + inner + word[-1]

    return _LONG.sub(one, text)


def joined(text: str, dice: random.Random) -> str:
    """Write two to four words as one, until about half of the blanks are gone."""
    result, left = "", 0
    for part in text.split():
        result += part if left or not result else f" {part}"
        if left:
            left -= 1
        elif dice.random() < JOIN_SHARE:
            left = dice.randrange(1, 4)
    return result


def unspaced(text: str, dice: random.Random) -> str:
    """No blank at all."""
    return "".join(text.split())


def capitals(text: str, dice: random.Random) -> str:
    """Everything in capitals."""
    return text.upper()


def rewrites() -> dict[str, Rewrite]:
    """Every rewrite by name, the unchanged text first."""
    known: dict[str, Rewrite] = {"unchanged": lambda text, dice: text, "slang": slang(own_slang())}
    foreign = foreign_slang()
    if foreign is not None:
        known["slang, Kamus Alay"] = slang(foreign)
    return known | {
        "typo": typo,
        "missing vowels": vowels,
        "some vowels missing": some_vowels,
        "joined words": joined,
        "no blanks": unspaced,
        "all caps": capitals,
    }


def rewritten(rewrite: Rewrite, text: str) -> str:
    """One text rewritten; the dice depend on the seed and the text alone."""
    return rewrite(text, random.Random(f"{SEED} {text}"))
