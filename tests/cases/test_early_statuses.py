"""A report that comes before our own send has stored its id is kept and applied."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connections, transaction
from django.utils import timezone

from cases.models import Delivery, EarlyStatus, Event
from cases.ports import StatusUpdate
from cases.services.delivery import deliver
from cases.services.outbox import queue_reply
from cases.services.statuses import apply_early, apply_status
from cases.services.texts import Reply


def _report(status, external_id="m1"):
    return StatusUpdate(external_id=external_id, status=status, at=timezone.now(), error_code="131026", reason="gagal")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("reports", "final"),
    [
        (["read", "sent"], "read"),
        (["delivered"], "delivered"),
        (["failed"], "failed"),
        (["failed", "delivered"], "delivered"),
    ],
)
def test_reports_that_overtake_the_send_are_applied_by_it(conversation, reports, final):
    message = queue_reply(conversation, Reply(text="halo"))
    for status in reports:
        assert not apply_status("memory", _report(status))

    deliver(message.pk)

    assert message.deliveries.get().status == final
    assert not EarlyStatus.objects.exists()


@pytest.mark.django_db
def test_a_repeated_early_report_is_kept_once():
    for _ in range(3):
        apply_status("memory", _report("sent"))

    assert EarlyStatus.objects.count() == 1


@pytest.mark.django_db
def test_reports_about_ids_that_never_became_ours_are_forgotten():
    apply_status("memory", _report("sent", "foreign"))
    EarlyStatus.objects.update(received_at=timezone.now() - timedelta(days=2))

    apply_status("memory", _report("sent", "another"))

    assert list(EarlyStatus.objects.values_list("external_id", flat=True)) == ["another"]


@pytest.mark.django_db
def test_a_failure_is_written_into_the_history(conversation):
    message = queue_reply(conversation, Reply(text="halo"))
    deliver(message.pk)

    apply_status("memory", _report("failed"))

    assert Event.objects.get(kind="delivery.failed").data["code"] == "131026"


@pytest.mark.django_db(transaction=True)
def test_a_report_that_comes_while_the_send_commits_waits_for_it(conversation):
    part = queue_reply(conversation, Reply(text="halo")).deliveries.get()
    arrived = threading.Event()

    def report() -> None:
        try:
            arrived.set()
            with transaction.atomic():
                apply_status("memory", _report("read"))
        finally:
            connections.close_all()

    webhook = threading.Thread(target=report)
    with transaction.atomic():
        Delivery.objects.filter(pk=part.pk).update(external_id="m1", status="sent")
        part.refresh_from_db()
        apply_early(part)
        webhook.start()
        arrived.wait(5)
        webhook.join(0.3)
        assert webhook.is_alive(), "the report must wait for the send's transaction"
    webhook.join(5)

    part.refresh_from_db()
    assert part.status == "read"
