"""Meta's Cloud API. https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from connectors.simulator.shapes import ShapeError, utf16_length

TEXT, BODY, CAPTION, HEADER, FOOTER, OPAQUE = 4096, 1024, 1024, 60, 60, 512
BUTTONS, BUTTON_TITLE, BUTTON_ID = 3, 20, 256
ROWS, ROW_TITLE, ROW_DESCRIPTION, ROW_ID, LIST_BUTTON, SECTION_TITLE = 10, 24, 72, 200, 20, 24
TOP_LEVEL = {
    "messaging_product", "recipient_type", "to", "recipient", "type", "context", "biz_opaque_callback_data", "status",
    "message_id", "typing_indicator",
}  # fmt: skip
PHONE = re.compile(r"^\+?\d{6,15}$")
USER_ID = re.compile(r"^[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}$")
MEDIA_TYPES = ("image", "audio", "video", "document", "sticker")


def answer(error: ShapeError) -> dict[str, Any]:
    """The Graph API's error body."""
    return {
        "error": {
            "message": f"(#{error.code}) {error.message}",
            "type": "OAuthException",
            "code": error.code,
            "error_data": {"messaging_product": "whatsapp", "details": error.message},
            "fbtrace_id": "A0000000000000000000000",
        }
    }


def auth_errors(headers: Mapping[str, str], tokens: Sequence[str]) -> list[ShapeError]:
    """Check the bearer token.

    Args:
        headers: with lower-case names.
        tokens: access tokens that are valid now.
    """
    given = headers.get("authorization", "").encode()
    if any(hmac.compare_digest(given, f"Bearer {token}".encode()) for token in tokens):
        return []
    return [ShapeError(401, 190, "Invalid OAuth access token - Cannot parse access token")]


def message_errors(body: Any) -> list[ShapeError]:
    """Check the JSON of `POST /{phone-number-id}/messages`, a message or a read receipt."""
    if not isinstance(body, dict):
        return [_bad("The request body is not a JSON object")]
    faults = _product(body)
    if body.get("status") == "read":
        return faults + ([] if body.get("message_id") else [_bad("The parameter message_id is required.")])
    faults += _recipient(body)
    kind = body.get("type", "text")
    check = _CHECKS.get(str(kind))
    if check is None:
        return [*faults, _bad(f"Param type must be one of {{{', '.join(_CHECKS)}}} - got {str(kind)[:20]}.")]
    if unexpected := set(body) - TOP_LEVEL - {kind}:
        faults.append(_bad(f"Unexpected key {min(unexpected)!r} on param."))
    content = body.get(kind)
    if not isinstance(content, dict):
        return [*faults, _bad(f"The parameter {kind} is required.")]
    if len(str(body.get("biz_opaque_callback_data", ""))) > OPAQUE:
        faults.append(_bad(f"Param biz_opaque_callback_data must be at most {OPAQUE} characters long."))
    return faults + check(str(kind), content)


def upload_errors(form: Mapping[str, Any], files: Iterable[str]) -> list[ShapeError]:
    """Check the multipart form of `POST /{phone-number-id}/media`.

    Args:
        form: plain fields.
        files: names of the file fields.
    """
    faults = _product(form)
    if "file" not in set(files):
        faults.append(_bad("The parameter file is required."))
    if not form.get("type"):
        faults.append(_bad("The parameter type is required."))
    return faults


def _bad(message: str, code: int = 100) -> ShapeError:
    return ShapeError(400, code, message)


def _product(body: Mapping[str, Any]) -> list[ShapeError]:
    if body.get("messaging_product") == "whatsapp":
        return []
    return [_bad("The parameter messaging_product is required.")]


def _recipient(body: Mapping[str, Any]) -> list[ShapeError]:
    if body.get("recipient_type", "individual") != "individual":
        return [_bad("Param recipient_type must be one of {INDIVIDUAL, GROUP}.")]
    to, recipient = body.get("to"), body.get("recipient")
    if to is None and recipient is None:
        return [_bad("The parameter to is required.")]
    if to is not None and not (isinstance(to, str) and PHONE.match(to)):
        return [_bad("Parameter value is not valid: to is not a phone number", 131009)]
    if to is None and not (isinstance(recipient, str) and USER_ID.match(recipient)):
        return [_bad("Parameter value is not valid: recipient", 131009)]
    return []


def _string(owner: Mapping[str, Any], key: str, limit: int, name: str, *, required: bool = True) -> list[ShapeError]:
    value = owner.get(key)
    if value is None and not required:
        return []
    if not isinstance(value, str) or not value.strip():
        return [_bad(f"The parameter {name} is required.")]
    if utf16_length(value) > limit:
        return [_bad(f"Param {name} must be at most {limit} characters long.")]
    return []


def _text(_: str, content: Mapping[str, Any]) -> list[ShapeError]:
    return _string(content, "body", TEXT, "text['body']")


def _media(kind: str, content: Mapping[str, Any]) -> list[ShapeError]:
    faults = []
    if bool(content.get("id")) == bool(content.get("link")):
        faults.append(_bad(f"Exactly one of id and link is required on {kind}."))
    if "caption" in content and kind in ("audio", "sticker"):
        faults.append(_bad(f"Unexpected key 'caption' on param {kind}."))
    return faults + _string(content, "caption", CAPTION, f"{kind}['caption']", required=False)


def _location(_: str, content: Mapping[str, Any]) -> list[ShapeError]:
    known = all(isinstance(content.get(key), int | float) for key in ("latitude", "longitude"))
    return [] if known else [_bad("The parameters latitude and longitude are required.")]


def _template(_: str, content: Mapping[str, Any]) -> list[ShapeError]:
    language = content.get("language")
    if not content.get("name") or not isinstance(language, dict) or not language.get("code"):
        return [_bad("The parameters template['name'] and template['language']['code'] are required.", 132000)]
    return []


def _interactive(_: str, content: Mapping[str, Any]) -> list[ShapeError]:
    action, body = content.get("action"), content.get("body")
    if not isinstance(action, dict) or not isinstance(body, dict):
        return [_bad("The parameters interactive['body'] and interactive['action'] are required.", 131009)]
    faults = _string(body, "text", BODY, "interactive['body']['text']")
    if content.get("type") == "button":
        return faults + _buttons(action.get("buttons"))
    if content.get("type") == "list":
        faults += _string(action, "button", LIST_BUTTON, "interactive['action']['button']")
        return faults + _sections(action.get("sections"))
    return [*faults, _bad("Param interactive['type'] must be one of {button, list}.", 131009)]


def _buttons(buttons: Any) -> list[ShapeError]:
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= BUTTONS:
        return [_bad(f"Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: {BUTTONS}", 131009)]
    replies: list[dict[str, Any]] = []
    for button in buttons:
        reply = button.get("reply") if isinstance(button, dict) and button.get("type") == "reply" else None
        if not isinstance(reply, dict):
            return [_bad("Button type must be reply.", 131009)]
        replies.append(reply)
    faults: list[ShapeError] = []
    for reply in replies:
        faults += _string(reply, "title", BUTTON_TITLE, "button title") + _string(reply, "id", BUTTON_ID, "button id")
    return faults + _unlike(replies, "id") + _unlike(replies, "title")


def _sections(sections: Any) -> list[ShapeError]:
    if not isinstance(sections, list) or not 1 <= len(sections) <= ROWS:
        return [_bad("Invalid sections count.", 131009)]
    faults, rows = [], []
    for section in sections:
        found = section.get("rows") if isinstance(section, dict) else None
        if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
            return [_bad("Section rows are required.", 131009)]
        rows += found
        faults += _string(section, "title", SECTION_TITLE, "section title", required=len(sections) > 1)
    if not 1 <= len(rows) <= ROWS:
        faults.append(_bad(f"Total row count exceed max allowed count: {ROWS}", 131009))
    for row in rows:
        faults += _string(row, "title", ROW_TITLE, "row title") + _string(row, "id", ROW_ID, "row id")
        faults += _string(row, "description", ROW_DESCRIPTION, "row description", required=False)
    return faults + _unlike(rows, "id")


def _unlike(items: Sequence[Mapping[str, Any]], key: str) -> list[ShapeError]:
    values = [str(item.get(key, "")) for item in items]
    return [] if len(set(values)) == len(values) else [_bad(f"Duplicated {key}s.", 131009)]


_CHECKS: dict[str, Callable[[str, Mapping[str, Any]], list[ShapeError]]] = {
    "text": _text,
    "interactive": _interactive,
    **dict.fromkeys(MEDIA_TYPES, _media),
    "location": _location,
    "template": _template,
}
