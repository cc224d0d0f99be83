"""Delivery reports in any order end in the same state."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations

import pytest

from cases.ports import StatusUpdate
from cases.services.outbox import queue_reply
from cases.services.statuses import apply_status
from cases.services.texts import Reply

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, tzinfo=UTC)


def _sent(conversation):
    part = queue_reply(conversation, Reply(text="halo")).deliveries.get()
    part.external_id, part.status = "out-1", "sent"
    part.save()
    return part


@pytest.mark.parametrize("order", list(permutations(["sent", "delivered", "read"])))
def test_every_order_ends_in_read(conversation, order):
    part = _sent(conversation)

    for status in order:
        apply_status("memory", StatusUpdate(external_id="out-1", status=status, at=NOW))

    part.refresh_from_db()
    assert part.status == "read"


@pytest.mark.parametrize(
    ("order", "final"),
    [(("failed", "delivered"), "delivered"), (("delivered", "failed"), "delivered"), (("sent", "failed"), "failed")],
)
def test_failure_loses_to_proof_of_delivery(conversation, order, final):
    part = _sent(conversation)

    for status in order:
        apply_status("memory", StatusUpdate(external_id="out-1", status=status, at=NOW, error_code="131026"))

    part.refresh_from_db()
    assert part.status == final


def test_a_report_of_another_connector_does_not_count(conversation):
    part = _sent(conversation)

    apply_status("other", StatusUpdate(external_id="out-1", status="read", at=NOW))

    part.refresh_from_db()
    assert part.status == "sent"
