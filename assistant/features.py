"""Features of a message, made from its normalised tokens.

Five blocks of features, each brought to unit length on its own: words and pairs of neighbours (what kind of message
is this?), stems and pairs of stems, the same without function words (what is it about?), any two of those stems
wherever they stand (phones shuffle word order), and character n-grams within words (typing errors). Then four numbers
that say how familiar the words are, which is how a message about something else gives itself away.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import combinations, pairwise

from language.stems import FUNCTION_WORDS, stem

CHARACTER_RANGE = (2, 4)
MOST_PAIRED = 14  # stems; in a longer text, which is no short question, pairs would only be many


def word_features(tokens: Sequence[str]) -> list[str]:
    """Words and pairs of neighbours, with the message's edges marked: a bare "ya" is not the "ya" inside a question."""
    return [f"w:{token}" for token in tokens] + [f"w:{a} {b}" for a, b in pairwise(["^", *tokens, "$"])]


def stem_features(tokens: Sequence[str]) -> list[str]:
    """Stems and pairs of neighbouring stems."""
    stems = [stem(token) for token in tokens]
    return [f"s:{one}" for one in stems] + [f"s:{a} {b}" for a, b in pairwise(stems)]


def matter_features(tokens: Sequence[str]) -> list[str]:
    """Stems without function words, and pairs of them in either order."""
    stems = [stem(token) for token in tokens if token not in FUNCTION_WORDS]
    return [f"m:{one}" for one in stems] + [f"m:{min(a, b)} {max(a, b)}" for a, b in pairwise(stems)]


def pair_features(tokens: Sequence[str]) -> list[str]:
    """Stems without function words, each once, and all pairs of them unless the text is long."""
    stems = sorted({stem(token) for token in tokens if token not in FUNCTION_WORDS})
    pairs = combinations(stems, 2) if len(stems) <= MOST_PAIRED else ()
    return [f"p:{one}" for one in stems] + [f"p:{a} {b}" for a, b in pairs]


def character_features(tokens: Sequence[str]) -> list[str]:
    """Character n-grams of each word with its edges; class tokens and marks are not cut up."""
    low, high = CHARACTER_RANGE
    grams: list[str] = []
    for token in tokens:
        if not token[0].islower():
            continue
        padded = f" {token} "
        length = len(padded)
        for n in range(low, high + 1):
            if n >= length:
                grams.append("c:" + padded)
                break
            grams.extend("c:" + padded[i : i + n] for i in range(length - n + 1))
    return grams


BLOCKS: tuple[Callable[[Sequence[str]], list[str]], ...] = (
    word_features,
    stem_features,
    matter_features,
    pair_features,
    character_features,
)
FAMILIARITY = ("n:unknown", "n:rare", "n:familiar", "n:short")
"""Names of the four numbers, which stand behind the blocks."""


def counted(tokens: Sequence[str]) -> list[Counter[str]]:
    """All blocks with their counts."""
    return [Counter(block(tokens)) for block in BLOCKS]


def matter_words(tokens: Sequence[str]) -> list[str]:
    """The words whose familiarity counts."""
    return [token for token in tokens if len(token) > 2 and token[0].islower() and token not in FUNCTION_WORDS]


def familiarity(seen: Sequence[int]) -> list[float]:
    """The four numbers.

    Args:
        seen: for each of a message's `matter_words`, in how many texts within the assistant's scope it occurs.
    """
    if not seen:
        return [0.0, 0.0, 0.0, 0.0]
    count = len(seen)
    return [
        sum(n <= 0 for n in seen) / count,
        sum(n <= 3 for n in seen) / count,
        sum(math.log1p(max(n, 0)) for n in seen) / count / 6,
        1.0 / (1 + count),
    ]
