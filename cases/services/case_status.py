"""What a citizen may hear about a registered case: its state and dates, never its content.

Whoever holds a number may hear the state of an ordinary case. Of a confidential, anonymous or fraud case only the
conversation that filed it hears more than "being handled", so a found or guessed number tells nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from cases.managers import UNGUARDED
from cases.models import Case, Conversation, Event
from cases.services import conversations, events
from cases.services.deadlines import current_deadline
from cases.services.numbers import find_number, looks_like_number
from cases.services.short_answers import has_lost_it

MAX_WRONG = 5
WRONG_WITHIN = timedelta(hours=1)
OWN_NUMBERS_OFFERED = 3


class Answer(StrEnum):
    """Kinds of answer."""

    ASK_NUMBER = "ask_number"
    LOST_NUMBER = "lost_number"
    NOT_FOUND = "not_found"
    TOO_MANY = "too_many"
    OWN = "own"
    OTHERS = "others"


@dataclass(frozen=True)
class Status:
    """An answer, and what it may name; `state` is a `Case.State`, already made neutral where it must be."""

    answer: Answer
    number: str = ""
    state: str = ""
    registered_on: date | None = None
    due_on: date | None = None
    own_numbers: tuple[str, ...] = ()


@transaction.atomic
def look_up(conversation_id: UUID | str, message_id: int, text: str) -> Status:
    """Answer a question for a case's state.

    Args:
        conversation_id: who asks.
        message_id: the question; a wrong number in it counts once, however often it is handled.
        text: what was typed, with or without a number in it.
    """
    conversation = conversations.lock(conversation_id)
    number = find_number(text)
    if number is None and not looks_like_number(text):
        return _without_number(conversation, text)
    case = Case.objects.filter(number=number).select_related("conversation").first() if number else None
    if case is not None and _is_own(case, conversation):
        return _own(case)
    if _wrong_tries(conversation, message_id) >= MAX_WRONG:
        return Status(Answer.TOO_MANY)
    if case is None:
        _count_wrong(conversation, message_id)
        return Status(Answer.NOT_FOUND)
    guarded = case.fraud or case.awaits_triage or case.confidentiality != Case.Confidentiality.BIASA
    return Status(Answer.OTHERS, number=str(case.number), state=Case.State.DIPROSES if guarded else case.state)


def _without_number(conversation: Conversation, text: str) -> Status:
    """The only report of a conversation needs no number; otherwise it is asked for."""
    own = _own_numbers(conversation)
    if len(own) == 1 and conversation.cases.filter(number__isnull=False).count() == 1:
        return _own(conversation.cases.select_related("conversation").get(number=own[0]))
    return Status(Answer.LOST_NUMBER if has_lost_it(text) else Answer.ASK_NUMBER, own_numbers=own)


def _is_own(case: Case, conversation: Conversation) -> bool:
    return case.conversation.citizen_id == conversation.citizen_id


def _own(case: Case) -> Status:
    deadline = current_deadline(case) if case.state in Case.OPEN_STATES else None
    return Status(
        Answer.OWN,
        number=str(case.number),
        state=case.state,
        registered_on=timezone.localdate(case.submitted_at) if case.submitted_at else None,
        due_on=deadline.due_on if deadline else None,
    )


def _own_numbers(conversation: Conversation) -> tuple[str, ...]:
    """Latest ordinary cases of this conversation; guarded ones are named only by who knows their number."""
    numbers = conversation.cases.filter(
        UNGUARDED, number__isnull=False, confidentiality=Case.Confidentiality.BIASA
    ).order_by("-submitted_at")
    return tuple(str(n) for n in numbers.values_list("number", flat=True)[:OWN_NUMBERS_OFFERED])


def _wrong_tries(conversation: Conversation, message_id: int) -> int:
    recent = Event.objects.filter(
        conversation=conversation, kind="status.wrong_number", at__gte=timezone.now() - WRONG_WITHIN
    )
    return recent.exclude(data__message=message_id).count()


def _count_wrong(conversation: Conversation, message_id: int) -> None:
    wrong = Event.objects.filter(conversation=conversation, kind="status.wrong_number", data__message=message_id)
    if not wrong.exists():
        events.record("status.wrong_number", actor="citizen", conversation=conversation, message=message_id)
