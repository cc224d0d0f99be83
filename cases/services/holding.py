"""When the assistant is down or slow: one holding answer, then an officer.

The message itself is safe (stored before the provider got its 200) and its job is retried; this only tells people.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from cases.models import Conversation, Message
from cases.services import conversations
from cases.services.outbox import queue_reply
from cases.services.texts import render

HOLD_AFTER = timedelta(seconds=20)
"""After this long without an answer the citizen is told once that the message has arrived."""
FLAG_AFTER = timedelta(minutes=10)
"""After this long an officer is asked to look."""


def hold_waiting() -> int:
    """Queue one holding answer for each conversation that has waited too long.

    Returns:
        How many holding answers were queued.
    """
    told = Message.objects.filter(
        conversation=OuterRef("conversation"), author=Message.Author.CITIZEN, handled_at=None, held_at__isnull=False
    )
    return sum(_hold(message) for message in _waiting(HOLD_AFTER).exclude(Exists(told)).order_by("pk")[:500])


def flag_unanswered() -> None:
    """Ask for an officer in conversations that the assistant could not answer for minutes."""
    ids = _waiting(FLAG_AFTER).filter(conversation__flagged_at=None).values_list("conversation_id", flat=True)
    for conversation in Conversation.objects.filter(pk__in=ids.distinct()[:500]):
        conversations.flag(conversation, "tidak_terjawab")


def _waiting(age: timedelta) -> QuerySet[Message]:
    """Unanswered messages older than `age`, in conversations that the assistant owns."""
    return Message.objects.filter(
        author=Message.Author.CITIZEN,
        handled_at=None,
        received_at__lt=timezone.now() - age,
        conversation__owner=Conversation.Owner.ASSISTANT,
    )


@transaction.atomic
def _hold(message: Message) -> bool:
    """Hold one message unless it, or an earlier one of the same wait, was dealt with meanwhile."""
    current = conversations.lock(message.conversation_id)
    open_messages = current.messages.filter(author=Message.Author.CITIZEN, handled_at=None)
    if current.owner == Conversation.Owner.OFFICER or not open_messages.filter(pk=message.pk).exists():
        return False
    if open_messages.exclude(held_at=None).exists():
        return False
    queue_reply(
        current,
        render("utter_tunggu", current.channel.value),
        in_reply_to=message,
        idempotency_key=f"hold:{message.pk}",
    )
    Message.objects.filter(pk=message.pk).update(held_at=timezone.now())
    return True
