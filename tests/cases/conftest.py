"""A channel of our own for tests of the domain: the port's contract, kept in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count

import pytest
from django.contrib.auth.models import Group, User

import classifiers
from cases import ports
from cases.models import Conversation, Message, OfficerProfile
from cases.ports import Channel, InboundMedia, InboundMessage, Kind, Limits, OutgoingPart, SendError, Sent
from cases.services import drafts
from cases.services.draft_steps import Step
from cases.services.intake import conversation_for, store_webhook
from tests.cases.drafting import Say
from tests.reading import KeywordModel

ADDRESS = "chat-700100"


class MemorySender:
    """A sender that keeps what it was given; `failures` are raised first, one a call."""

    code = "memory"
    channel = Channel.TELEGRAM
    limits = Limits(text=200, buttons=3, button_title=20)
    reports_reference = False

    def __init__(self) -> None:
        self.sent: list[OutgoingPart] = []
        self.failures: list[SendError] = []
        self.files: dict[str, tuple[bytes, str]] = {}
        self.while_sending: Callable[[], None] = lambda: None

    def send(self, part: OutgoingPart) -> Sent:
        """Keep the part, or fail as told."""
        if self.failures:
            raise self.failures.pop(0)
        self.while_sending()
        self.sent.append(part)
        return Sent(external_id=f"m{len(self.sent)}")

    def fetch_media(self, media: InboundMedia) -> tuple[bytes, str]:
        """The file of that reference, or a failure as told."""
        if self.failures:
            raise self.failures.pop(0)
        return self.files[media.reference]


@pytest.fixture
def sender() -> Iterator[MemorySender]:
    """The registered in-memory channel."""
    memory = MemorySender()
    ports.register_sender(memory)
    yield memory
    ports._senders.pop(memory.code)


@pytest.fixture
def conversation(db: None, sender: MemorySender) -> Conversation:
    """A citizen's conversation on the in-memory channel."""
    return conversation_for(sender.code, sender.channel, ADDRESS, "Sri Wahyuni")


@pytest.fixture
def receive(sender: MemorySender) -> Callable[..., Message]:
    """Take in one message as a connector would and return its row."""
    numbers = count(1)

    def _receive(text: str = "halo", address: str = ADDRESS, **changes: object) -> Message:
        values = {
            "external_id": f"in-{next(numbers)}",
            "address": address,
            "kind": Kind.TEXT,
            "sent_at": datetime.now(UTC),
            "text": text,
        } | changes
        event = InboundMessage(**values)  # type: ignore[arg-type]
        store_webhook(sender.code, sender.channel, repr(values).encode(), [event])
        return Message.objects.get(external_id=event.external_id, conversation__connector=sender.code)

    return _receive


@pytest.fixture
def officer(db: None) -> Callable[..., User]:
    """Make an officer with roles."""

    def _officer(name: str, *roles: str, unit: str = "") -> User:
        user = User.objects.create_user(name, password="rahasia-sekali-123")
        user.groups.set(Group.objects.filter(name__in=roles))
        assert user.groups.count() == len(roles)
        OfficerProfile.objects.create(user=user, unit=unit)
        return user

    return _officer


@pytest.fixture
def keyword_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports are read by key words."""
    monkeypatch.setattr(classifiers, "load_live", KeywordModel)


@pytest.fixture
def say(keyword_model: None, conversation: Conversation, receive: Callable[..., Message]) -> Say:
    """Write one message into the draft."""

    def _say(text: str = "", intent: str = "", **changes: object) -> Step:
        return drafts.write(conversation.pk, receive(text, **changes).pk, intent)

    return _say


@pytest.fixture
def press(keyword_model: None, conversation: Conversation, receive: Callable[..., Message]) -> Say:
    """Press one button of the draft."""

    def _press(choice: str) -> Step:
        return drafts.choose(conversation.pk, receive("", kind=Kind.BUTTON, payload=f"/{choice}").pk, choice)

    return _press
