"""Meta's Cloud API webhooks: https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/payload-examples"""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

from connectors.simulator import config
from connectors.simulator.models import SimulatedMessage
from connectors.simulator.webhooks import Webhook

PATH = "/webhooks/whatsapp/meta"
BUSINESS_ACCOUNT = "102290129340398"
DISPLAY_NUMBER = "622150000000"

FAILURES = {
    131026: ("Message undeliverable", "Message Undeliverable."),
    131047: (
        "Re-engagement message",
        "Message failed to send because more than 24 hours have passed since the customer last replied to this number.",
    ),
}
"""https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes"""


def inbound(message: SimulatedMessage) -> Webhook:
    """What Meta posts when a customer writes, presses, or sends a file or a place."""
    phone = message.phone
    return signed(
        {
            "contacts": [{"profile": {"name": phone.name}, "wa_id": phone.digits}],
            "messages": [
                {
                    **({"context": _context(message.pressed)} if message.pressed else {}),
                    "from": phone.digits,
                    "id": message.external_id,
                    "timestamp": str(int(message.created_at.timestamp())),
                    **_content(message),
                }
            ],
        }
    )


def _context(answered: SimulatedMessage) -> dict[str, str]:
    return {"from": DISPLAY_NUMBER, "id": answered.external_id}


def _content(message: SimulatedMessage) -> dict[str, Any]:
    if message.kind == SimulatedMessage.Kind.BUTTON:
        style = message.pressed.choices_style if message.pressed else "buttons"
        reply = "list_reply" if style == "list" else "button_reply"
        return {
            "type": "interactive",
            "interactive": {"type": reply, reply: {"id": message.payload, "title": message.text}},
        }
    if message.kind == SimulatedMessage.Kind.LOCATION:
        location: dict[str, Any] = {"latitude": message.latitude, "longitude": message.longitude}
        return {"type": "location", "location": location | ({"name": message.place} if message.place else {})}
    if message.file is None:
        return {"type": "text", "text": {"body": message.text}}
    file: dict[str, Any] = {
        "mime_type": message.file.content_type,
        "sha256": hashlib.sha256(message.file.content).hexdigest(),
        "id": message.file.handle,
    }
    if message.text:
        file["caption"] = message.text
    if message.kind == SimulatedMessage.Kind.DOCUMENT:
        file["filename"] = message.file.filename
    return {"type": message.kind, str(message.kind): file}


def status(message: SimulatedMessage, new: str, at: int, error: int | None = None) -> Webhook:
    """What Meta posts about a message of ours.

    Args:
        new: sent, delivered, read or failed.
        at: Unix time.
        error: code of the failure, a key of `FAILURES`.
    """
    report: dict[str, Any] = {
        "id": message.external_id,
        "status": new,
        "timestamp": str(at),
        "recipient_id": message.phone.digits,
        # whatever the sender gave along, returned with every report
        **({"biz_opaque_callback_data": message.reference} if message.reference else {}),
    }
    if error is not None:
        title, details = FAILURES[error]
        report["errors"] = [{"code": error, "title": title, "message": title, "error_data": {"details": details}}]
    elif new != "read":
        report["pricing"] = {
            "billable": False,
            "pricing_model": "PMP",
            "category": "service",
            "type": "free_customer_service",
        }
    return signed({"statuses": [report]})


def signed(content: dict[str, Any]) -> Webhook:
    """Wrap content as Meta does and sign the bytes with the app secret."""
    metadata = {
        "display_phone_number": DISPLAY_NUMBER,
        "phone_number_id": config.value("sigap_meta_phone_number_id"),
    }
    change = {"value": {"messaging_product": "whatsapp", "metadata": metadata, **content}, "field": "messages"}
    envelope = {"object": "whatsapp_business_account", "entry": [{"id": BUSINESS_ACCOUNT, "changes": [change]}]}
    # Meta escapes non-ASCII characters and slashes; the signature covers the escaped bytes.
    body = json.dumps(envelope, ensure_ascii=True, separators=(",", ":")).replace("/", "\\/").encode()
    digest = hmac.new(config.value("sigap_meta_app_secret").encode(), body, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/json",
        "X-Hub-Signature-256": f"sha256={digest}",
        "User-Agent": "facebookexternalua",
    }
    return Webhook(PATH, headers, body)
