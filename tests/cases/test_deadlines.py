"""Deadlines in Indonesian working days."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from cases.models import Case
from cases.services.deadlines import add_working_days, current_deadline, is_working_day, set_deadline, working_days_left


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        (date(2026, 11, 20), 5, date(2026, 11, 27)),  # Friday to the next Friday
        (date(2026, 11, 21), 5, date(2026, 11, 27)),  # received on a Saturday: the same
        (date(2026, 12, 20), 5, date(2026, 12, 29)),  # cuti bersama on the 24th, Christmas on the 25th
        (date(2026, 12, 31), 1, date(2027, 1, 4)),  # over the new year
    ],
)
def test_weekends_holidays_and_joint_leave_do_not_count(start, days, due):
    assert add_working_days(start, days) == due
    assert is_working_day(due)
    assert working_days_left(due, start) == days


def test_days_past_the_deadline_are_negative():
    assert working_days_left(date(2026, 11, 20), date(2026, 11, 24)) == -2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("report_type", "fraud", "kind", "due"),
    [
        ("permintaan_informasi", False, "permintaan_informasi", date(2026, 11, 27)),
        ("aspirasi", True, "aspirasi", date(2026, 11, 27)),
        ("pengaduan", False, "pengaduan", date(2026, 12, 10)),
        ("pengaduan", True, "pengaduan_pengawasan", date(2027, 2, 18)),
    ],
)
def test_the_deadline_follows_report_type_and_fraud(conversation, report_type, fraud, kind, due):
    submitted = datetime(2026, 11, 20, 23, 30, tzinfo=ZoneInfo("Asia/Jakarta"))
    case = Case.objects.create(
        conversation=conversation,
        number="BKN-2611-00000-X",
        state="baru",
        report_type=report_type,
        fraud=fraud,
        submitted_at=submitted,
    )

    deadline = set_deadline(case)

    assert deadline.kind == kind
    if kind != "pengaduan_pengawasan":  # next year's joint leave may still be decreed
        assert deadline.due_on == due
    assert deadline.working_days == working_days_left(deadline.due_on, date(2026, 11, 20))


@pytest.mark.django_db
def test_a_new_classification_replaces_the_deadline_and_keeps_the_old_one(conversation):
    case = Case.objects.create(
        conversation=conversation,
        number="BKN-2611-00000-X",
        state="baru",
        submitted_at=datetime(2026, 11, 20, 9, tzinfo=ZoneInfo("Asia/Jakarta")),
    )
    set_deadline(case)
    case.fraud = True

    set_deadline(case)
    set_deadline(case)

    assert current_deadline(case).kind == "pengaduan_pengawasan"
    assert [d.kind for d in case.deadlines.order_by("pk")] == ["pengaduan", "pengaduan_pengawasan"]
