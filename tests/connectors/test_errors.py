"""The vendors' codes and what they mean for us."""

from __future__ import annotations

import pytest

from cases.ports import Rejected, TemporarilyFailed, Throttled, Unreachable, WindowClosed
from connectors import twilio_errors
from connectors.faults import seconds
from connectors.telegram import errors as telegram_errors
from connectors.whatsapp import meta_errors


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (131047, WindowClosed), (131026, Unreachable), (131056, Throttled), (130429, Throttled), (4, Throttled),
        (80007, Throttled), (131048, Throttled), (133016, Throttled), (131053, TemporarilyFailed),
        (190, TemporarilyFailed),
        (131049, Rejected), (100, Rejected), (2, TemporarilyFailed), (999999, Rejected),
    ],
)  # fmt: skip
def test_meta_codes(code, kind):
    error = meta_errors.error_of(400, {"error": {"code": code}})

    assert type(error) is kind
    assert error.code == f"meta-{code}"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (20429, Throttled), (63018, Throttled), (30001, Throttled), (21611, Throttled), (21610, Unreachable),
        (63016, WindowClosed), (21617, Rejected), (21211, Rejected), (20003, TemporarilyFailed), (99999, Rejected),
    ],
)  # fmt: skip
def test_twilio_codes(code, kind):
    assert type(twilio_errors.error_of(400, {"code": code})) is kind


@pytest.mark.parametrize(
    ("status", "description", "kind"),
    [
        (403, "Forbidden: bot was blocked by the user", Unreachable),
        (403, "Forbidden: user is deactivated", Unreachable),
        (400, "Bad Request: chat not found", Unreachable),
        (400, "Bad Request: message is too long", Rejected),
        (400, "Bad Request: something new", Rejected),
        (401, "Unauthorized", TemporarilyFailed),
        (404, "Not Found", TemporarilyFailed),
        (429, "Too Many Requests: retry after 3", Throttled),
        (502, "Bad Gateway", TemporarilyFailed),
    ],
)
def test_telegram_descriptions(status, description, kind):
    assert type(telegram_errors.error_of(status, {"ok": False, "description": description})) is kind


@pytest.mark.parametrize("table", [meta_errors.ERRORS, twilio_errors.ERRORS, telegram_errors.ERRORS])
def test_every_code_has_a_sentence_for_operators(table):
    assert all(len(fault.sentence) > 10 and not fault.sentence.endswith(".") for fault in table.values())


def test_a_gateway_timeout_may_have_been_sent_and_an_overload_was_not():
    assert meta_errors.error_of(504, {}).may_have_been_sent
    assert not meta_errors.error_of(503, {}).may_have_been_sent


def test_a_code_without_the_vendors_figure_has_its_own_wait():
    assert meta_errors.error_of(400, {"error": {"code": 131056}}).retry_after == 6


@pytest.mark.parametrize(
    ("value", "wanted"),
    [("3", 3.0), (2, 2.0), ("Wed, 21 Oct 2026 07:28:00 GMT", None), (None, None), ("-1", None), ("nan", None)],
)
def test_retry_after_is_seconds_or_nothing(value, wanted):
    assert seconds(value) == wanted
