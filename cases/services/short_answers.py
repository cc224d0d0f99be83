"""Recognising short typed answers to our own questions ("kirim aja min", "anonim", "ga tau")."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

PATH = Path(__file__).resolve().parent.parent.parent / "nlu_data" / "lexicons" / "jawaban.yml"
_WORD = re.compile(r"[^\W_]+|-")
_LONGEST = 4  # words; more than that is a story, not an answer


def choice_in(text: str, allowed: frozenset[str]) -> str:
    """The choice that a short message stands for, or "".

    Args:
        text: what the citizen typed.
        allowed: choices that make sense now; keys of `choices` in the lexicon.
    """
    lexicon = _lexicon()
    words = _WORD.findall(text.casefold())
    told = " ".join(words)
    content = [word for word in words if word not in lexicon["fillers"]]
    stripped = " ".join(content)
    for name in lexicon["choices"]:
        whole = lexicon["choices"][name]["whole"]
        if name in allowed and (told in whole or stripped in whole):
            return str(name)
    if len(words) > _LONGEST or lexicon["negations"].intersection(words):
        return ""
    return next((n for n in lexicon["choices"] if n in allowed and _mentions(lexicon, n, told)), "")


def is_short(text: str) -> bool:
    """Whether a message is too short to be part of a story."""
    return len(_WORD.findall(text)) <= _LONGEST


def _mentions(lexicon: dict[str, Any], name: str, told: str) -> bool:
    return any(re.search(rf"\b{re.escape(word)}\b", told) for word in lexicon["choices"][name]["contains"])


@lru_cache(maxsize=1)
def _lexicon() -> dict[str, Any]:
    raw = yaml.safe_load(PATH.read_text("utf-8"))
    fillers = frozenset(raw["fillers"])
    return {
        "fillers": fillers,
        "negations": frozenset(raw["negations"]),
        "choices": {
            name: {"whole": _with_bare(entry["whole"], fillers), "contains": tuple(entry.get("contains", ()))}
            for name, entry in raw["choices"].items()
        },
    }


def _with_bare(phrases: list[str], fillers: frozenset[str]) -> frozenset[str]:
    """The phrases, and what is left of them without fillers, unless that is a single word and could mean anything."""
    bare = (" ".join(word for word in phrase.split() if word not in fillers) for phrase in phrases)
    return frozenset(phrases) | {phrase for phrase in bare if " " in phrase}
