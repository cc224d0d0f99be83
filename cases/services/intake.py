"""Taking in what providers deliver: raw payload, message and job commit together, then the provider gets its 200.

Everything here is idempotent: a webhook delivered five times, or by twenty requests at once, stores one message.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F

from cases.fields import lookup_hash
from cases.models import Attachment, Citizen, Conversation, Message, RawEvent
from cases.ports import Channel, Inbound, InboundMessage, Quarantined, StatusUpdate
from cases.queue import enqueue
from cases.services.corrections import correct
from cases.services.statuses import apply_status


def store_webhook(connector: str, channel: Channel, body: bytes, events: Sequence[Inbound]) -> None:
    """Store one authentic webhook and everything in it, or nothing.

    Args:
        connector: code of the connector that verified and parsed it.
        channel: what the citizen holds in the hand.
        body: the raw bytes.
        events: what the connector understood of it.

    Raises:
        django.db.Error: storage is not available; the caller answers 503 so that the provider retries.
    """
    with transaction.atomic():
        _store_raw(connector, body, events)
        for event in events:
            if isinstance(event, InboundMessage):
                _store_message(connector, channel, event)
            elif isinstance(event, StatusUpdate):
                apply_status(connector, event)


def _store_raw(connector: str, body: bytes, events: Sequence[Inbound]) -> None:
    reasons = [event.reason for event in events if isinstance(event, Quarantined)]
    raw, created = RawEvent.objects.get_or_create(
        connector=connector,
        sha256=hashlib.sha256(body).hexdigest(),
        defaults={
            "body": body,
            "state": RawEvent.State.QUARANTINED if reasons else RawEvent.State.STORED,
            "reason": "; ".join(reasons)[:300],
        },
    )
    if not created:
        RawEvent.objects.filter(pk=raw.pk).update(deliveries=F("deliveries") + 1)


def conversation_for(connector: str, channel: Channel, address: str, name: str = "") -> Conversation:
    """The conversation of an address, created on its first message."""
    citizen, created = Citizen.objects.get_or_create(
        channel=channel.value,
        address_hash=lookup_hash(channel.value, address),
        defaults={"address": address, "name": name},
    )
    if not created and name and citizen.name != name:
        Citizen.objects.filter(pk=citizen.pk).update(name=Citizen(name=name).name)
    conversation, _ = Conversation.objects.get_or_create(citizen=citizen, connector=connector)
    return conversation


def _store_message(connector: str, channel: Channel, event: InboundMessage) -> None:
    from cases.tasks import fetch_attachment, handle

    conversation = conversation_for(connector, channel, event.address, event.name)
    if event.edited and correct(conversation, event):
        return
    message, created = Message.objects.get_or_create(
        conversation=conversation,
        external_id=event.external_id,
        defaults={
            "author": Message.Author.CITIZEN,
            "kind": event.kind.value,
            "text": event.text.replace("\x00", ""),
            "payload": event.payload.replace("\x00", "")[:300],
            "latitude": event.location[0] if event.location else None,
            "longitude": event.location[1] if event.location else None,
            "sent_at": event.sent_at,
        },
    )
    if not created:
        return
    for media in event.media:
        attachment = Attachment.objects.create(
            message=message,
            reference=media.reference,
            content_type=media.content_type[:120],
            filename=media.filename[:200],
            size=media.size,
        )
        enqueue(fetch_attachment, lock=f"media:{attachment.pk}", attachment_id=str(attachment.pk))
    enqueue(handle, lock=str(conversation.pk), message_id=message.pk)
