"""The contract of a connector: verify, parse, send, fetch.

A connector is stateless. It turns one provider's webhook into the domain's events and the domain's parts into one
provider's API calls; everything that remembers lives in `cases`.
"""

from __future__ import annotations

import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import SecretStr

from cases.ports import Channel, Inbound, InboundMedia, Limits, OutgoingPart, Rejected, SendError, Sent
from sigap.settings import load

log = logging.getLogger(__name__)

MAX_BODY_BYTES = 1024 * 1024
"""Webhook bodies above this are refused with 413 before they are read into memory."""


class Forbidden(Exception):
    """The request is not proven to come from the provider: 403, no side effect, no detail."""


class Malformed(Exception):
    """The body is not of the provider's media type at all (not JSON, not a form): 400."""


@dataclass(frozen=True)
class WebhookRequest:
    """A webhook as bytes: headers have lower-case names; `url` is the configured public one."""

    method: str
    url: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class WebhookReply:
    """What the provider gets back."""

    status: int = 200
    body: str = ""
    content_type: str = "text/plain"


class Connector(ABC):
    """One provider of one channel."""

    code: str
    channel: Channel
    limits: Limits
    paths: tuple[str, ...]
    """Webhook paths below `/webhooks/`."""
    required_settings: tuple[str, ...]
    """Names of the settings that this connector cannot run without."""
    reports_reference: bool = False
    """Whether delivery reports carry the idempotency key of the part: a send whose answer was lost can be told."""

    def missing_settings(self) -> tuple[str, ...]:
        """Names of settings without which this connector refuses to run."""
        settings = load()
        return tuple(name for name in self.required_settings if not getattr(settings, name.lower()))

    @abstractmethod
    def verify(self, request: WebhookRequest) -> None:
        """Prove the request's origin on its raw bytes, in constant time. Raises `Forbidden`."""

    @abstractmethod
    def parse(self, request: WebhookRequest) -> Sequence[Inbound]:
        """Everything in the payload, in order. Raises `Malformed`; what is odd inside becomes `Quarantined`."""

    @abstractmethod
    def try_send(self, part: OutgoingPart) -> Sent:
        """Hand one part to the provider. Raises a `cases.ports.SendError`."""

    @abstractmethod
    def try_fetch(self, media: InboundMedia) -> tuple[bytes, str]:
        """Fetch an inbound file: bytes and content type. Raises a `cases.ports.SendError`."""

    def send(self, part: OutgoingPart) -> Sent:
        """Hand one part to the provider, timed and logged without address or text.

        Raises:
            SendError: what kept the provider from taking it; `Rejected` when a setting is missing.
        """
        self._require_settings()
        if not part.text.strip() and not part.media_path:
            raise Rejected(code="empty", sentence="pesan kosong tidak dapat dikirim")
        started = time.monotonic()
        try:
            sent = self.try_send(part)
        except SendError as error:
            log.info("send connector=%s outcome=%s code=%s", self.code, type(error).__name__, error.code)
            raise
        log.info("send connector=%s outcome=sent ms=%d", self.code, (time.monotonic() - started) * 1000)
        return sent

    def fetch_media(self, media: InboundMedia) -> tuple[bytes, str]:
        """Fetch an inbound file: bytes and declared content type.

        Raises:
            SendError: the file cannot be had (now, or ever: see `retryable`).
        """
        self._require_settings()
        return self.try_fetch(media)

    def handshake(self, request: WebhookRequest) -> WebhookReply:
        """Answer a GET on the webhook path (only Meta sends one). Raises `Forbidden`."""
        return WebhookReply(status=405)

    def acknowledgement(self, request: WebhookRequest) -> WebhookReply:
        """What a stored webhook is answered with."""
        return WebhookReply()

    def _require_settings(self) -> None:
        if missing := self.missing_settings():
            raise Rejected(code="not_configured", sentence=f"pengaturan belum diisi: {', '.join(missing)}")


def secret_values(value: SecretStr | None) -> tuple[str, ...]:
    """The secrets in a setting: one, or two separated by a comma while rotating."""
    if value is None:
        return ()
    return tuple(item.strip() for item in value.get_secret_value().split(",") if item.strip())
