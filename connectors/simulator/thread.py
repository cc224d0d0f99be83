"""What the phone page and `sigap chat` are told: the thread, and what last went over the wire."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

from django.urls import reverse
from django.utils import timezone

from connectors.simulator.models import SimulatedCall, SimulatedMessage, SimulatedPhone, SimulatedWebhook

SHOWN = 200
WIRE_SHOWN = 16
SECRET_HEADERS = {"X-Telegram-Bot-Api-Secret-Token"}


def phone_dict(phone: SimulatedPhone) -> dict[str, Any]:
    """A phone for the page."""
    return {
        "id": phone.pk,
        "channel": phone.channel,
        "address": phone.address,
        "name": phone.name,
        "blocked": phone.blocked,
    }


def thread_dict(phone: SimulatedPhone) -> dict[str, Any]:
    """The whole state of a phone: newest `SHOWN` messages in order, oldest first."""
    newest = phone.messages.select_related("file").order_by("-pk")[:SHOWN]
    open_states = (SimulatedWebhook.State.WAITING, SimulatedWebhook.State.SENDING)
    return {
        "phone": phone_dict(phone),
        "version": version(phone),
        "typing": typing(phone),
        "waiting": phone.webhooks.filter(state__in=open_states).count(),
        "messages": [message_dict(message) for message in reversed(newest)],
        "wire": wire(phone),
    }


def typing(phone: SimulatedPhone) -> bool:
    """Whether the sender asked for a typing indicator that still shows."""
    return bool(phone.typing_until and phone.typing_until > timezone.now())


def version(phone: SimulatedPhone) -> str:
    """Changes whenever the thread would look different."""
    return f"{phone.revision}{'t' if typing(phone) else ''}"


def message_dict(message: SimulatedMessage) -> dict[str, Any]:
    """One message for the page."""
    media = None
    if message.file:
        address = reverse("simulator:file", args=[message.file.pk])
        media = {"url": address, "type": message.file.content_type, "name": message.file.filename}
    elif message.link:
        media = {"url": message.link, "type": "", "name": message.link.rpartition("/")[2][:60]}
    has_point = message.latitude is not None
    return {
        "id": message.pk,
        "author": message.author,
        "kind": message.kind,
        "text": message.text,
        "choices": [{"title": c["title"], "description": c.get("description", "")} for c in message.choices],
        "style": message.choices_style,
        "label": message.choices_label,
        "waiting": bool(message.waiting_callback),
        "pressed_index": _pressed_index(message),
        "media": media,
        "location": [message.latitude, message.longitude, message.place] if has_point else None,
        "status": message.status,
        "status_label": message.get_status_display(),
        "reason": message.reason,
        "at": message.created_at.isoformat(),
    }


def _pressed_index(message: SimulatedMessage) -> int | None:
    payloads = [choice["payload"] for choice in message.choices]
    return payloads.index(message.payload) if message.payload in payloads else None


def wire(phone: SimulatedPhone) -> list[dict[str, Any]]:
    """The newest webhooks and API calls of a phone, newest first."""
    webhooks = phone.webhooks.select_related("message").filter(attempts__gt=0).order_by("-pk")[:WIRE_SHOWN]
    calls = phone.calls.order_by("-pk")[:WIRE_SHOWN]
    entries = [_webhook_entry(row) for row in webhooks] + [_call_entry(row) for row in calls]
    return sorted(entries, key=lambda entry: str(entry["at"]), reverse=True)[:WIRE_SHOWN]


def _webhook_entry(row: SimulatedWebhook) -> dict[str, Any]:
    headers = {name: "•••" if name in SECRET_HEADERS else value for name, value in row.headers.items()}
    return {
        "key": f"w{row.pk}",
        "direction": "webhook",
        "title": f"POST {row.path}",
        "kind": "status" if row.marks else "event",
        "label": _label(row),
        "copy": row.copy,
        "status": row.response_status,
        "attempts": row.attempts,
        "headers": headers,
        "request": decoded(bytes(row.body), str(row.headers.get("Content-Type", ""))),
        "response": row.response_body,
        "at": (row.finished_at or row.created_at).isoformat(),
    }


def _label(row: SimulatedWebhook) -> str:
    if row.marks:
        return f"status: {SimulatedMessage.Status(row.marks).label}"
    if row.message is None:
        return "salinan" if row.copy else "blokir atau buka blokir"
    return "pesan masuk" if row.message.author == SimulatedMessage.Author.CITIZEN else "tombol ditekan"


def _call_entry(row: SimulatedCall) -> dict[str, Any]:
    return {
        "key": f"c{row.pk}",
        "direction": "api",
        "title": f"{row.method} {row.path}",
        "kind": "call",
        "label": "panggilan API",
        "copy": False,
        "status": row.response_status,
        "attempts": 1,
        "headers": {},
        "request": json.loads(row.request),
        "response": json.loads(row.response),
        "at": row.created_at.isoformat(),
    }


def decoded(body: bytes, content_type: str) -> object:
    """A webhook's body for reading: JSON as data, a form as its fields."""
    text = body.decode("utf-8", "replace")
    if content_type.startswith("application/json"):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return dict(parse_qsl(text, keep_blank_values=True))
