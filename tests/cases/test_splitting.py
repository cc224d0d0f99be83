"""Splitting: any text comes back whole, no part is over the limit, no cut falls inside what belongs together."""

from __future__ import annotations

import regex
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cases.services.splitting import length, split

GRAPHEME = regex.compile(r"\X")
UNITS = st.sampled_from(["characters", "utf16"])
WORDS = st.sampled_from(
    [
        "halo", " ", "\n", "\n\n", "\r\n", ". ", "! ", "panjang" * 12, "\u200d",
        "👨‍👩‍👧‍👦", "🙏🏽", "🇮🇩", "e\u0301", " \u0308", "क्षि", "漢字",
        "https://lapor.go.id/" + "x" * 30, "\t", "\u2028", "\x85", "ﷺ", "𝕏",
    ]
)  # fmt: skip
TEXTS = st.one_of(st.text(st.characters(codec="utf-8"), max_size=800), st.lists(WORDS, max_size=200).map("".join))


@settings(max_examples=600, deadline=None)
@given(text=TEXTS, limit=st.integers(64, 400), unit=UNITS)
@example(text="👨‍👩‍👧‍👦" * 100, limit=64, unit="utf16")
@example(text="a" + " \u0308" * 300, limit=64, unit="characters")
@example(text="\u0301" * 500, limit=64, unit="utf16")
@example(text="𝕏" * 200, limit=65, unit="utf16")
def test_parts_join_back_and_none_is_over_the_limit_or_empty(text, limit, unit):
    parts = split(text, limit, unit)

    assert "".join(parts) == text
    assert all(0 < length(part, unit) <= limit for part in parts)


@settings(max_examples=600, deadline=None)
@given(text=TEXTS, limit=st.integers(64, 400), unit=UNITS)
def test_no_cut_falls_inside_a_grapheme_that_fits(text, limit, unit):
    graphemes = GRAPHEME.findall(text)
    if any(length(grapheme, unit) > limit for grapheme in graphemes):
        return
    ends, position = {0}, 0
    for grapheme in graphemes:
        ends.add(position := position + len(grapheme))

    position = 0
    for part in split(text, limit, unit):
        position += len(part)
        assert position in ends


@settings(max_examples=300, deadline=None)
@given(words=st.lists(st.integers(1, 60), min_size=1, max_size=80), limit=st.integers(64, 200))
def test_no_cut_falls_inside_a_word_or_address_that_fits(words, limit):
    text = " ".join("x" * size for size in words)

    assert [word for part in split(text, limit) for word in part.split()] == text.split()


def test_a_long_address_after_a_short_word_stays_whole():
    address = "https://sigap.example.go.id/" + "x" * 60

    assert split(f"Lihat {address} ya", 92) == ["Lihat ", f"{address} ya"]


def test_a_cut_prefers_a_paragraph_then_a_sentence_then_a_word():
    assert split("Satu dua tiga. " * 3 + "\n\n" + "empat lima " * 4, 70)[0].endswith("\n\n")
    assert split("Satu dua tiga empat lima. " * 4, 70)[0].endswith(". ")
    assert split("satu dua tiga empat lima " * 4, 70)[0].endswith(" ")


def test_an_empty_text_has_no_parts():
    assert split("", 100) == []
