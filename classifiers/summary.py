"""One line that tells an officer what a complaint is about: its most telling sentence, without the greeting."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from classifiers.normalise import Words

MAX_CHARS = 140
GREETING = re.compile(
    r"^(?:\W*(?:yth\.?|kepada|dengan hormat|assalamu'?alaikum(?:\s+(?:wr\.?|warahmatullahi)\s*(?:wb\.?|wabarakatuh)?)?|"
    r"selamat\s+(?:pagi|siang|sore|malam)|salam|halo|hallo|hai|mohon maaf sebelumnya|"
    r"(?:pak|bapak|bu|ibu|bapak/ibu|min|admin|kak|bang|mas|mbak|gan|sis)\b(?=\s*,|\s+\S+))[\s,.!:]*)+",
    re.IGNORECASE,
)
MIN_WORDS = 4


def summarise(words: Words, weights: NDArray[np.float64]) -> str:
    """Return the sentence that carries most of the decisions, at most `MAX_CHARS` characters on one line.

    Args:
        words: the text's words.
        weights: what each word weighs in the decisions.
    """
    if not words.words:
        return _shorten(words.text)
    if len(words.bounds) == 1:
        return _shorten(_without_greeting(words.text.strip()))
    sentences = np.array(words.sentences)
    total = np.bincount(sentences, weights=np.clip(weights, 0.0, None), minlength=len(words.bounds))
    counts = np.bincount(sentences, minlength=len(words.bounds))
    # The square root keeps a long sentence from winning by length alone.
    score = total / np.sqrt(np.maximum(counts, 1))
    score[counts < min(MIN_WORDS, counts.max())] = -1.0
    start, end = words.bounds[int(score.argmax())]
    return _shorten(_without_greeting(words.text[start:end].strip()))


def _without_greeting(sentence: str) -> str:
    return GREETING.sub("", sentence, count=1).strip() or sentence


def _shorten(text: str) -> str:
    """One printable line, cut at a word."""
    head = text[: 8 * MAX_CHARS]
    if not head.isprintable():
        head = "".join(character if character.isprintable() else " " for character in head)
    line = " ".join(head.split())
    if len(line) <= MAX_CHARS:
        return line
    cut = line[: MAX_CHARS - 1]
    return (cut[: cut.rfind(" ")] if " " in cut[MAX_CHARS // 2 :] else cut).rstrip(" ,;:-") + "…"
