"""Choices offered as buttons, and how an answer is recognised where the channel has none."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cases.models import Conversation, Message
from cases.ports import Button, Kind

_NUMBER = re.compile(r"^\W*(\d{1,2})\W*$")


def numbered(text: str, buttons: Sequence[Button]) -> str:
    """Write choices under the text, one a line, for channels without buttons."""
    lines = [f"{n}. {button.title}" for n, button in enumerate(buttons, start=1)]
    return "\n".join([text, "", *lines]) if text else "\n".join(lines)


def resolve_choice(conversation: Conversation, message: Message) -> str:
    """The payload that a press or a typed answer stands for, or "" when it stands for none.

    A pressed button counts when we offered it in this conversation (a client can forge what it sends); a command of
    the channel (`/start`) always. Typed, "2", "2." or the choice's own words count, and only for the last thing we
    said: an old menu is not an open question any more.
    """
    if message.payload and (message.kind == Kind.COMMAND or _was_offered(conversation, message.payload)):
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


def _was_offered(conversation: Conversation, payload: str) -> bool:
    offers = conversation.messages.exclude(author=Message.Author.CITIZEN)
    return offers.filter(buttons__contains=[{"payload": payload}]).exists()
