"""Corrections: a citizen edits a message after sending it (Telegram).

The transcript shows the corrected words, and the correction is an event; it is no new message, so that it cannot
open a second complaint. The words first sent stay in the raw webhook.
"""

from __future__ import annotations

from cases.models import Conversation, Event, Message
from cases.ports import InboundMessage
from cases.services import events

KIND = "message.corrected"


def correct(conversation: Conversation, event: InboundMessage) -> bool:
    """Apply one correction; repeated and overtaken ones change nothing.

    Args:
        conversation: where the corrected message stands.
        event: its external id is the message's own, `#`, and the time of the correction.

    Returns:
        Whether the message is known; False lets the caller store the correction as a message of its own.
    """
    root = event.external_id.partition("#")[0]
    message = conversation.messages.select_for_update().filter(external_id=root, author=Message.Author.CITIZEN).first()
    if message is None:
        return False
    at = event.sent_at.timestamp()
    if Event.objects.filter(conversation=conversation, kind=KIND, data__message=message.pk, data__at__gte=at).exists():
        return True
    message.text = event.text.replace("\x00", "")
    message.save(update_fields=["text"])
    events.record(KIND, actor="citizen", conversation=conversation, message=message.pk, at=at)
    return True
