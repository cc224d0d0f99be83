"""Who answers a conversation: the assistant or one officer, never both."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from cases.models import Conversation, Delivery, Message
from cases.services import events
from cases.services.outbox import queue_reply
from cases.services.texts import Reply, render


class NotOwner(Exception):
    """The officer does not own the conversation (any more)."""


def lock(conversation_id: UUID | str) -> Conversation:
    """Take the conversation's row lock in the current transaction.

    `FOR NO KEY UPDATE` lets intake insert messages meanwhile, and makes takeover and sending wait for each other.
    """
    return Conversation.objects.select_for_update(no_key=True).select_related(None).get(pk=conversation_id)


@transaction.atomic
def take_over(conversation: Conversation, officer: User) -> Conversation:
    """Give the conversation to an officer; the assistant's unsent words are withdrawn.

    Raises:
        NotOwner: another officer owns it already.
    """
    current = lock(conversation.pk)
    if current.owner == Conversation.Owner.OFFICER:
        if current.officer_id == officer.pk:
            return current
        raise NotOwner("conversation belongs to another officer")
    current.owner, current.officer = Conversation.Owner.OFFICER, officer
    current.flagged_at, current.flag_reason = None, ""
    current.save(update_fields=["owner", "officer", "flagged_at", "flag_reason"])
    withdrawn = Delivery.objects.filter(
        message__conversation=current,
        message__author=Message.Author.ASSISTANT,
        status__in=[Delivery.Status.QUEUED, Delivery.Status.SENDING],
    ).update(status=Delivery.Status.CANCELLED, status_at=timezone.now())
    events.record(
        "conversation.taken_over", actor="officer", officer=officer, conversation=current, withdrawn=withdrawn
    )
    queue_reply(current, render("utter_diambil_alih", current.channel.value), author=Message.Author.SYSTEM)
    return current


@transaction.atomic
def return_to_assistant(conversation: Conversation, officer: User) -> Conversation:
    """Give the conversation back to the assistant.

    Raises:
        NotOwner: the officer does not own it.
    """
    current = _owned(conversation, officer)
    current.owner, current.officer = Conversation.Owner.ASSISTANT, None
    current.save(update_fields=["owner", "officer"])
    events.record("conversation.returned", actor="officer", officer=officer, conversation=current)
    queue_reply(current, render("utter_dikembalikan", current.channel.value), author=Message.Author.SYSTEM)
    return current


@transaction.atomic
def say_as_officer(conversation: Conversation, officer: User, text: str, *, key: str | None = None) -> Message | None:
    """Send an officer's words to the citizen.

    Args:
        text: not blank.
        key: the form's token; a second submit with the same token sends nothing and returns None.

    Raises:
        NotOwner: the officer does not own the conversation.
        ValueError: the text is blank.
    """
    text = text.strip()
    if not text:
        raise ValueError("text is blank")
    current = _owned(conversation, officer)
    return queue_reply(
        current,
        Reply(text=text),
        author=Message.Author.OFFICER,
        officer=officer,
        idempotency_key=f"officer:{key}" if key else None,
    )


@transaction.atomic
def flag(conversation: Conversation, reason: str) -> None:
    """Ask for an officer; repeating it changes nothing.

    Args:
        reason: short code shown in the desk: bicara_admin, tidak_paham, kasus_penipuan ...
    """
    current = lock(conversation.pk)
    if current.flagged_at is not None or current.owner == Conversation.Owner.OFFICER:
        return
    current.flagged_at, current.flag_reason = timezone.now(), reason[:60]
    current.save(update_fields=["flagged_at", "flag_reason"])
    events.record("conversation.flagged", actor="assistant", conversation=current, reason=reason)


@transaction.atomic
def clear_flag(conversation: Conversation, officer: User) -> None:
    """Withdraw a request for an officer that needs none."""
    current = lock(conversation.pk)
    if current.flagged_at is None:
        return
    current.flagged_at, current.flag_reason = None, ""
    current.save(update_fields=["flagged_at", "flag_reason"])
    events.record("conversation.unflagged", actor="officer", officer=officer, conversation=current)


def _owned(conversation: Conversation, officer: User) -> Conversation:
    current = lock(conversation.pk)
    if current.owner != Conversation.Owner.OFFICER or current.officer_id != officer.pk:
        raise NotOwner("conversation is not yours")
    return current
