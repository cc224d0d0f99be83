"""Telegram through its Bot API. https://core.telegram.org/bots/api"""

from __future__ import annotations

import hmac
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from cases.ports import Channel, Inbound, InboundMedia, Limits, OutgoingPart, Rejected, Sent, TemporarilyFailed
from connectors import http
from connectors.base import Connector, Forbidden, WebhookReply, WebhookRequest, secret_values
from connectors.files import content_of, filename_for
from connectors.parsing import guarded, json_body
from connectors.telegram.errors import error_of
from connectors.telegram.payload import read_update
from sigap.settings import load

TEXT_LIMIT, CAPTION_LIMIT = 4096, 1024
"""UTF-16 code units. https://core.telegram.org/bots/api#sendmessage"""
BUTTONS = 12
"""Telegram allows 100 in a keyboard; more than a screenful is no choice."""
METHODS = {"image": ("sendPhoto", "photo"), "audio": ("sendAudio", "audio"), "video": ("sendVideo", "video")}
PHOTO_LIMIT = 10 * 1024 * 1024


class Telegram(Connector):
    """Telegram through its Bot API."""

    code = "telegram"
    channel = Channel.TELEGRAM
    limits = Limits(text=TEXT_LIMIT, text_unit="utf16", buttons=BUTTONS, button_title=60)
    paths = ("telegram",)
    required_settings = ("SIGAP_TELEGRAM_BOT_TOKEN", "SIGAP_TELEGRAM_SECRET_TOKEN")

    def verify(self, request: WebhookRequest) -> None:
        """Compare the secret token header. https://core.telegram.org/bots/api#setwebhook"""
        given = request.headers.get("x-telegram-bot-api-secret-token", "").encode()
        known = secret_values(load().sigap_telegram_secret_token)
        matches = [hmac.compare_digest(given, own.encode()) for own in known]
        if not any(matches):
            raise Forbidden

    def parse(self, request: WebhookRequest) -> Sequence[Inbound]:
        """The one event in the update."""
        return [guarded(read_update, "update", json_body(request.body))]

    def acknowledgement(self, request: WebhookRequest) -> WebhookReply:
        """Answer a button press in the webhook's own reply: the phone stops its spinner, and no call is spent.

        https://core.telegram.org/bots/api#making-requests-when-getting-updates
        """
        data = json_body(request.body)
        query = data.get("callback_query") if isinstance(data, dict) else None
        query_id = query.get("id") if isinstance(query, dict) else None
        if not isinstance(query_id, str):
            return WebhookReply()
        body = json.dumps({"method": "answerCallbackQuery", "callback_query_id": query_id})
        return WebhookReply(body=body, content_type="application/json")

    def try_send(self, part: OutgoingPart) -> Sent:
        """Send plain text with an inline keyboard, or a file with a caption."""
        # no parse_mode: an underscore in a citizen's or officer's words must not break the message
        result = self._send_file(part) if part.media_path else self._call("sendMessage", json=_message(part))
        try:
            return Sent(external_id=f"{result['chat']['id']}:{int(result['message_id'])}")
        except (LookupError, TypeError, ValueError):
            raise TemporarilyFailed(
                code="telegram-no-id", sentence="jawaban Telegram tanpa nomor pesan", may_have_been_sent=True
            ) from None

    def try_fetch(self, media: InboundMedia) -> tuple[bytes, str]:
        """Ask for the file's path, then fetch it; the address holds the token and is never logged."""
        result = self._call("getFile", json={"file_id": media.reference})
        path = str(result.get("file_path", ""))
        if not path or ".." in path:
            raise Rejected(code="telegram-no-path", sentence="Telegram tidak memberi alamat berkas")
        base = load().sigap_telegram_api_base.rstrip("/")
        return http.download(f"{base}/file/bot{_token()}/{quote(path)}", hosts=(), base=base)

    def _send_file(self, part: OutgoingPart) -> dict[str, Any]:
        if len(part.text) > CAPTION_LIMIT:
            raise Rejected(code="caption_too_long", sentence="keterangan berkas melebihi 1024 karakter")
        content = content_of(part.media_path)
        method, field = METHODS.get(part.media_type.partition("/")[0], ("sendDocument", "document"))
        if field == "photo" and len(content) > PHOTO_LIMIT:
            method, field = "sendDocument", "document"
        form = {"chat_id": part.address, **({"caption": part.text} if part.text else {})}
        return self._call(method, data=form, files={field: (filename_for(part), content, part.media_type)})

    def _call(self, method: str, **options: Any) -> dict[str, Any]:
        base = load().sigap_telegram_api_base.rstrip("/")
        response = http.call("POST", f"{base}/bot{_token()}/{method}", **options)
        body = http.json_of(response)
        if response.status_code >= 400 or body.get("ok") is False:
            raise error_of(response.status_code, body)
        result = body.get("result")
        return result if isinstance(result, dict) else {}


def _message(part: OutgoingPart) -> dict[str, Any]:
    body: dict[str, Any] = {
        "chat_id": part.address,
        "text": part.text,
        "link_preview_options": {"is_disabled": True},
    }
    if part.buttons:
        keyboard = [[{"text": button.title, "callback_data": button.payload}] for button in part.buttons]
        body["reply_markup"] = {"inline_keyboard": keyboard}
    return body


def _token() -> str:
    return secret_values(load().sigap_telegram_bot_token)[0]
