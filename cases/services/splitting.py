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
        cut = _cut(rest, _prefix(rest, limit, unit))
        parts.append(rest[:cut])
        rest = rest[cut:]
    return [*parts, rest] if rest else parts


def _prefix(text: str, limit: int, unit: str) -> int:
    """Index of the longest prefix of whole graphemes within the limit."""
    end = used = 0
    for match in _GRAPHEME.finditer(text):
        used += length(match[0], unit)
        if used > limit:
            break
        end = match.end()
    return end or max(1, limit // (2 if unit == "utf16" else 1))


def _cut(text: str, end: int) -> int:
    """Best place to cut at or before `end`: the last boundary in the second half, of the best kind there is."""
    for boundary in _BOUNDARIES:
        ends = [match.end() for match in boundary.finditer(text, 0, end)]
        if ends and ends[-1] > end // 2:
            return ends[-1]
    return end
