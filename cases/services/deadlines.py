"""Deadlines in working days.

Source of the lengths: PermenPANRB 62/2018 (SP4N): 5 working days for information and aspirations, 14 for complaints
not of a supervisory kind, 60 for those that are. Working days exclude Saturdays, Sundays, national holidays and
cuti bersama, which `holidays` carries from the joint ministerial decrees.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import holidays
from django.utils import timezone

from cases.models import Case, Deadline
from cases.taxonomy import taxonomy


@lru_cache(maxsize=8)
def _days_off(year: int) -> frozenset[date]:
    calendar = holidays.country_holidays("ID", years=year, categories=("public", "government"))
    return frozenset(calendar.keys())


def is_working_day(day: date) -> bool:
    """Whether offices work on that day."""
    return day.weekday() < 5 and day not in _days_off(day.year)


def add_working_days(start: date, count: int) -> date:
    """The last day of a period of `count` working days that begins on the day after `start`."""
    day = start
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def working_days_left(due: date, today: date) -> int:
    """Working days from tomorrow to `due`, negative when the day has passed."""
    sign, (first, last) = (1, (today, due)) if due >= today else (-1, (due, today))
    return sign * sum(is_working_day(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))


def kind_for(case: Case) -> str:
    """Which of the taxonomy's deadlines applies: a fraud indication makes a complaint one of supervision."""
    if case.report_type == "pengaduan" and case.fraud:
        return "pengaduan_pengawasan"
    return case.report_type


def set_deadline(case: Case) -> Deadline:
    """Give a submitted case its deadline, replacing an open one that another rule set."""
    kind = kind_for(case)
    days = taxonomy().deadlines[kind]
    current = case.deadlines.filter(replaced_at=None).first()
    if current is not None and current.kind == kind:
        return current
    case.deadlines.filter(replaced_at=None).update(replaced_at=timezone.now())
    start = timezone.localdate(case.submitted_at)
    return Deadline.objects.create(case=case, kind=kind, working_days=days, due_on=add_working_days(start, days))


def current_deadline(case: Case) -> Deadline | None:
    """The deadline in force, or None for a draft."""
    return case.deadlines.filter(replaced_at=None).first()
