"""Fixtures of the channel tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from connectors import http
from connectors.registry import CONNECTORS
from tests.connectors.providers import Provider, provider_of
from tests.doubles.provider import ProviderDouble, serving


@pytest.fixture(params=CONNECTORS, ids=lambda connector: connector.code)
def provider(request: pytest.FixtureRequest) -> Provider:
    """Each connector's vendor in turn."""
    return provider_of(request.param)


VENDORS = {
    "whatsapp_meta": ("meta", "SIGAP_META_API_BASE", "/v23.0"),
    "whatsapp_twilio": ("twilio", "SIGAP_TWILIO_API_BASE", ""),
    "sms_twilio": ("twilio", "SIGAP_TWILIO_API_BASE", ""),
    "telegram": ("telegram", "SIGAP_TELEGRAM_API_BASE", ""),
}


@pytest.fixture
def api(provider: Provider, configure: Callable[..., object]) -> Iterator[ProviderDouble]:
    """The vendor's API on a local port, with the connector pointed at it."""
    vendor, setting, suffix = VENDORS[provider.connector.code]
    with serving(vendor) as double:
        configure(**{setting: double.base + suffix})
        yield double
    http.client().close()
    http.client.cache_clear()
