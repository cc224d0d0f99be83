"""Delivery reports: a status only ever moves forward.

Providers deliver reports late, twice and out of order, and sometimes before our own send has returned. Such an
early report is kept as an `EarlyStatus` and applied in the transaction that stores the id of the sent part.

No provider refuses to send the same message twice, but Meta and Twilio return in their reports what was sent along
with the message: a part whose answer was lost (a crash, a timeout) is known from its report, and not sent again.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from cases.models import Delivery, EarlyStatus
from cases.ports import StatusUpdate
from cases.services import events

RANK = {
    Delivery.Status.QUEUED: 0,
    Delivery.Status.SENDING: 0,
    Delivery.Status.SENT: 1,
    Delivery.Status.FAILED: 2,
    Delivery.Status.DELIVERED: 3,
    Delivery.Status.READ: 4,
}
"""`failed` outranks `sent` and loses to proof of delivery."""
KEEP_EARLY = timedelta(days=1)
"""Reports about ids that never become ours (another system on the same number) are forgotten after this."""


def apply_status(connector: str, update: StatusUpdate) -> bool:
    """Move a delivery forward; a report about an id that is not known yet is kept for `apply_early`.

    Returns:
        Whether it moved; False for an unknown id, a repeat, or a report that is older than what is known.
    """
    _lock_id(connector, update.external_id)
    delivery = Delivery.objects.select_for_update().filter(connector=connector, external_id=update.external_id).first()
    if delivery is None:
        _keep(connector, update)
        return False
    return _move(delivery, update)


def apply_early(delivery: Delivery) -> None:
    """Apply the reports that came before our send had stored the provider's id; call in that transaction."""
    if not delivery.external_id:
        return
    _lock_id(delivery.connector, delivery.external_id)
    waiting = EarlyStatus.objects.filter(connector=delivery.connector, external_id=delivery.external_id)
    for early in waiting.order_by("id"):
        _move(
            delivery,
            StatusUpdate(
                external_id=early.external_id,
                status=early.status,
                at=early.at,
                error_code=early.error_code,
                reason=early.reason,
            ),
        )
    waiting.delete()


def recognise(part: Delivery) -> bool:
    """Look for a report that carries the key of a part whose send got no answer, and take over what it says.

    Args:
        part: locked by the caller's transaction.

    Returns:
        Whether there is one: the provider has the part, under the id that is now stored.
    """
    early = EarlyStatus.objects.filter(connector=part.connector, reference=part.key).order_by("id").first()
    if early is None:
        return False
    part.external_id, part.status, part.status_at = early.external_id, Delivery.Status.SENT, early.at
    part.save(update_fields=["external_id", "status", "status_at"])
    apply_early(part)
    return True


def _lock_id(connector: str, external_id: str) -> None:
    """Let a report and the send it is about wait for each other, whichever comes first; held to the end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{connector}\x1f{external_id}"])


def _keep(connector: str, update: StatusUpdate) -> None:
    EarlyStatus.objects.filter(received_at__lt=timezone.now() - KEEP_EARLY).delete()
    EarlyStatus.objects.get_or_create(
        connector=connector,
        external_id=update.external_id,
        status=update.status,
        defaults={
            "at": update.at,
            "error_code": update.error_code[:60],
            "reason": update.reason[:300],
            "reference": update.reference[:100],
        },
    )


def _move(delivery: Delivery, update: StatusUpdate) -> bool:
    new = Delivery.Status(update.status)
    if RANK.get(new, -1) <= RANK.get(Delivery.Status(delivery.status), -1):
        return False
    delivery.status = new
    delivery.status_at = update.at
    delivery.error_code = update.error_code[:60]
    delivery.reason = update.reason[:300]
    delivery.save(update_fields=["status", "status_at", "error_code", "reason"])
    if new == Delivery.Status.FAILED:
        events.record(
            "delivery.failed",
            actor="system",
            conversation=delivery.message.conversation,
            code=delivery.error_code,
            delivery=delivery.pk,
        )
    return True
