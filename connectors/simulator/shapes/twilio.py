"""Twilio's Messages resource. https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from connectors.simulator.shapes import ShapeError, utf16_length

BODY, MEDIA, WHATSAPP_MEDIA = 1600, 10, 1
WHATSAPP = "whatsapp:"
NUMBER = re.compile(r"^\+[1-9]\d{6,14}$")
SENDER = re.compile(r"^(?:\+[1-9]\d{6,14}|\d{3,6}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11})$")
USER_ID = re.compile(r"^[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}$")

Form = Mapping[str, Sequence[str]]


def answer(error: ShapeError) -> dict[str, Any]:
    """The REST API's error body."""
    return {
        "code": error.code,
        "message": error.message,
        "more_info": f"https://www.twilio.com/docs/errors/{error.code}",
        "status": error.status,
    }


def auth_errors(headers: Mapping[str, str], account: str, tokens: Sequence[str]) -> list[ShapeError]:
    """Check the basic authentication.

    Args:
        headers: with lower-case names.
        account: account SID.
        tokens: auth tokens that are valid now.
    """
    given = headers.get("authorization", "").encode()
    for token in tokens:
        pair = base64.b64encode(f"{account}:{token}".encode())
        if hmac.compare_digest(given, b"Basic " + pair):
            return []
    return [ShapeError(401, 20003, "Authenticate")]


def message_errors(form: Form) -> list[ShapeError]:
    """Check the form of `POST /2010-04-01/Accounts/{sid}/Messages.json`.

    Args:
        form: all values of each field, as `urllib.parse.parse_qs` gives them.
    """
    return [*_addresses(form), *_content(form), *_callback(form)]


def _bad(code: int, message: str) -> ShapeError:
    return ShapeError(400, code, message)


def _one(form: Form, key: str) -> str:
    values = form.get(key) or [""]
    return values[0]


def _addresses(form: Form) -> list[ShapeError]:
    to, sender = _one(form, "To"), _one(form, "From")
    if not to:
        return [_bad(21604, "A 'To' phone number is required.")]
    if not sender and not _one(form, "MessagingServiceSid"):
        return [_bad(21603, "A 'From' phone number is required.")]
    if sender and to.startswith(WHATSAPP) != sender.startswith(WHATSAPP):
        return [_bad(21910, "Invalid From and To pair. From and To should be of the same channel")]
    bare = to.removeprefix(WHATSAPP)
    if not NUMBER.match(bare) and not (to.startswith(WHATSAPP) and USER_ID.match(bare)):
        return [_bad(21211, "Invalid 'To' Phone Number")]
    if sender and not SENDER.match(sender.removeprefix(WHATSAPP)):
        return [_bad(21212, "Invalid From Number (caller ID)")]
    return []


def _content(form: Form) -> list[ShapeError]:
    body, media = _one(form, "Body"), list(form.get("MediaUrl") or ())
    if not body.strip() and not media and not _one(form, "ContentSid"):
        return [_bad(21602, "Message body is required.")]
    faults = []
    if utf16_length(body) > BODY:
        faults.append(_bad(21617, "The concatenated message body exceeds the 1600 character limit"))
    if len(media) > (WHATSAPP_MEDIA if _one(form, "To").startswith(WHATSAPP) else MEDIA):
        faults.append(_bad(21623, "Number of media files exceeds allowed limit"))
    if not all(_is_address(url) for url in media):
        faults.append(_bad(21620, "Invalid media URL(s)"))
    return faults


def _callback(form: Form) -> list[ShapeError]:
    url = _one(form, "StatusCallback")
    return [] if not url or _is_address(url) else [_bad(21609, "Invalid 'StatusCallback' URL")]


def _is_address(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and "_" not in (parts.hostname or "")
