"""The simulated providers: phones on every channel, and the application on a real port."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl

import pytest

from connectors import http
from connectors.base import Connector, WebhookRequest
from connectors.registry import CONNECTORS
from connectors.simulator import dispatch
from connectors.simulator.models import SimulatedPhone, SimulatedWebhook
from sigap.settings import load

NUMBER, CHAT = "+6281100000099", "700000099"
BY_CODE = {connector.code: connector for connector in CONNECTORS}


@pytest.fixture(autouse=True)
def _no_background_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Webhooks leave when a test says so, not by themselves."""
    monkeypatch.setattr(dispatch, "wake", lambda: None)


@pytest.fixture(params=SimulatedPhone.Channel.values)
def phone(request: pytest.FixtureRequest, db: None) -> SimulatedPhone:
    """A citizen's phone on each channel in turn."""
    return phone_on(request.param)


def phone_on(channel: str) -> SimulatedPhone:
    """A citizen's phone on one channel."""
    address = CHAT if channel == "telegram" else NUMBER
    return SimulatedPhone.objects.create(channel=channel, address=address, name="Rina Marpaung")


def connector_of(phone: SimulatedPhone) -> Connector:
    """The real connector of the phone's provider: the codes are the same."""
    return BY_CODE[phone.channel]


def as_request(row: SimulatedWebhook) -> WebhookRequest:
    """A queued webhook as the connector gets it."""
    return WebhookRequest(
        method="POST",
        url=f"{load().public_url}{row.path}",
        headers={name.lower(): value for name, value in row.headers.items()},
        query=dict(parse_qsl(row.path.partition("?")[2])),
        body=bytes(row.body),
    )


def heard(phone: SimulatedPhone) -> list[Any]:
    """What the real connector verifies and understands of the webhooks queued so far, oldest first."""
    connector = connector_of(phone)
    events: list[Any] = []
    for row in phone.webhooks.order_by("pk"):
        request = as_request(row)
        connector.verify(request)
        events += connector.parse(request)
    return events


@pytest.fixture
def running(live_server: Any, configure: Callable[..., object]) -> Iterator[str]:
    """The application on a real port, its connectors pointed at the simulated providers of the same process."""
    api = f"{live_server.url}/simulator/api"
    configure(
        SIGAP_PORT=live_server.url.rpartition(":")[2],
        SIGAP_META_API_BASE=f"{api}/meta/v23.0",
        SIGAP_TWILIO_API_BASE=f"{api}/twilio",
        SIGAP_TELEGRAM_API_BASE=f"{api}/telegram",
    )
    yield f"{live_server.url}/simulator/"
    http.client().close()
    http.client.cache_clear()
