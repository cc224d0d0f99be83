"""The way out to providers: known hosts only, and the public internet only."""

from __future__ import annotations

import pytest

from connectors.http import is_public, rebase


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254", "::1", "fe80::1"])
def test_a_private_address_is_not_public(host):
    assert not is_public(host)


@pytest.mark.parametrize("host", ["1.1.1.1", "2606:4700:4700::1111"])
def test_a_public_address_is(host):
    assert is_public(host)


@pytest.mark.parametrize(
    ("url", "base", "wanted"),
    [
        ("https://api.twilio.com/2010/x.json?a=1", "http://127.0.0.1:9", "http://127.0.0.1:9/2010/x.json?a=1"),
        ("https://api.twilio.com/2010/x", "https://proxy/twilio/", "https://proxy/twilio/2010/x"),
        ("https://elsewhere.example/x", "http://127.0.0.1:9", "https://elsewhere.example/x"),
    ],
)
def test_the_vendors_host_is_replaced_by_the_configured_one(url, base, wanted):
    assert rebase(url, "https://api.twilio.com", base) == wanted
