"""What the domain says to and hears from the channels, without knowing any of them.

Connectors translate a provider's webhooks into `InboundMessage` and `StatusUpdate`, and register a `Sender`
for their code. The domain calls senders through `sender_for`, so `cases` never imports `connectors`.

Errors of sending are a closed set::

    SendError
    ├── Throttled            the provider asks to slow down: wait, same part again
    ├── TemporarilyFailed    network, 5xx: retry with back-off; may_have_been_sent on an ambiguous timeout
    ├── WindowClosed         free-form text is no longer allowed (WhatsApp's 24 hours)
    ├── Unreachable          the citizen blocked us or has no such account
    └── Rejected             the provider will never accept this: stop
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Channel(StrEnum):
    """What the citizen holds in the hand."""

    WHATSAPP = "whatsapp"
    SMS = "sms"
    TELEGRAM = "telegram"


class Kind(StrEnum):
    """Kinds of inbound message that the domain tells apart."""

    TEXT = "text"
    BUTTON = "button"
    COMMAND = "command"
    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    DOCUMENT = "document"
    STICKER = "sticker"
    LOCATION = "location"
    CONTACT = "contact"
    REACTION = "reaction"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, kw_only=True)
class InboundMedia:
    """A file at the provider's, to be fetched by a worker."""

    reference: str  # media id or address at the provider
    content_type: str = ""
    filename: str = ""
    size: int | None = None


@dataclass(frozen=True, kw_only=True)
class InboundMessage:
    """One message of a citizen, already verified and normalised.

    `external_id` is the provider's id, unique for the connector; `address` is the channel's user id (E.164 phone
    number or chat id); `text` is the message or caption; `payload` is the pressed button's value.
    """

    external_id: str
    address: str
    kind: Kind
    sent_at: datetime
    text: str = ""
    payload: str = ""
    name: str = ""
    media: tuple[InboundMedia, ...] = ()
    location: tuple[float, float] | None = None
    reply_to: str = ""
    edited: bool = False  # a correction of an earlier message with the same external id root


@dataclass(frozen=True, kw_only=True)
class StatusUpdate:
    """What became of a message we sent."""

    external_id: str
    status: str  # a value of cases.models.Delivery.Status
    at: datetime
    error_code: str = ""
    reason: str = ""
    reference: str = ""  # the part's idempotency key, where the provider returns what was sent along


@dataclass(frozen=True, kw_only=True)
class Ignored:
    """An event that is understood and needs nothing (a bot joined, an echo)."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class Quarantined:
    """A part of an authentic payload that is not understood; operators see it, nothing is lost."""

    reason: str


Inbound = InboundMessage | StatusUpdate | Ignored | Quarantined


@dataclass(frozen=True, kw_only=True)
class Button:
    """A choice offered to the citizen; `payload` comes back when pressed."""

    title: str
    payload: str


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one message of a channel can hold.

    `text` counts in `text_unit`: characters, UTF-16 code units, or SMS septets via `text_unit="sms"`.
    `buttons` is how many buttons fit (0: none, choices become numbered text).
    """

    text: int
    text_unit: str = "characters"  # characters | utf16
    buttons: int = 0
    button_title: int = 0
    button_body: int = 0  # longest text that may carry buttons; 0: same as text


@dataclass(frozen=True, kw_only=True)
class OutgoingPart:
    """One message to hand to the provider, already within the channel's limits."""

    address: str
    text: str
    buttons: tuple[Button, ...] = ()
    media_path: str = ""
    media_type: str = ""
    reply_window_opened_at: datetime | None = None  # time of the citizen's last message
    idempotency_key: str = ""


@dataclass(frozen=True, kw_only=True)
class Sent:
    """The provider took the message."""

    external_id: str


@dataclass(kw_only=True)
class SendError(Exception):
    """A provider did not take a message. `code` is the provider's, `sentence` is for the operator."""

    code: str
    sentence: str
    retryable: bool = field(default=False, init=False)

    def __str__(self) -> str:
        return f"{self.code}: {self.sentence}"


@dataclass(kw_only=True)
class Throttled(SendError):
    """Too fast; try again after `retry_after` seconds."""

    retry_after: float = 5.0

    def __post_init__(self) -> None:
        self.retryable = True


@dataclass(kw_only=True)
class TemporarilyFailed(SendError):
    """Network or provider trouble; `may_have_been_sent` when the answer was lost."""

    may_have_been_sent: bool = False

    def __post_init__(self) -> None:
        self.retryable = True


@dataclass(kw_only=True)
class WindowClosed(SendError):
    """The channel allows only approved templates now."""


@dataclass(kw_only=True)
class Unreachable(SendError):
    """The citizen cannot be reached on this channel."""


@dataclass(kw_only=True)
class Rejected(SendError):
    """The provider refuses this message for good."""


class Sender(Protocol):
    """What a connector offers for outbound messages; calls block and carry a timeout."""

    code: str
    channel: Channel
    limits: Limits
    reports_reference: bool
    """Whether the provider's delivery reports carry the part's idempotency key."""

    def send(self, part: OutgoingPart) -> Sent:
        """Hand one part to the provider. Raises a `SendError`."""
        ...

    def fetch_media(self, media: InboundMedia) -> tuple[bytes, str]:
        """Fetch an inbound file: its bytes and content type. Raises a `SendError`."""
        ...


_senders: dict[str, Sender] = {}


def register_sender(sender: Sender) -> None:
    """Make a connector's sender known; called once by each connector at start-up."""
    _senders[sender.code] = sender


def sender_for(code: str) -> Sender:
    """The sender of a connector.

    Raises:
        LookupError: no connector of that code is registered (its settings may be missing).
    """
    try:
        return _senders[code]
    except KeyError:
        raise LookupError(f"connector {code!r} is not registered; see `sigap check`") from None


def senders() -> Mapping[str, Sender]:
    """All registered senders by connector code."""
    return _senders
