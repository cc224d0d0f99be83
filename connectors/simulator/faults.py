"""Faults on demand: what providers do on a bad day, for the next few calls or webhooks."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F

from connectors.simulator.models import SimulatedFault

Kind = SimulatedFault.Kind
API_FAULTS = (Kind.THROTTLE, Kind.SERVER_ERROR, Kind.TIMEOUT, Kind.ANSWER_LOST)
DEFAULT_AMOUNT = {Kind.DELAY: 5, Kind.DUPLICATE: 4, Kind.REORDER: 3, Kind.TIMEOUT: 20, Kind.ANSWER_LOST: 20}
"""Seconds of delay or silence, or number of copies, when the panel leaves it open."""
MAX_AMOUNT = 120


@dataclass(frozen=True)
class Fault:
    """A fault that has struck: its kind, its amount, and how many more will follow."""

    kind: str
    amount: int
    remaining: int


def arm(kind: str, times: int, amount: int | None = None) -> None:
    """Let the next `times` calls or webhooks meet a fault; 0 lifts it.

    Raises:
        ValueError: there is no fault of that kind.
    """
    chosen = Kind(kind)
    size = DEFAULT_AMOUNT.get(chosen, 0) if amount is None else min(max(amount, 0), MAX_AMOUNT)
    SimulatedFault.objects.update_or_create(
        kind=chosen, defaults={"remaining": min(max(times, 0), 1000), "amount": size}
    )


def strike(*kinds: str) -> Fault | None:
    """Use up one of the first armed fault among `kinds`, or return None; safe between processes."""
    for kind in kinds:
        if SimulatedFault.objects.filter(kind=kind, remaining__gt=0).update(remaining=F("remaining") - 1):
            fault = SimulatedFault.objects.get(kind=kind)
            return Fault(kind, fault.amount, fault.remaining)
    return None


def armed() -> list[dict[str, object]]:
    """The faults waiting to strike, for the panel."""
    return [
        {"kind": fault.kind, "label": fault.get_kind_display(), "remaining": fault.remaining, "amount": fault.amount}
        for fault in SimulatedFault.objects.filter(remaining__gt=0).order_by("pk")
    ]


def lift_all() -> None:
    """End every fault."""
    SimulatedFault.objects.update(remaining=0)
