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
def take_over(conversation: Conversation, officer: User, *, relieving: int | None = None) -> Conversation:
    """Give the conversation to an officer; the assistant's unsent words are withdrawn.

    What the citizen wrote and nobody has answered yet is the officer's from then on.

    Args:
        relieving: key of the colleague whose place the officer takes (who went home, say), as seen on the page; when
            by now somebody else owns the conversation, that one keeps it.

    Raises:
        NotOwner: another officer owns it already, or this one may not read it (any more).
    """
    current = lock(conversation.pk)
    if current.owner == Conversation.Owner.OFFICER and current.officer_id == officer.pk:
        return current
    if not _may_read(current, officer):
        raise NotOwner("conversation is closed to this officer")
    if current.owner == Conversation.Owner.OFFICER:
        return _relieve(current, officer, relieving)
    current.owner, current.officer = Conversation.Owner.OFFICER, officer
    current.flagged_at, current.flag_reason = None, ""
    current.save(update_fields=["owner", "officer", "flagged_at", "flag_reason"])
    withdrawn = Delivery.objects.filter(
        message__conversation=current,
        message__author=Message.Author.ASSISTANT,
        status__in=[Delivery.Status.QUEUED, Delivery.Status.SENDING],
    ).update(status=Delivery.Status.CANCELLED, status_at=timezone.now())
    _leave_to_officer(current)
    events.record(
        "conversation.taken_over", actor="officer", officer=officer, conversation=current, withdrawn=withdrawn
    )
    queue_reply(current, render("utter_diambil_alih", current.channel.value), author=Message.Author.SYSTEM)
    return current


def _relieve(current: Conversation, officer: User, relieving: int | None) -> Conversation:
    """Put one officer in another's place; the citizen talks to people before and after, so nothing is said."""
    if relieving is None or current.officer_id != relieving:
        raise NotOwner("conversation belongs to another officer")
    current.officer = officer
    current.save(update_fields=["officer"])
    events.record("conversation.relieved", actor="officer", officer=officer, conversation=current, previous=relieving)
    return current


@transaction.atomic
def return_to_assistant(conversation: Conversation, officer: User) -> Conversation:
    """Give the conversation back to the assistant.

    Raises:
        NotOwner: the officer does not own it.
    """
    current = _owned(conversation, officer)
    _leave_to_officer(current)
    current.owner, current.officer = Conversation.Owner.ASSISTANT, None
    current.save(update_fields=["owner", "officer"])
    events.record("conversation.returned", actor="officer", officer=officer, conversation=current)
    queue_reply(current, render("utter_dikembalikan", current.channel.value), author=Message.Author.SYSTEM)
    return current


@transaction.atomic
def withdraw(conversation_id: UUID | str, reason: str) -> None:
    """Take a conversation from an officer who may no longer read it (or has left), and ask for one who may.

    The assistant stays silent for an owner; an owner who cannot open the page would leave the citizen without anyone.

    Args:
        reason: as in `flag`.
    """
    current = lock(conversation_id)
    if current.officer is None or _may_read(current, current.officer):
        return
    current.owner, current.officer = Conversation.Owner.ASSISTANT, None
    current.flagged_at, current.flag_reason = timezone.now(), reason[:60]
    current.save(update_fields=["owner", "officer", "flagged_at", "flag_reason"])
    events.record("conversation.withdrawn", actor="system", conversation=current)


def withdraw_from_absent() -> None:
    """Do so for every officer who lost the role or the account while owning a conversation."""
    for pk in Conversation.objects.filter(owner=Conversation.Owner.OFFICER).values_list("pk", flat=True):
        withdraw(pk, "bicara_admin")


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
    text = text.replace("\x00", "").strip()
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


def _may_read(conversation: Conversation, officer: User) -> bool:
    return officer.is_active and Conversation.objects.visible_to(officer).filter(pk=conversation.pk).exists()


def _leave_to_officer(conversation: Conversation) -> None:
    """An officer has the messages that wait: a job that is being retried must not answer them afterwards."""
    waiting = conversation.messages.filter(author=Message.Author.CITIZEN, handled_at=None)
    waiting.update(handled_at=timezone.now())


def _owned(conversation: Conversation, officer: User) -> Conversation:
    current = lock(conversation.pk)
    if current.owner != Conversation.Owner.OFFICER or current.officer_id != officer.pk:
        raise NotOwner("conversation is not yours")
    return current
