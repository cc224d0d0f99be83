"""What WhatsApp and SMS through Twilio share: signature, form, REST client (twilio's own library), media.

https://www.twilio.com/docs/usage/webhooks/webhooks-security
"""

from __future__ import annotations

import hashlib
import hmac
import logging
from abc import abstractmethod
from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import TooManyFieldsSent
from django.http import QueryDict
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from cases.ports import Inbound, InboundMedia, OutgoingPart, Sent, TemporarilyFailed
from connectors import http
from connectors.base import Connector, Forbidden, Malformed, WebhookReply, WebhookRequest, secret_values
from connectors.files import link_for
from connectors.parsing import guarded
from connectors.twilio_errors import error_of
from connectors.twilio_payload import WHATSAPP, read_form
from sigap.settings import load

log = logging.getLogger(__name__)

VENDOR = "https://api.twilio.com"
MEDIA_HOSTS = ("api.twilio.com", ".twiliocdn.com", "s3-external-1.amazonaws.com")
TEXT_LIMIT = 1600
"""Characters of one message; more is error 21617. https://www.twilio.com/docs/api/errors/21617"""
FORM = "application/x-www-form-urlencoded"
REFERENCE = "bagian"
"""Parameter of the StatusCallback address that names the part."""
EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


class TwilioConnector(Connector):
    """One channel through Twilio; subclasses name the channel, its paths and its sender number."""

    whatsapp: bool
    reports_reference = True

    @abstractmethod
    def sender_number(self) -> str:
        """Our own number, E.164."""

    def verify(self, request: WebhookRequest) -> None:
        """Check `X-Twilio-Signature` over the configured URL and the sorted parameters, with each valid token."""
        given = request.headers.get("x-twilio-signature", "")
        if not given:
            raise Forbidden
        covered: Any = _form(request) if _is_form(request) else {}
        # bytes that are not a form are covered by their hash in the signed URL, if by anything
        expected = hashlib.sha256(request.body).hexdigest()
        given_hash = request.query.get("bodySHA256", expected)
        if not _is_form(request) and not hmac.compare_digest(given_hash.encode(), expected.encode()):
            raise Forbidden
        tokens = secret_values(load().sigap_twilio_auth_token)
        matches = [RequestValidator(token).validate(request.url, covered, given) for token in tokens]
        if not any(matches):
            raise Forbidden

    def parse(self, request: WebhookRequest) -> Sequence[Inbound]:
        """The one message or status in the form."""
        if not _is_form(request):
            raise Malformed("not a form")
        reference = request.query.get(REFERENCE, "")
        return [guarded(_read, "formulir", _form(request).dict(), self.whatsapp, reference)]

    def try_send(self, part: OutgoingPart) -> Sent:
        """Send text, and on WhatsApp a file, through the REST API; choices arrive here as numbered text."""
        prefix = WHATSAPP if self.whatsapp else ""
        media = {"media_url": [link_for(part)]} if part.media_path else {}
        body = {"body": part.text} if part.text else {}
        message = _client().messages.create(
            to=f"{prefix}{part.address}",
            from_=f"{prefix}{self.sender_number()}",
            status_callback=self._status_address(part),
            **body,
            **media,
        )
        return Sent(external_id=str(message.sid))

    def _status_address(self, part: OutgoingPart) -> str:
        """Where Twilio reports to: the part's key comes back in the address, which the signature covers."""
        query = f"?{urlencode({REFERENCE: part.idempotency_key})}" if part.idempotency_key else ""
        return f"{load().public_url}/webhooks/{self.paths[0]}/status{query}"

    def try_fetch(self, media: InboundMedia) -> tuple[bytes, str]:
        """Fetch an inbound file with our credentials; Twilio redirects to its storage, which gets none."""
        settings = load()
        base = settings.sigap_twilio_api_base
        auth = (settings.sigap_twilio_account_sid or "", secret_values(settings.sigap_twilio_auth_token)[0])
        return http.download(http.rebase(media.reference, VENDOR, base), hosts=MEDIA_HOSTS, base=base, auth=auth)

    def acknowledgement(self, request: WebhookRequest) -> WebhookReply:
        """Empty TwiML: replies go through the REST API, never inline."""
        return WebhookReply(body=EMPTY_TWIML, content_type="text/xml")


class ApiBaseClient(HttpClient):  # type: ignore[misc]  # twilio ships no types
    """The transport of twilio's library: our timeouts and errors, and the host of `SIGAP_TWILIO_API_BASE`."""

    def __init__(self, base: str) -> None:
        super().__init__(log, is_async=False)
        self._base = base

    def request(
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """One REST call. Raises a `SendError` for every refusal and for an answer without a message id."""
        response = http.call(
            method, http.rebase(uri, VENDOR, self._base), params=params, data=data, headers=headers, auth=auth
        )
        body = http.json_of(response)
        if response.status_code >= 400:
            raise error_of(response.status_code, body, response.headers.get("retry-after"))
        if not body.get("sid"):
            raise TemporarilyFailed(
                code="twilio-no-sid", sentence="jawaban Twilio tanpa nomor pesan", may_have_been_sent=True
            )
        return Response(response.status_code, response.text, response.headers)


def _client() -> Client:
    settings = load()
    token = secret_values(settings.sigap_twilio_auth_token)[0]
    return _client_of(settings.sigap_twilio_account_sid or "", token, settings.sigap_twilio_api_base)


@lru_cache(maxsize=4)
def _client_of(sid: str, token: str, base: str) -> Client:
    # a given environment keeps stray TWILIO_* variables from moving the host
    return Client(sid, token, http_client=ApiBaseClient(base), environment={"TWILIO_ACCOUNT_SID": sid})


def _is_form(request: WebhookRequest) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == FORM


def _form(request: WebhookRequest) -> QueryDict:
    try:
        return QueryDict(request.body, encoding="utf-8")
    except TooManyFieldsSent:
        raise Forbidden from None


def _read(form: dict[str, str], whatsapp: bool, reference: str) -> Inbound:
    return read_form(form, whatsapp=whatsapp, reference=reference)
