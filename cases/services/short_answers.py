"""Recognising short typed answers to our own questions ("kirim aja min", "anonim", "ga tau"), and what is none."""

from __future__ import annotations

from cases.services.lexicon import first_of, lexicon, words_of
from cases.taxonomy import taxonomy

_LONGEST = 4  # words; more than that is a story, not an answer
_LONGEST_WISH = 9  # "jadi anonim aja deh min bisa?"
_LONGEST_COMMAND = 9
_LONGEST_QUESTION = 25
_LONGEST_PLAIN_QUESTION = 12
_LEAST_STORY = 4  # words beside "saya mau lapor"
_LONGEST_FACT = 8


def choice_in(text: str, allowed: frozenset[str]) -> str:
    """The choice that a short message stands for, or "".

    Args:
        text: what the citizen typed.
        allowed: choices that make sense now; keys of `choices` in the lexicon.
    """
    lists = lexicon()
    words = words_of(text)
    told = " ".join(words)
    stripped = " ".join(word for word in words if word not in lists.fillers)
    for name, choice in lists.choices.items():
        if name in allowed and (told in choice.whole or stripped in choice.whole):
            return name
    if len(words) > _LONGEST or lists.negations.intersection(words):
        return ""
    return next((n for n, c in lists.choices.items() if n in allowed and first_of(c.contains, told)), "")


def is_short(text: str) -> bool:
    """Whether a message is too short to be part of a story."""
    return len(words_of(text)) <= _LONGEST


def privacy_wish(text: str) -> str:
    """`anonim` or `rahasia` when the message asks for it in so many words, else ""."""
    words = words_of(text)
    told = " ".join(words)
    for name, wish in lexicon().wishes.items():
        looked_for = wish.phrases + (wish.words if len(words) <= _LONGEST_WISH else ())
        match = first_of(looked_for, told)
        if match and not lexicon().negations.intersection(told[: match.start()].split()[-2:]):
            return name
    return ""


def is_privacy_wish_only(text: str) -> bool:
    """Whether a message is short enough to hold nothing beside such a wish."""
    return len(words_of(text)) <= _LONGEST_WISH and bool(privacy_wish(text))


def is_command(intent: str, text: str) -> bool:
    """Whether a message inside a report really is the request that the assistant took it for.

    A report is full of words like "dibatalkan" or "petugas"; losing a sentence of it is worse than asking once more.

    Args:
        intent: batal, bicara_admin, bantuan, cek_status or faq.
        text: what was typed.
    """
    if intent == "faq":
        return is_question(text) and len(words_of(text)) <= _LONGEST_QUESTION
    words = words_of(text)
    wanted = lexicon().commands.get(intent, ())
    return len(words) <= _LONGEST_COMMAND and first_of(wanted, " ".join(words)) is not None


def is_question(text: str) -> bool:
    """Whether a message asks something."""
    return "?" in text or bool(lexicon().question_words.intersection(words_of(text)))


def is_plain_question(text: str) -> bool:
    """Whether a message is nothing but a question: short, and with its mark."""
    return text.rstrip().endswith("?") and len(words_of(text)) <= _LONGEST_PLAIN_QUESTION


def asks_whether_needed(text: str) -> bool:
    """Whether a message asks if our question has to be answered at all."""
    words = words_of(text)
    return len(words) <= _LONGEST_COMMAND and is_question(text) and bool(lexicon().need_words.intersection(words))


def tells_something(text: str) -> bool:
    """Whether a message that announces a report also holds some of it."""
    return sum(word not in lexicon().openers for word in words_of(text)) >= _LEAST_STORY


def tells_nothing(text: str) -> bool:
    """Whether a message only announces that a story follows ("jadi gini min")."""
    return all(word in lexicon().openers for word in words_of(text))


def has_lost_it(text: str) -> bool:
    """Whether someone asked for a number says that they do not have it."""
    return is_question(text) is False and first_of(lexicon().lost_words, " ".join(words_of(text))) is not None


def could_be_fact(text: str, field: str) -> bool:
    """Whether an answer is short and plain enough to be kept as the fact that was asked for.

    Args:
        text: the answer.
        field: name of the field it would become.
    """
    words = words_of(text)
    if not words or len(words) > _LONGEST_FACT or is_question(text):
        return False
    lists = lexicon()
    if field == "waktu":
        timely = any(c.isdigit() for c in text) or bool(lists.time_words.intersection(words))
        return timely and not (lists.story_words - lists.time_words).intersection(words)
    return not lists.story_words.intersection(words)


def category_named(text: str) -> str:
    """The one category whose label has the typed word, or "" when none or several have."""
    words = {word for word in words_of(text) if word not in lexicon().fillers and len(word) > 3}
    if not words or not is_short(text):
        return ""
    found = [c.code for c in taxonomy().categories.values() if words & set(words_of(c.label))]
    return found[0] if len(found) == 1 else ""


def is_wordless(text: str) -> bool:
    """Whether a message has no word to be understood: a number, a sign, emoji."""
    return not any(char.isalpha() for char in text)
