"""How a deadline is shown: days of work left, and how urgent that is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.utils import timezone
from django.utils.translation import gettext, ngettext

from cases.models import Case
from cases.services.deadlines import working_days_left
from desk.queue import SOON_WORKING_DAYS


@dataclass(frozen=True)
class Chip:
    """Words and tone (good, calm, soon, late) of a deadline."""

    text: str
    tone: str


def chip_for(state: str, due_on: date | None, met_at: datetime | None) -> Chip | None:
    """The chip of a case, or None when it has no deadline."""
    if due_on is None:
        return None
    if state not in Case.OPEN_STATES:
        if met_at is not None and timezone.localdate(met_at) <= due_on:
            return Chip(gettext("Tepat waktu"), "good")
        return Chip(gettext("Terlambat"), "late") if met_at is not None else None
    left = _left(due_on, timezone.localdate())
    if left < 0:
        return Chip(ngettext("Lewat %(n)d hari kerja", "Lewat %(n)d hari kerja", -left) % {"n": -left}, "late")
    if left == 0:
        # A due date on a day off leaves no working day either, but is not today.
        return Chip(gettext("Hari ini") if due_on == timezone.localdate() else gettext("Habis"), "late")
    text = ngettext("%(n)d hari kerja", "%(n)d hari kerja", left) % {"n": left}
    return Chip(text, "soon" if left <= SOON_WORKING_DAYS else "calm")


@lru_cache(maxsize=512)
def _left(due: date, today: date) -> int:
    return working_days_left(due, today)
