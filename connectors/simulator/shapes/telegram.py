"""Telegram's Bot API. https://core.telegram.org/bots/api"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from connectors.simulator.shapes import ShapeError, utf16_length

TEXT, CAPTION, ANSWER = 4096, 1024, 200
CALLBACK_DATA, KEYBOARD = 64, 100
SECRET_TOKEN = re.compile(r"^[A-Za-z0-9_-]{1,256}$")
MODES = {"", "HTML", "Markdown", "MarkdownV2"}
FILE_FIELDS = {
    "sendPhoto": "photo",
    "sendDocument": "document",
    "sendAudio": "audio",
    "sendVideo": "video",
    "sendVoice": "voice",
}


def answer(error: ShapeError) -> dict[str, Any]:
    """The Bot API's error body."""
    return {"ok": False, "error_code": error.code, "description": error.message}


def auth_errors(token: str, tokens: Sequence[str]) -> list[ShapeError]:
    """Check the token in the address.

    Args:
        token: what stands between `/bot` and the method.
        tokens: tokens that are valid now.
    """
    if any(hmac.compare_digest(token.encode(), own.encode()) for own in tokens):
        return []
    return [ShapeError(401, 401, "Unauthorized")]


def method_errors(method: str, params: Mapping[str, Any], files: Iterable[str] = ()) -> list[ShapeError]:
    """Check one call.

    Args:
        method: name as in the address; Telegram ignores its case.
        params: JSON object or plain form fields; in forms `reply_markup` is a JSON string.
        files: names of the file fields of a multipart form.
    """
    name = next((known for known in _METHODS if known.lower() == method.lower()), "")
    if not name:
        return [ShapeError(404, 404, "Not Found")]
    return _METHODS[name](name, params, set(files))


def _bad(message: str) -> ShapeError:
    return ShapeError(400, 400, f"Bad Request: {message}")


def _chat(params: Mapping[str, Any]) -> list[ShapeError]:
    chat = params.get("chat_id")
    if chat in (None, ""):
        return [_bad("chat_id is empty")]
    known = isinstance(chat, int) or (isinstance(chat, str) and re.fullmatch(r"-?\d{1,20}|@\w{4,32}", chat))
    return [] if known else [_bad("chat not found")]


def _send_message(_: str, params: Mapping[str, Any], __: set[str]) -> list[ShapeError]:
    faults = _chat(params) + _mode(params) + _keyboard(params.get("reply_markup"))
    text = params.get("text")
    if not isinstance(text, str) or not text.strip():
        return [*faults, _bad("message text is empty")]
    if utf16_length(text) > TEXT:
        faults.append(_bad("message is too long"))
    return faults


def _send_file(method: str, params: Mapping[str, Any], files: set[str]) -> list[ShapeError]:
    field = FILE_FIELDS[method]
    faults = _chat(params) + _mode(params) + _keyboard(params.get("reply_markup"))
    if field not in files and not params.get(field):
        faults.append(_bad(f"there is no {field} in the request"))
    if utf16_length(str(params.get("caption") or "")) > CAPTION:
        faults.append(_bad("message caption is too long"))
    return faults


def _mode(params: Mapping[str, Any]) -> list[ShapeError]:
    return [] if params.get("parse_mode", "") in MODES else [_bad("unsupported parse_mode")]


def _keyboard(markup: Any) -> list[ShapeError]:
    if isinstance(markup, str):
        try:
            markup = json.loads(markup)
        except ValueError:
            return [_bad("can't parse reply keyboard markup JSON object")]
    if markup is None or (isinstance(markup, dict) and "inline_keyboard" not in markup):
        return []
    rows = markup.get("inline_keyboard") if isinstance(markup, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        return [_bad("object expected as reply markup")]
    buttons = [button for row in rows for button in row]
    if len(buttons) > KEYBOARD:
        return [_bad("reply markup is too long")]
    return [fault for button in buttons for fault in _button(button)]


def _button(button: Any) -> list[ShapeError]:
    if not isinstance(button, dict) or not str(button.get("text") or "").strip():
        return [_bad("inline keyboard button text must be non-empty")]
    data = button.get("callback_data")
    if data is None:
        return [] if button.get("url") else [_bad("Text buttons are unallowed in the inline keyboard")]
    fits = isinstance(data, str) and 1 <= len(data.encode()) <= CALLBACK_DATA
    return [] if fits else [_bad("BUTTON_DATA_INVALID")]


def _get_file(_: str, params: Mapping[str, Any], __: set[str]) -> list[ShapeError]:
    return [] if params.get("file_id") else [_bad("file_id not specified")]


def _answer_press(_: str, params: Mapping[str, Any], __: set[str]) -> list[ShapeError]:
    if not params.get("callback_query_id"):
        return [_bad("query is too old and response timeout expired or query ID is invalid")]
    return [_bad("MESSAGE_TOO_LONG")] if len(str(params.get("text") or "")) > ANSWER else []


def _set_webhook(_: str, params: Mapping[str, Any], __: set[str]) -> list[ShapeError]:
    faults = []
    if not str(params.get("url", "")).startswith("https://"):
        faults.append(_bad("bad webhook: An HTTPS URL must be provided for webhook"))
    if "secret_token" in params and not SECRET_TOKEN.match(str(params["secret_token"])):
        faults.append(_bad("secret token contains unallowed characters"))
    return faults


def _nothing(_: str, __: Mapping[str, Any], ___: set[str]) -> list[ShapeError]:
    return []


_METHODS: dict[str, Callable[[str, Mapping[str, Any], set[str]], list[ShapeError]]] = {
    "sendMessage": _send_message,
    **dict.fromkeys(FILE_FIELDS, _send_file),
    "getFile": _get_file,
    "answerCallbackQuery": _answer_press,
    "sendChatAction": lambda _, params, __: _chat(params),
    "setWebhook": _set_webhook,
    "deleteWebhook": _nothing,
    "getWebhookInfo": _nothing,
    "getMe": _nothing,
}
