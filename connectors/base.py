"""The contract of a connector: verify, parse, send, fetch.

A connector is stateless. It turns one provider's webhook into the domain's events and the domain's parts into one
provider's API calls; everything that remembers lives in `cases`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from cases.ports import Channel, Inbound, InboundMedia, Limits, OutgoingPart, Sent

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

    code: ClassVar[str]
    channel: ClassVar[Channel]
    limits: ClassVar[Limits]
    paths: ClassVar[tuple[str, ...]]
    """Webhook paths below `/webhooks/`."""

    @abstractmethod
    def missing_settings(self) -> tuple[str, ...]:
        """Names of settings without which this connector refuses to run."""

    @abstractmethod
    def verify(self, request: WebhookRequest) -> None:
        """Prove the request's origin on its raw bytes, in constant time. Raises `Forbidden`."""

    @abstractmethod
    def parse(self, request: WebhookRequest) -> Sequence[Inbound]:
        """Everything in the payload, in order. Raises `Malformed`; what is odd inside becomes `Quarantined`."""

    @abstractmethod
    def send(self, part: OutgoingPart) -> Sent:
        """Hand one part to the provider. Raises a `cases.ports.SendError`."""

    @abstractmethod
    def fetch_media(self, media: InboundMedia) -> tuple[bytes, str]:
        """Fetch an inbound file: bytes and content type. Raises a `cases.ports.SendError`."""

    def handshake(self, request: WebhookRequest) -> WebhookReply:
        """Answer a GET on the webhook path (only Meta sends one)."""
        return WebhookReply(status=405)

    def acknowledgement(self) -> WebhookReply:
        """What a stored webhook is answered with."""
        return WebhookReply()
