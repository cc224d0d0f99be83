"""What citizens think of the service: kept as events, counted in reports, never with the text."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.db import transaction

from cases.models import Conversation, Event, Message
from cases.services import conversations, events

ANSWER_KEY = re.compile("^utter_faq(_lapor)?/")
"""How the response key of an answer begins that asks whether it helped."""

_OUT_OF = re.compile(r"\b(\d{1,2})\s*(?:/|dari)\s*(\d{1,2})\b")
_NUMBER = re.compile(r"\b(\d{1,2})\b")
_STAR = "\N{WHITE MEDIUM STAR}"


def score_in(text: str) -> int | None:
    """A rating from 1 to 5 in what was typed ("4", "8/10", stars), or None when there is none."""
    if stars := text.count(_STAR):
        return min(5, stars)
    if match := _OUT_OF.search(text):
        return _scaled(int(match[1]), int(match[2]))
    if match := _NUMBER.search(text):
        value = int(match[1])
        return _scaled(value, 5 if value <= 5 else 10)
    return None


def _scaled(value: int, top: int) -> int | None:
    return max(1, round(5 * value / top)) if top > 0 and 0 <= value <= top else None


def rate(conversation_id: UUID | str, message_id: int, text: str) -> int | None:
    """Keep a rating; returns its score, or None when it was given in words only."""
    score = score_in(text)
    _keep_once("conversation.rated", conversation_id, message_id, score=score)
    return score


def answer_helped(conversation_id: UUID | str, message_id: int, *, helped: bool) -> None:
    """Keep whether the last FAQ answer helped."""
    answered = (
        Message.objects.filter(
            conversation_id=conversation_id, pk__lt=message_id, response_key__regex=ANSWER_KEY.pattern
        )
        .order_by("-pk")
        .values_list("response_key", flat=True)
        .first()
    )
    topic = (answered or "").rpartition("/")[2]
    _keep_once("answer.rated", conversation_id, message_id, topic=topic, helped=helped)


@transaction.atomic
def _keep_once(kind: str, conversation_id: UUID | str, message_id: int, **data: Any) -> None:
    conversation: Conversation = conversations.lock(conversation_id)
    if not Event.objects.filter(conversation=conversation, kind=kind, data__message=message_id).exists():
        events.record(kind, actor="citizen", conversation=conversation, message=message_id, **data)
