"""Phone numbers are kept in one form."""

from __future__ import annotations

import pytest

from connectors.addresses import BSUID, e164


@pytest.mark.parametrize(
    ("raw", "international", "wanted"),
    [
        ("+6281234567890", False, "+6281234567890"),
        ("081234567890", False, "+6281234567890"),
        ("0812-3456-7890", False, "+6281234567890"),
        ("6281234567890", True, "+6281234567890"),
        ("15005550006", True, "+15005550006"),
        ("+15005550006", False, "+15005550006"),
        ("TELKOMSEL", False, ""),
        ("3636", False, ""),
        ("", False, ""),
        ("+", False, ""),
        ("9" * 20, True, ""),
        ("0812345\n67890", False, "+6281234567890"),
    ],
)
def test_a_number_in_any_writing_is_e164(raw, international, wanted):
    assert e164(raw, international=international) == wanted


@pytest.mark.parametrize("good", ["ID.13491208655302741918", "US.ENT.11815799212886844830"])
def test_user_ids_of_whatsapp_are_known(good):
    assert BSUID.match(good)


@pytest.mark.parametrize("bad", ["ID.", "id.123", "IDN.123", "ID." + "1" * 129, "ID.1/2", "6281234567890"])
def test_other_ids_are_not(bad):
    assert not BSUID.match(bad)
