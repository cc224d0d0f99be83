"""When officers answer: working days, in the hours of the institution's time zone."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from cases.services.deadlines import is_working_day

OPENS, CLOSES = time(8), time(15)
"""As the FAQ answer `jam_layanan` says; counters of regional offices may differ."""


def is_open(at: datetime) -> bool:
    """Whether an officer can be expected to answer now."""
    local = timezone.localtime(at)
    return is_working_day(local.date()) and OPENS <= local.time() < CLOSES


def next_open_day(at: datetime) -> date:
    """The day on which officers answer next; today before opening on a working day."""
    local = timezone.localtime(at)
    day = local.date() if local.time() < OPENS else local.date() + timedelta(days=1)
    while not is_working_day(day):
        day += timedelta(days=1)
    return day
