"""Stems of Indonesian words, cut roughly: both sides of a comparison are cut in the same way, so rough is enough.

A dictionary stemmer (Nazief and Adriani 1996) costs milliseconds a word and knows no slang; cutting affixes alone
brings "dipersulit" and "mempersulit" together, which is what a linear model on few examples needs.
"""

from __future__ import annotations

from functools import lru_cache

PARTICLES = ("lah", "kah", "nya", "ku", "mu", "pun")
SUFFIXES = ("kan", "an", "in", "i")
PREFIXES = (
    *(("meny", "s"), ("peny", "s"), ("meng", ""), ("peng", ""), ("mem", ""), ("pem", ""), ("men", ""), ("pen", "")),
    *(("ber", ""), ("ter", ""), ("per", ""), ("di", ""), ("ke", ""), ("se", ""), ("me", ""), ("pe", "")),
    *(("nge", ""), ("ng", ""), ("ny", "s")),
)
SHORTEST = 5
"""Shorter words are left whole."""

FUNCTION_WORDS = frozenset(
    """
    yang di ke dari dan atau untuk pada saya kakak pak bu min ya dong sih kok itu ini apa apakah bagaimana berapa
    kalau jika sudah belum tidak bisa mau ada dengan karena tetapi juga lagi saja
    """.split()  # noqa: SIM905 - a word list reads better than quoted items
)
"""Words that say little about the matter; slang forms are gone when they are compared."""


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """A normalised word without its common affixes; at least three letters remain.

    Args:
        word: lower case; names of classes ("Uang", "uang_") and words that hold a mark stay as they are.
    """
    if len(word) < SHORTEST or not (word.isalpha() and word.islower()):
        return word
    for suffixes in (PARTICLES, SUFFIXES):
        for suffix in suffixes:
            if word.endswith(suffix) and len(word) - len(suffix) >= 4:
                word = word[: -len(suffix)]
                break
    for prefix, initial in PREFIXES:
        if word.startswith(prefix) and len(word) - len(prefix) >= 3:
            return initial + word[len(prefix) :]
    return word
