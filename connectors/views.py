"""One small view for all webhooks: verify on raw bytes, parse, store, acknowledge.

Answers: 200 stored (also what is not understood: it is quarantined), 400 not the provider's media type,
403 not proven to come from the provider, 405 wrong method, 413 too large, 503 the connector lacks settings or
storage is down (Meta and Telegram deliver again).
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from urllib.parse import parse_qsl

from django import db
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from cases.ports import Inbound, Quarantined, Rejected
from cases.services.intake import store_webhook
from connectors.base import MAX_BODY_BYTES, Connector, Forbidden, Malformed, WebhookReply, WebhookRequest
from connectors.files import content_of, open_link
from connectors.metrics import INBOUND, WEBHOOKS
from connectors.registry import CONNECTORS
from sigap.settings import load

log = logging.getLogger(__name__)
BY_PATH = {path: connector for connector in CONNECTORS for path in connector.paths}


@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def webhook(request: HttpRequest, path: str) -> HttpResponse:
    """Take in one provider's webhook.

    Args:
        path: the path below `/webhooks/`, one of `BY_PATH`.
    """
    connector = BY_PATH[path]
    if missing := connector.missing_settings():
        log.error("webhook refused: connector=%s missing settings: %s", connector.code, ", ".join(missing))
        return _answer(connector, "not_configured", WebhookReply(status=503))
    body = _body(request)
    if body is None:
        return _answer(connector, "too_large", WebhookReply(status=413))
    received = WebhookRequest(
        method=request.method or "",
        url=_public_address(request, path),
        headers={name.lower(): value for name, value in request.headers.items()},
        query=dict(parse_qsl(request.META.get("QUERY_STRING", ""), keep_blank_values=True)),
        body=body,
    )
    try:
        if request.method == "GET":
            return _answer(connector, "handshake", connector.handshake(received))
        connector.verify(received)
        events = connector.parse(received)
    except Forbidden:
        return _answer(connector, "forbidden", WebhookReply(status=403))
    except Malformed:
        log.warning("webhook malformed: connector=%s sha256=%s", connector.code, hashlib.sha256(body).hexdigest()[:16])
        return _answer(connector, "malformed", WebhookReply(status=400))
    return _store(connector, received, events)


def _store(connector: Connector, received: WebhookRequest, events: Sequence[Inbound]) -> HttpResponse:
    try:
        try:
            store_webhook(connector.code, connector.channel, received.body, events)
        except (db.DataError, db.IntegrityError, ValueError) as error:
            # it would fail again at every redelivery, for days: keep the bytes for an operator instead
            log.error("webhook quarantined: connector=%s error=%s", connector.code, type(error).__name__)
            events = [Quarantined(reason=f"tidak dapat disimpan ({type(error).__name__})")]
            store_webhook(connector.code, connector.channel, received.body, events)
    except db.Error as error:
        log.error("webhook not stored: connector=%s error=%s", connector.code, type(error).__name__)
        return _answer(connector, "storage_down", WebhookReply(status=503))
    for event in events:
        INBOUND.labels(connector.code, type(event).__name__).inc()
    return _answer(connector, "stored", connector.acknowledgement(received))


def _answer(connector: Connector, outcome: str, reply: WebhookReply) -> HttpResponse:
    WEBHOOKS.labels(connector.code, outcome).inc()
    log.debug("webhook connector=%s outcome=%s", connector.code, outcome)
    return HttpResponse(reply.body, status=reply.status, content_type=f"{reply.content_type}; charset=utf-8")


def _body(request: HttpRequest) -> bytes | None:
    """The raw body, read once; None when it is above the cap."""
    announced = str(request.META.get("CONTENT_LENGTH") or "0")
    if announced.isdecimal() and int(announced) > MAX_BODY_BYTES:
        return None
    try:
        body = request.read(MAX_BODY_BYTES + 1)
    except UnreadablePostError:
        return b""  # the sender hung up: what did arrive proves nothing
    return None if len(body) > MAX_BODY_BYTES else body


def _public_address(request: HttpRequest, path: str) -> str:
    """The address as configured; a request's own Host and X-Forwarded headers are the sender's word."""
    query = request.META.get("QUERY_STRING", "")
    return f"{load().public_url}/webhooks/{path}" + (f"?{query}" if query else "")


@login_not_required
@never_cache
@require_safe
def lent_file(request: HttpRequest, token: str) -> HttpResponse:
    """Hand a file to a provider that fetches what it sends (Twilio), under a signed address that expires."""
    try:
        path, content_type = open_link(token)
        content = content_of(path)
    except (signing.BadSignature, Rejected):
        return HttpResponse(status=404)
    response = HttpResponse(content, content_type=content_type or "application/octet-stream")
    response.headers["Content-Disposition"] = "attachment"
    return response
