"""What was said and done in the turns before, read from the tracker and from the stored replies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from actions.turn import Turn
from cases.models import Message


def times_before(events: Iterable[Mapping[str, Any]], action: str) -> int:
    """How often an action has run in the turns that the tracker still holds."""
    return sum(e.get("event") == "action" and e.get("name") == action for e in events)


def asked_back_last_time(events: list[dict[str, Any]], action: str) -> bool:
    """Whether the turn before this one ended in the same action."""
    turns = 0
    for event in reversed(events):
        if event.get("event") == "user":
            turns += 1
        elif turns == 1 and event.get("event") == "action" and event.get("name") == action:
            return True
        if turns == 2:
            break
    return False


def last_reply(conversation: str, message_id: int) -> Message | None:
    """The last thing we said before a message."""
    said = Message.objects.filter(conversation_id=conversation, pk__lt=message_id)
    return said.exclude(author=Message.Author.CITIZEN).order_by("-pk").first()


def not_understood(turn: Turn) -> str:
    """The response to something that makes no sense: the second time in a row an officer is offered."""
    said = last_reply(turn.conversation, turn.message_id)
    return "utter_tawarkan_petugas" if said and said.response_key == "utter_tidak_paham" else "utter_tidak_paham"
