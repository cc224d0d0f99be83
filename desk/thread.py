"""A conversation as its page shows it: messages with ticks, who answers, and what the channel still allows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from uuid import UUID

import yaml
from django.contrib.auth.models import User
from django.db.models import Count, Max, Prefetch, Q
from django.utils import timezone

from cases.models import Attachment, Conversation, Delivery, Message
from cases.ports import Channel
from desk import labels

PAGE = 60
WINDOW = timedelta(hours=24)
"""WhatsApp delivers free text only within 24 hours of the citizen's last message.
https://developers.facebook.com/docs/whatsapp/cloud-api/guides/send-messages#customer-service-windows"""

QUICK_REPLIES = Path(__file__).resolve().parent / "quick_replies.yml"
_WORST_FIRST = ("failed", "cancelled", "queued", "sending", "sent", "delivered", "read")


@dataclass(frozen=True)
class Bubble:
    """A message with what became of it."""

    message: Message
    files: list[Attachment]
    status: str  # of its least advanced part, "" for inbound messages
    status_words: str
    reason: str


@dataclass(frozen=True)
class Window:
    """Whether free text still reaches the citizen; `closes_at` is None on channels without such a rule."""

    closes_at: datetime | None
    open: bool
    soon: bool


def bubbles(messages: Iterable[Message]) -> list[Bubble]:
    """Messages in order, ready to show. Expects what `messages_of` prefetched."""
    return [_bubble(message) for message in messages]


def messages_of(conversation: Conversation, *, after: int = 0, before: int | None = None) -> list[Message]:
    """One page of a conversation, oldest first.

    Args:
        after: only messages with a larger id (what is new).
        before: only messages with a smaller id (what came earlier).
    """
    found = conversation.messages.filter(pk__gt=after).select_related("officer")
    if before is not None:
        found = found.filter(pk__lt=before)
    found = found.prefetch_related("attachments", Prefetch("deliveries", Delivery.objects.order_by("index")))
    return list(found.order_by("-pk")[:PAGE])[::-1]


def recent_outbound(conversation: Conversation, up_to: int) -> list[Message]:
    """Our latest messages that a page already shows, whose ticks may have moved."""
    found = conversation.messages.exclude(author=Message.Author.CITIZEN).filter(pk__lte=up_to)
    return list(found.prefetch_related("attachments", "deliveries").order_by("-pk")[:20])


def stamp_of(conversation_id: UUID) -> str:
    """A short text that changes whenever the page of a conversation should."""
    row = Conversation.objects.filter(pk=conversation_id).values_list(
        "owner", "officer_id", "flagged_at", "fraud_suspected"
    )[0]
    seen = Message.objects.filter(conversation=conversation_id).aggregate(last=Max("pk"))
    sent = Delivery.objects.filter(message__conversation=conversation_id).aggregate(
        at=Max("status_at"), moved=Count("pk", filter=~Q(status=Delivery.Status.QUEUED))
    )
    files = Attachment.objects.filter(message__conversation=conversation_id).exclude(state="pending").count()
    parts = [seen["last"] or 0, _seconds(sent["at"]), sent["moved"], files, row[0][0], row[1] or 0, _seconds(row[2])]
    return "-".join(str(part) for part in [*parts, int(row[3])])


def _seconds(moment: datetime | None) -> int:
    return int(moment.timestamp() * 1000) if moment else 0


def window_of(conversation: Conversation) -> Window:
    """The state of WhatsApp's 24 hours; other channels are always open."""
    if conversation.channel != Channel.WHATSAPP:
        return Window(None, True, False)
    last = conversation.messages.filter(author=Message.Author.CITIZEN).aggregate(at=Max("sent_at"))["at"]
    if last is None:
        return Window(None, False, False)
    closes, now = last + WINDOW, timezone.now()
    return Window(closes, now < closes, now < closes <= now + timedelta(hours=3))


def mode_of(conversation: Conversation, viewer: User) -> str:
    """Who answers, from the viewer's side: assistant, mine or other."""
    if conversation.owner == Conversation.Owner.ASSISTANT:
        return "assistant"
    return "mine" if conversation.officer_id == viewer.pk else "other"


@lru_cache(maxsize=1)
def quick_replies() -> list[dict[str, str]]:
    """Ready texts for officers: title and text."""
    replies: list[dict[str, str]] = yaml.safe_load(QUICK_REPLIES.read_text("utf-8"))
    return replies


def _bubble(message: Message) -> Bubble:
    parts = list(message.deliveries.all())
    worst = min(parts, key=lambda part: _WORST_FIRST.index(part.status)) if parts else None
    return Bubble(
        message=message,
        files=list(message.attachments.all()),
        status=worst.status if worst else "",
        status_words=labels.of(dict(Delivery.Status.choices), worst.status) if worst else "",
        reason=worst.reason if worst else "",
    )
