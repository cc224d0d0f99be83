"""Bodies of Cloud API messages. https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages"""

from __future__ import annotations

from typing import Any

from cases.ports import Button, OutgoingPart, Rejected
from cases.services.choices import numbered
from cases.services.texts import render
from connectors.addresses import BSUID

TEXT_LIMIT = 4096
BODY_LIMIT = 1024  # text of an interactive message, and a caption
REPLY_BUTTONS, REPLY_TITLE = 3, 20
LIST_ROWS, ROW_TITLE, ROW_ID = 10, 24, 200
LIST_BUTTON = 20


def message_body(part: OutgoingPart, media_id: str = "") -> dict[str, Any]:
    """The JSON of one message.

    Args:
        part: within the connector's limits.
        media_id: an uploaded file's id, when the part carries one.

    Raises:
        Rejected: a caption longer than WhatsApp shows.
    """
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        # a citizen who hides the number is addressed by `recipient` instead of `to`
        **({"recipient": part.address} if BSUID.match(part.address) else {"to": part.address.lstrip("+")}),
        # comes back in statuses, so that a send whose answer was lost can still be recognised
        **({"biz_opaque_callback_data": part.idempotency_key} if part.idempotency_key else {}),
        **(_media(part, media_id) if media_id else _words(part)),
    }


def _words(part: OutgoingPart) -> dict[str, Any]:
    if not part.buttons:
        return _text(part.text)
    if not _fits(part.text, part.buttons):
        return _text(numbered(part.text, part.buttons))
    short = all(len(button.title) <= REPLY_TITLE for button in part.buttons)
    action = _reply_buttons(part.buttons) if short and len(part.buttons) <= REPLY_BUTTONS else _list(part.buttons)
    return {
        "type": "interactive",
        "interactive": {
            "type": "button" if "buttons" in action else "list",
            "body": {"text": part.text},
            "action": action,
        },
    }


def _fits(text: str, buttons: tuple[Button, ...]) -> bool:
    """Whether WhatsApp shows these choices: not too many, none too long or blank, ids and titles unlike each other."""
    titles, payloads = {button.title.strip() for button in buttons}, {button.payload for button in buttons}
    return (
        len(text) <= BODY_LIMIT
        and len(titles) == len(payloads) == len(buttons) <= LIST_ROWS
        and all(0 < len(title) <= ROW_TITLE for title in titles)
        and all(0 < len(payload) <= ROW_ID for payload in payloads)
    )


def _text(text: str) -> dict[str, Any]:
    return {"type": "text", "text": {"preview_url": False, "body": text}}


def _reply_buttons(buttons: tuple[Button, ...]) -> dict[str, Any]:
    return {"buttons": [{"type": "reply", "reply": {"id": b.payload, "title": b.title}} for b in buttons]}


def _list(buttons: tuple[Button, ...]) -> dict[str, Any]:
    rows = [{"id": button.payload, "title": button.title} for button in buttons]
    return {"button": render("utter_buka_pilihan").text[:LIST_BUTTON], "sections": [{"rows": rows}]}


def _media(part: OutgoingPart, media_id: str) -> dict[str, Any]:
    kind = media_kind(part.media_type)
    body: dict[str, Any] = {"id": media_id}
    if part.text and kind != "audio":  # WhatsApp shows no caption under audio
        if len(part.text) > BODY_LIMIT:
            raise Rejected(code="caption_too_long", sentence="keterangan berkas melebihi 1024 karakter")
        body["caption"] = part.text
    if kind == "document":
        body["filename"] = "berkas"
    return {"type": kind, kind: body}


def media_kind(content_type: str) -> str:
    """WhatsApp's message type for a file; what it does not play or show goes as a document.

    https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media#supported-media-types
    """
    if content_type in ("image/jpeg", "image/png"):
        return "image"
    if content_type in ("video/mp4", "video/3gpp"):
        return "video"
    if content_type in ("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"):
        return "audio"
    return "document"
