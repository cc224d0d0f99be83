"""The outbox: what we say is stored with the work that led to it, and sent afterwards by `cases.tasks.deliver`."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from cases.models import Conversation, Delivery, Message
from cases.ports import Button, Kind, sender_for
from cases.queue import enqueue
from cases.services.choices import numbered
from cases.services.splitting import split
from cases.services.texts import Reply


def queue_reply(
    conversation: Conversation,
    reply: Reply,
    *,
    author: str = Message.Author.ASSISTANT,
    officer: User | None = None,
    in_reply_to: Message | None = None,
    idempotency_key: str | None = None,
) -> Message | None:
    """Store one reply and its parts in the caller's transaction, and enqueue its delivery.

    Args:
        reply: text and choices; choices become numbered text where the channel has no room for them.
        author: assistant, officer or system; decides whether a takeover cancels it.
        idempotency_key: a second call with the same key stores nothing and returns None.
    """
    with transaction.atomic():
        message = _store(conversation, reply, author, officer, in_reply_to, idempotency_key)
        if message is not None:
            _enqueue(conversation, [message])
    return message


def queue_replies(
    conversation: Conversation, replies: Iterable[Reply], *, in_reply_to: Message, author: str = "assistant"
) -> None:
    """Store all replies to one inbound message; repeating it for the same message stores nothing new."""
    with transaction.atomic():
        stored = [
            _store(conversation, reply, author, None, in_reply_to, f"reply:{in_reply_to.pk}:{index}")
            for index, reply in enumerate(replies)
        ]
        _enqueue(conversation, [message for message in stored if message is not None])


def _store(
    conversation: Conversation,
    reply: Reply,
    author: str,
    officer: User | None,
    in_reply_to: Message | None,
    idempotency_key: str | None,
) -> Message | None:
    if idempotency_key and Message.objects.filter(idempotency_key=idempotency_key).exists():
        return None
    message = Message.objects.create(
        conversation=conversation,
        author=author,
        officer=officer,
        kind=Kind.TEXT.value,
        text=reply.text,
        buttons=[_as_json(button) for button in reply.buttons],
        response_key=reply.key,
        in_reply_to=in_reply_to,
        idempotency_key=idempotency_key,
        sent_at=timezone.now(),
    )
    Delivery.objects.bulk_create(
        Delivery(
            message=message,
            connector=conversation.connector,
            index=index,
            text=text,
            buttons=[_as_json(button) for button in buttons],
        )
        for index, (text, buttons) in enumerate(parts_of(reply, conversation.connector))
    )
    return message


def _as_json(button: Button) -> dict[str, str]:
    return {"title": button.title, "payload": button.payload}


def _enqueue(conversation: Conversation, messages: list[Message]) -> None:
    """One job for all of them: jobs of one lock wait for the worker's next look at the queue."""
    from cases.tasks import deliver

    if messages:
        human = messages[0].author == Message.Author.OFFICER
        pks = [message.pk for message in messages]
        enqueue(deliver, lock=f"send:{conversation.pk}", priority=10 if human else 0, message_ids=pks)


def parts_of(reply: Reply, connector: str) -> list[tuple[str, tuple[Button, ...]]]:
    """Cut a reply into what single messages of the connector can hold; buttons go with the last part."""
    limits = sender_for(connector).limits
    fits = (
        len(reply.buttons) <= limits.buttons
        and all(len(b.title) <= limits.button_title for b in reply.buttons)
        and all(len(b.payload.encode()) <= 64 for b in reply.buttons)
    )
    if not reply.buttons or not fits:
        text = numbered(reply.text, reply.buttons) if reply.buttons else reply.text
        return [(part, ()) for part in split(text, limits.text, limits.text_unit) if part.strip()]
    cut = split(reply.text, limits.button_body or limits.text, limits.text_unit)
    parts = [part for part in cut if part.strip()]  # no provider takes a blank message
    return [(part, reply.buttons if part is parts[-1] else ()) for part in parts]
