"""Choices offered as buttons, and how an answer is recognised where the channel has none."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cases.models import Conversation, Message
from cases.ports import Button

_NUMBER = re.compile(r"^\W*(\d{1,2})\W*$")


def numbered(text: str, buttons: Sequence[Button]) -> str:
    """Write choices under the text, one a line, for channels without buttons."""
    lines = [f"{n}. {button.title}" for n, button in enumerate(buttons, start=1)]
    return "\n".join([text, "", *lines]) if text else "\n".join(lines)


def resolve_choice(conversation: Conversation, message: Message) -> str:
    """The payload that a typed answer stands for, or "" when it stands for none.

    "2", "2." or the choice's own words count, and only for the last thing we said: an old menu is not an open
    question any more.
    """
    if message.payload:
        return message.payload
    offered = (
        conversation.messages.filter(pk__lt=message.pk)
        .exclude(author=Message.Author.CITIZEN)
        .order_by("-pk")
        .values_list("buttons", flat=True)
        .first()
    )
    if not offered:
        return ""
    answer = message.text.strip().casefold()
    if match := _NUMBER.match(answer):
        index = int(match[1]) - 1
        return str(offered[index]["payload"]) if 0 <= index < len(offered) else ""
    return next((str(b["payload"]) for b in offered if b["title"].casefold() == answer), "")
