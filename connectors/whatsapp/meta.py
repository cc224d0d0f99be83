"""WhatsApp through Meta's Cloud API. https://developers.facebook.com/docs/whatsapp/cloud-api"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import httpx

from cases.ports import Channel, Inbound, InboundMedia, Limits, OutgoingPart, Rejected, Sent, TemporarilyFailed
from connectors import http
from connectors.base import Connector, Forbidden, WebhookReply, WebhookRequest, secret_values
from connectors.files import content_of, filename_for
from connectors.parsing import json_body
from connectors.whatsapp.meta_errors import error_of
from connectors.whatsapp.meta_messages import BODY_LIMIT, LIST_ROWS, ROW_TITLE, TEXT_LIMIT, message_body
from connectors.whatsapp.meta_payload import read_payload
from connectors.whatsapp.window import require_open_window
from sigap.settings import load

SIGNATURE = re.compile(r"^sha256=([0-9a-f]{64})$")
MEDIA_HOSTS = ("lookaside.fbsbx.com", "graph.facebook.com")


class MetaWhatsApp(Connector):
    """WhatsApp through Meta's Cloud API."""

    code = "whatsapp_meta"
    channel = Channel.WHATSAPP
    # counted in UTF-16 units: Meta says "characters", and this is right whichever it means
    limits = Limits(
        text=TEXT_LIMIT, text_unit="utf16", buttons=LIST_ROWS, button_title=ROW_TITLE, button_body=BODY_LIMIT
    )
    paths = ("whatsapp/meta",)
    reports_reference = True
    required_settings = (
        "SIGAP_META_APP_SECRET",
        "SIGAP_META_VERIFY_TOKEN",
        "SIGAP_META_ACCESS_TOKEN",
        "SIGAP_META_PHONE_NUMBER_ID",
    )

    def handshake(self, request: WebhookRequest) -> WebhookReply:
        """Echo the challenge of Meta's webhook set-up when the verify token is ours.

        https://developers.facebook.com/docs/graph-api/webhooks/getting-started#verification-requests
        """
        given = request.query.get("hub.verify_token", "").encode()
        known = [hmac.compare_digest(given, own.encode()) for own in secret_values(load().sigap_meta_verify_token)]
        challenge = request.query.get("hub.challenge", "")
        if request.query.get("hub.mode") != "subscribe" or not any(known) or not challenge:
            raise Forbidden
        return WebhookReply(body=challenge)

    def verify(self, request: WebhookRequest) -> None:
        """Check `X-Hub-Signature-256` over the raw bytes (Meta escapes non-ASCII its own way: never re-serialise).

        https://developers.facebook.com/docs/graph-api/webhooks/getting-started#validate-payloads
        """
        given = SIGNATURE.match(request.headers.get("x-hub-signature-256", ""))
        if given is None:
            raise Forbidden
        matches = [
            hmac.compare_digest(given[1], hmac.new(own.encode(), request.body, hashlib.sha256).hexdigest())
            for own in secret_values(load().sigap_meta_app_secret)
        ]
        if not any(matches):
            raise Forbidden

    def parse(self, request: WebhookRequest) -> Sequence[Inbound]:
        """Every message and status in the payload."""
        return read_payload(json_body(request.body), load().sigap_meta_phone_number_id or "")

    def try_send(self, part: OutgoingPart) -> Sent:
        """Send text, buttons, a list, or a file that is uploaded first."""
        require_open_window(part)
        media_id = self._upload(part) if part.media_path else ""
        answer = self._post("messages", json=message_body(part, media_id))
        try:
            return Sent(external_id=str(answer["messages"][0]["id"]))
        except (LookupError, TypeError):
            raise TemporarilyFailed(
                code="meta-no-id", sentence="jawaban Meta tanpa nomor pesan", may_have_been_sent=True
            ) from None

    def try_fetch(self, media: InboundMedia) -> tuple[bytes, str]:
        """Ask for the file's address (valid for about five minutes), then fetch it; once more when it has expired."""
        try:
            return self._download(media)
        except Rejected as error:
            if error.code != "media_gone":
                raise
            return self._download(media)

    def _download(self, media: InboundMedia) -> tuple[bytes, str]:
        base = load().sigap_meta_api_base
        response = http.call("GET", f"{base}/{quote(media.reference, safe='')}", headers=_authorization())
        if response.status_code != 200:
            raise error_of(response.status_code, http.json_of(response))
        url = str(http.json_of(response).get("url", ""))
        return http.download(url, hosts=MEDIA_HOSTS, base=base, headers=_authorization())

    def _upload(self, part: OutgoingPart) -> str:
        content = content_of(part.media_path)
        answer = self._post(
            "media",
            data={"messaging_product": "whatsapp", "type": part.media_type},
            files={"file": (filename_for(part), content, part.media_type)},
        )
        return str(answer.get("id", ""))

    def _post(self, edge: str, **options: Any) -> dict[str, Any]:
        settings = load()
        url = f"{settings.sigap_meta_api_base}/{settings.sigap_meta_phone_number_id}/{edge}"
        response: httpx.Response = http.call("POST", url, headers=_authorization(), **options)
        body = http.json_of(response)
        if response.status_code >= 400 or "error" in body:
            raise error_of(response.status_code, body, response.headers.get("retry-after"))
        return body


def _authorization() -> dict[str, str]:
    return {"Authorization": f"Bearer {secret_values(load().sigap_meta_access_token)[0]}"}
