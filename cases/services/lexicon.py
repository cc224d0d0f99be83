"""The word lists of `nlu_data/lexicons/jawaban.yml`, and the plain matching that all short answers share."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

PATH = Path(__file__).resolve().parent.parent.parent / "nlu_data" / "lexicons" / "jawaban.yml"
_WORD = re.compile(r"[^\W_]+|-")


@dataclass(frozen=True)
class Choice:
    """One thing to choose: whole messages that mean it, and single words that decide a short one."""

    whole: frozenset[str]
    contains: tuple[str, ...]


@dataclass(frozen=True)
class Wish:
    """What shows a wish about the reporter's name: phrases anywhere, single words in a short message."""

    phrases: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True)
class Lexicon:
    """The file, ready to be matched against."""

    fillers: frozenset[str]
    negations: frozenset[str]
    choices: dict[str, Choice]
    wishes: dict[str, Wish]
    commands: dict[str, tuple[str, ...]]
    openers: frozenset[str]
    story_words: frozenset[str]
    time_words: frozenset[str]
    question_words: frozenset[str]
    need_words: frozenset[str]
    lost_words: tuple[str, ...]


def words_of(text: str) -> list[str]:
    """The words of a text, lower-case; a lone dash is one (people skip a question with it)."""
    return _WORD.findall(text.casefold())


def first_of(phrases: Iterable[str], told: str) -> re.Match[str] | None:
    """Where the first of some phrases stands in space-separated words, as whole words; None when nowhere."""
    found = (re.search(rf"\b{re.escape(phrase)}\b", told) for phrase in phrases)
    return next((match for match in found if match), None)


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The lists."""
    raw: dict[str, Any] = yaml.safe_load(PATH.read_text("utf-8"))
    fillers = frozenset(raw["fillers"])
    return Lexicon(
        fillers=fillers,
        negations=frozenset(raw["negations"]),
        choices={
            name: Choice(_with_bare(entry["whole"], fillers), tuple(entry.get("contains", ())))
            for name, entry in raw["choices"].items()
        },
        wishes={name: Wish(tuple(e["phrases"]), tuple(e["words"])) for name, e in raw["wishes"].items()},
        commands={name: tuple(words) for name, words in raw["commands"].items()},
        openers=frozenset(raw["openers"]),
        story_words=frozenset(raw["story_words"]),
        time_words=frozenset(raw["time_words"]),
        question_words=frozenset(raw["question_words"]),
        need_words=frozenset(raw["need_words"]),
        lost_words=tuple(raw["lost_words"]),
    )


def _with_bare(phrases: list[str], fillers: frozenset[str]) -> frozenset[str]:
    """The phrases, and what is left of them without fillers, unless that is a single word and could mean anything."""
    bare = (" ".join(word for word in phrase.split() if word not in fillers) for phrase in phrases)
    return frozenset(phrases) | {phrase for phrase in bare if " " in phrase}
