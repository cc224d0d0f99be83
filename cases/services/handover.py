"""Words to the reporter that come from a decision about the case, not from a conversation."""

from __future__ import annotations

from django.contrib.auth.models import User

from cases.models import Case, Conversation, Message
from cases.services import conversations
from cases.services.outbox import queue_reply
from cases.services.texts import Reply


def tell_reporter(case: Case, officer: User, text: str, *, key: str) -> Message | None:
    """Send the result of a case in the officer's name, in the caller's transaction.

    The assistant's ownership is no obstacle (it says nothing by itself here), another officer's is.

    Args:
        key: the same key sends only once.

    Raises:
        conversations.NotOwner: another officer owns the conversation.
    """
    current = conversations.lock(case.conversation_id)
    if current.owner == Conversation.Owner.OFFICER and current.officer_id != officer.pk:
        raise conversations.NotOwner("conversation belongs to another officer")
    return queue_reply(
        current, Reply(text=text.strip()), author=Message.Author.OFFICER, officer=officer, idempotency_key=key
    )
