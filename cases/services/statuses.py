"""Delivery reports: a status only ever moves forward.

Providers deliver reports late, twice and out of order, and sometimes before our own send has returned; such an
early report is kept on the raw event and applied by the sender once it knows the id.
"""

from __future__ import annotations

from cases.models import Delivery
from cases.ports import StatusUpdate

RANK = {
    Delivery.Status.QUEUED: 0,
    Delivery.Status.SENDING: 0,
    Delivery.Status.SENT: 1,
    Delivery.Status.FAILED: 2,
    Delivery.Status.DELIVERED: 3,
    Delivery.Status.READ: 4,
}
"""`failed` outranks `sent` and loses to proof of delivery."""


def apply_status(connector: str, update: StatusUpdate) -> bool:
    """Move a delivery forward.

    Returns:
        Whether it moved; False for an unknown id, a repeat, or a report that is older than what is known.
    """
    delivery = (
        Delivery.objects.select_for_update().filter(connector=connector, external_id=update.external_id).first()
    )
    if delivery is None:
        return False
    new = Delivery.Status(update.status)
    if RANK.get(new, -1) <= RANK.get(Delivery.Status(delivery.status), -1):
        return False
    delivery.status = new
    delivery.status_at = update.at
    delivery.error_code = update.error_code[:60]
    delivery.reason = update.reason[:300]
    delivery.save(update_fields=["status", "status_at", "error_code", "reason"])
    return True
