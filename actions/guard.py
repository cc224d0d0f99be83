"""Inside a report: a sentence of the story that only sounds like a request stays part of the story."""

from __future__ import annotations

from collections.abc import Callable

from actions.speech import Speech, speech_for
from actions.turn import Turn
from cases.services import drafts
from cases.services.short_answers import is_command


def unless_story(turn: Turn, request: Callable[[Turn], Speech]) -> Speech:
    """Do what was asked for, unless a draft is open and the typed message does not really ask for it."""
    if turn.is_typed and not is_command(turn.intent, turn.text) and drafts.open_draft(turn.conversation):
        return story(turn)
    return request(turn)


def story(turn: Turn) -> Speech:
    """Take the message as part of the report."""
    return speech_for(drafts.write(turn.conversation, turn.message_id))
