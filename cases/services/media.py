"""Inbound files: fetched by a worker, checked, encrypted, kept beside the database.

A file that cannot be had never loses the message it came with.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import timedelta
from pathlib import Path

import puremagic
from django.conf import settings
from django.utils import timezone

from cases.fields import cipher
from cases.models import Attachment
from cases.ports import InboundMedia, SendError, sender_for

log = logging.getLogger(__name__)
MAX_BYTES = 25 * 1024 * 1024
"""Largest file kept; WhatsApp documents may be larger and are then marked unavailable."""
GIVE_UP_AFTER = timedelta(hours=6)
"""The tries of `cases.tasks.fetch_attachment` take an hour and a half."""


def fetch(attachment_id: str) -> None:
    """Download one attachment.

    Raises:
        SendError: a failure worth another try; a final one marks the attachment unavailable instead.
    """
    attachment = Attachment.objects.select_related("message__conversation").get(pk=attachment_id)
    if attachment.state != Attachment.State.PENDING:
        return
    sender = sender_for(attachment.message.conversation.connector)
    try:
        content, declared = sender.fetch_media(_as_media(attachment))
    except SendError as error:
        if error.retryable:
            raise
        log.warning("attachment unavailable: code=%s", error.code)
        _mark_unavailable(attachment)
        return
    if len(content) > MAX_BYTES:
        _mark_unavailable(attachment)
        return
    store(attachment, content, declared)


def give_up() -> int:
    """Mark files as unavailable that every try failed to fetch, whatever the reason; returns how many."""
    lost = Attachment.objects.filter(state=Attachment.State.PENDING, created_at__lt=timezone.now() - GIVE_UP_AFTER)
    return lost.update(state=Attachment.State.UNAVAILABLE)


def store(attachment: Attachment, content: bytes, declared_type: str = "") -> None:
    """Encrypt and keep a file's bytes; the content decides its type, the declared one is only a fallback."""
    attachment.sha256 = hashlib.sha256(content).hexdigest()
    attachment.content_type = sniff(content) or declared_type or attachment.content_type
    attachment.size = len(content)
    attachment.path = f"{attachment.sha256[:2]}/{attachment.pk}"
    target = Path(settings.MEDIA_ROOT) / attachment.path
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".part")
    partial.write_bytes(cipher().encrypt(content))
    partial.replace(target)
    attachment.state = Attachment.State.STORED
    attachment.save()


def read(attachment: Attachment) -> bytes:
    """A stored file's bytes. Raises FileNotFoundError when the store has lost it."""
    return cipher().decrypt((Path(settings.MEDIA_ROOT) / attachment.path).read_bytes())


def sniff(content: bytes) -> str:
    """The content type that the bytes themselves show, or "" when they show none."""
    try:
        return str(puremagic.from_string(content, mime=True))
    except (puremagic.PureError, ValueError):
        return ""


def _as_media(attachment: Attachment) -> InboundMedia:
    return InboundMedia(
        reference=attachment.reference,
        content_type=attachment.content_type,
        filename=attachment.filename,
        size=attachment.size,
    )


def _mark_unavailable(attachment: Attachment) -> None:
    attachment.state = Attachment.State.UNAVAILABLE
    attachment.save(update_fields=["state"])
