"""Telegram's Bot API: https://core.telegram.org/bots/api"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from connectors.simulator import config, traffic
from connectors.simulator.api.common import Answer, Call, VendorFaults, accept, choices_of, provider_api
from connectors.simulator.models import HANDLE_BASE, SimulatedFile, SimulatedMessage, SimulatedPhone
from connectors.simulator.shapes import telegram as shape
from connectors.simulator.webhooks import telegram as updates

TYPING = timedelta(seconds=5)
"""https://core.telegram.org/bots/api#sendchataction"""


def error(code: int, description: str, **parameters: int) -> Answer:
    """The Bot API's error body. https://core.telegram.org/bots/api#making-requests"""
    body: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
    return Answer(code, body | ({"parameters": parameters} if parameters else {}))


def ok(result: Any, phone: SimulatedPhone | None = None) -> Answer:
    """The Bot API's success body."""
    return Answer(200, {"ok": True, "result": result}, phone)


VENDOR_FAULTS = VendorFaults(
    throttled=error(429, "Too Many Requests: retry after 3", retry_after=3),
    broken=error(500, "Internal Server Error"),
)


def _path(request: HttpRequest) -> str:
    return re.sub(r"bot[^/]+", "bot<token>", request.path.partition("/api/telegram")[2])


def _refusal(token: str) -> Answer | None:
    """The error for a wrong token."""
    faults = shape.auth_errors(token, config.accepted("sigap_telegram_bot_token"))
    return next((Answer(fault.status, shape.answer(fault)) for fault in faults), None)


@provider_api(_path)
def method(call: Call, token: str, name: str) -> Answer:
    """Any method of the Bot API that the connector uses; others answer 404 as an unknown method does."""
    if not re.fullmatch(r"\d+:[A-Za-z0-9_-]+", token):
        return error(404, "Not Found")
    if refusal := _refusal(token):
        return refusal
    for fault in shape.method_errors(name, call.fields, call.request.FILES):
        return Answer(fault.status, shape.answer(fault))
    handler = METHODS.get(name.lower())
    return handler(call, name) if handler else error(404, "Not Found")


def _recipient(call: Call) -> SimulatedPhone | Answer:
    """The phone that a chat id names, or the error for it."""
    phone = SimulatedPhone.objects.filter(channel=SimulatedPhone.Channel.TELEGRAM, address=call.text("chat_id")).first()
    if phone is None:
        return error(400, "Bad Request: chat not found")
    if phone.blocked:
        return Answer(403, error(403, "Forbidden: bot was blocked by the user").body, phone)
    return phone


def _send(call: Call, name: str) -> Answer:
    """sendMessage, sendPhoto, sendDocument, sendAudio, sendVideo."""
    markup = call.fields.get("reply_markup")
    if isinstance(markup, str):  # forms carry it as JSON text; the shape check has read it already
        markup = json.loads(markup)
    phone = _recipient(call)
    if isinstance(phone, Answer):
        return phone
    message = _message(call, name, markup or {})
    if isinstance(message, Answer):
        return message

    def take() -> Answer:
        if message.file and message.file.pk is None:
            message.file.save()
        traffic.receive(phone, message)
        return ok(updates.as_message(message), phone)

    return accept(VENDOR_FAULTS, phone, take)


def _message(call: Call, name: str, markup: dict[str, Any]) -> SimulatedMessage | Answer:
    rows = markup.get("inline_keyboard", [])
    buttons = [button for row in rows for button in row]
    message = SimulatedMessage(
        text=call.text("text") or call.text("caption"),
        choices=choices_of([(str(button["text"]), str(button.get("callback_data", "")), "") for button in buttons]),
        choices_style="inline" if buttons else "",
    )
    field = name.lower().removeprefix("send")
    if field == "message":
        return message
    upload = call.upload(field)
    if upload is None:
        return error(400, f"Bad Request: there is no {field} in the request")
    message.file = SimulatedFile(filename=upload[0][:200], content_type=upload[1][:120], content=upload[2])
    message.kind = SimulatedMessage.Kind.IMAGE if field == "photo" else SimulatedMessage.Kind.DOCUMENT
    return message


def _answer_callback(call: Call, _: str) -> Answer:
    if not traffic.callback_answered(call.text("callback_query_id")):
        return error(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
    return ok(True)


def _chat_action(call: Call, _: str) -> Answer:
    phone = _recipient(call)
    if isinstance(phone, Answer):
        return phone
    SimulatedPhone.objects.filter(pk=phone.pk).update(typing_until=timezone.now() + TYPING)
    phone.touch()
    return ok(True, phone)


def _get_file(call: Call, _: str) -> Answer:
    handle = call.text("file_id").removeprefix("BQACAgUAAxkBAA")
    file = SimulatedFile.objects.filter(pk=int(handle) - HANDLE_BASE).first() if handle.isdigit() else None
    if file is None:
        return error(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
    result = {
        "file_id": call.text("file_id"),
        "file_unique_id": f"AgAD{file.pk}",
        "file_size": len(file.content),
        "file_path": f"documents/file_{file.handle}",
    }
    return ok(result, file.phone)


def _me(_: Call, __: str) -> Answer:
    abilities = {"can_join_groups": False, "can_read_all_group_messages": False, "supports_inline_queries": False}
    return ok(updates.bot() | abilities)


def _set_webhook(_: Call, __: str) -> Answer:
    return ok(True)


def _webhook_info(_: Call, __: str) -> Answer:
    url = f"{config.settings().public_url}{updates.PATH}"
    return ok({"url": url, "has_custom_certificate": False, "pending_update_count": 0, "max_connections": 40})


METHODS: dict[str, Callable[[Call, str], Answer]] = {
    **dict.fromkeys(("sendmessage", "sendphoto", "senddocument", "sendaudio", "sendvideo", "sendvoice"), _send),
    "answercallbackquery": _answer_callback,
    "sendchataction": _chat_action,
    "getfile": _get_file,
    "getme": _me,
    "setwebhook": _set_webhook,
    "deletewebhook": _set_webhook,
    "getwebhookinfo": _webhook_info,
}


@provider_api(_path)
def download(call: Call, token: str, handle: str) -> Answer | HttpResponse:
    """GET a file by the path that getFile gave."""
    if refusal := _refusal(token):
        return refusal
    file = SimulatedFile.objects.filter(pk=int(handle) - HANDLE_BASE).first()
    if file is None:
        return error(404, "Not Found")
    return HttpResponse(bytes(file.content), content_type="application/octet-stream")
