"""The loopback call to the Rasa server."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import httpx

from cases.models import Message
from cases.ports import Button, Kind
from cases.services.choices import resolve_choice
from cases.services.texts import Reply
from sigap.settings import load

TIMEOUT_SECONDS = 15.0


class AssistantUnavailable(Exception):
    """Rasa did not answer, or not in its own format; the message stays and is tried again."""


@lru_cache(maxsize=1)
def _client() -> httpx.Client:
    # No proxy of the environment: what citizens write goes to our own assistant and to nobody else.
    limits = httpx.Limits(max_keepalive_connections=16)
    return httpx.Client(timeout=TIMEOUT_SECONDS, limits=limits, trust_env=False)


def ask(message: Message) -> list[Reply]:
    """What the assistant says to an inbound message.

    The message's id goes along: the assistant answers a repeated id with what it said the first time.

    Raises:
        AssistantUnavailable: no usable answer.
    """
    settings = load()
    conversation = message.conversation
    secret = settings.sigap_assistant_secret
    try:
        response = _client().post(
            f"{settings.assistant_url}/webhooks/sigap/webhook",
            headers={"Authorization": f"Bearer {secret.get_secret_value()}"} if secret else {},
            json={
                "sender": str(conversation.pk),
                "message_id": str(message.pk),
                "text": _utterance(message),
                "channel": conversation.channel.value,
                "metadata": {"kind": message.kind, "attachments": message.attachments.count()},
            },
        )
        response.raise_for_status()
        return [_reply(item) for item in response.json()["messages"]]
    except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise AssistantUnavailable(type(error).__name__) from error


def _utterance(message: Message) -> str:
    """The text for Rasa: a payload as it is, free text never looking like one."""
    if payload := resolve_choice(message.conversation, message):
        return payload
    if message.kind == Kind.LOCATION:
        return ""  # the name of a place is nothing said
    return message.text.lstrip().lstrip("/")


def _reply(item: dict[str, Any]) -> Reply:
    buttons = tuple(Button(title=str(b["title"]), payload=str(b["payload"])) for b in item.get("buttons") or ())
    return Reply(text=str(item.get("text") or ""), buttons=buttons, key=str(item.get("response") or ""))
