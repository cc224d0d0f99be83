"""Cutting long texts to a channel's limit without losing or doubling anything.

Cuts fall after a paragraph, else a sentence, else a word, else between graphemes (Unicode UAX 29), so never inside
an emoji sequence or a surrogate pair. Joining the parts gives the text back exactly.
"""

from __future__ import annotations

import regex

_GRAPHEME = regex.compile(r"\X")
_BOUNDARIES = (
    regex.compile(r"\n\s*\n"),  # paragraph
    regex.compile(r"(?<=[.!?])\s+|\n"),  # sentence or line
    regex.compile(r"\s+"),  # word
)


def length(text: str, unit: str = "characters") -> int:
    """Length in the channel's unit: `characters` (code points) or `utf16` (UTF-16 code units)."""
    return len(text.encode("utf-16-le")) // 2 if unit == "utf16" else len(text)


def split(text: str, limit: int, unit: str = "characters") -> list[str]:
    """Cut a text into parts of at most `limit` units.

    Args:
        text: any Unicode text; an empty text gives no parts.
        limit: largest length of a part, at least 64 (a grapheme longer than the limit is cut between code points).
        unit: see `length`.

    Returns:
        Parts whose concatenation is the text.
    """
    parts: list[str] = []
    rest = text
    while length(rest, unit) > limit:
        cut = _cut(rest, _grapheme_ends(rest, limit, unit)) or max(1, limit // (2 if unit == "utf16" else 1))
        parts.append(rest[:cut])
        rest = rest[cut:]
    return [*parts, rest] if rest else parts


def _grapheme_ends(text: str, limit: int, unit: str) -> list[int]:
    """Where whole graphemes end within the limit."""
    ends: list[int] = []
    used = 0
    for match in _GRAPHEME.finditer(text):
        used += length(match[0], unit)
        if used > limit:
            break
        ends.append(match.end())
    return ends


def _cut(text: str, ends: list[int]) -> int:
    """The best of the places where a cut may fall, or 0 when there is none.

    A paragraph or sentence must end in the second half, lest parts become many and short; a word may end anywhere,
    so that a long word or address after it stays whole.
    """
    if not ends:
        return 0
    allowed, last = set(ends), ends[-1]
    for boundary, at_least in zip(_BOUNDARIES, (last // 2, last // 2, 0), strict=True):
        found: list[int] = [end for match in boundary.finditer(text, 0, last) if (end := match.end()) in allowed]
        if found and found[-1] > at_least:
            return found[-1]
    return last
