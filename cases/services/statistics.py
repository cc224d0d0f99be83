"""Figures for dashboards: counts and times, never a person or a text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Aggregate, Count, DurationField, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncWeek
from django.utils import timezone

from cases.managers import PIMPINAN, TIM_PENGADUAN, UNGUARDED, roles_of
from cases.models import Case, Message


class Median(Aggregate):
    """The middle value (PostgreSQL's `percentile_cont`)."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


@dataclass(frozen=True, kw_only=True)
class Statistics:
    """Figures of a period. `fraud_total` is None for those who may not know it."""

    since: date
    total: int
    open: int
    late: int
    closed: int
    met: int
    missed: int
    fraud_total: int | None
    first_answer: timedelta | None
    officer_answer: timedelta | None
    by_category: dict[str, int]
    by_state: dict[str, int]
    by_channel: dict[str, int]
    by_report_type: dict[str, int]
    by_week: dict[date, int]


def statistics_for(viewer: User, days: int = 90) -> Statistics:
    """Figures of the last `days` days, over the cases that the viewer may count.

    `pimpinan` counts every non-fraud case and knows the number of fraud cases, no more; other roles count what they
    may see.
    """
    since = timezone.localdate() - timedelta(days=days)
    recent = Q(submitted_at__date__gte=since)
    cases = _countable(viewer).filter(recent)
    totals = _totals(cases)
    first_answer, officer_answer = _answer_times(cases)
    return Statistics(
        since=since,
        total=totals["total"],
        open=totals["open"],
        late=totals["late"],
        closed=totals["closed"],
        met=totals["met"],
        missed=totals["missed"],
        fraud_total=_fraud_total(viewer, recent),
        first_answer=first_answer,
        officer_answer=officer_answer,
        by_category=_by(cases, "category"),
        by_state=_by(cases, "state"),
        by_channel=_by(cases, "conversation__citizen__channel"),
        by_report_type=_by(cases, "report_type"),
        by_week={
            row["week"].date(): row["n"]
            for row in cases.annotate(week=TruncWeek("submitted_at"))
            .values("week")
            .annotate(n=Count("pk"))
            .order_by("week")
        },
    )


def _countable(viewer: User) -> QuerySet[Case]:
    roles = roles_of(viewer)
    if PIMPINAN in roles and TIM_PENGADUAN not in roles:
        return Case.objects.submitted().filter(UNGUARDED)
    return Case.objects.visible_to(viewer).submitted()


def _fraud_total(viewer: User, recent: Q) -> int | None:
    if roles_of(viewer) & {PIMPINAN, TIM_PENGADUAN}:
        return Case.objects.submitted().filter(recent, fraud=True).count()
    return None


def _totals(cases: QuerySet[Case]) -> dict[str, int]:
    today = timezone.localdate()
    open_now = Q(state__in=Case.OPEN_STATES)
    in_force = Q(deadlines__replaced_at=None)
    answered = in_force & Q(deadlines__met_at__isnull=False)
    totals: dict[str, int] = cases.aggregate(
        total=Count("pk", distinct=True),
        open=Count("pk", filter=open_now, distinct=True),
        closed=Count("pk", filter=~open_now, distinct=True),
        late=Count("pk", filter=open_now & in_force & Q(deadlines__due_on__lt=today), distinct=True),
        met=Count("pk", filter=answered & Q(deadlines__met_at__date__lte=F("deadlines__due_on")), distinct=True),
        missed=Count("pk", filter=answered & Q(deadlines__met_at__date__gt=F("deadlines__due_on")), distinct=True),
    )
    return totals


def _answer_times(cases: QuerySet[Case]) -> tuple[timedelta | None, timedelta | None]:
    """Median time from a conversation's first message to our first, and from a case to an officer's first words."""
    said = Message.objects.filter(conversation=OuterRef("conversation")).order_by()

    def first(messages: QuerySet[Message]) -> Subquery:
        return Subquery(messages.values("conversation").annotate(at=Min("sent_at")).values("at"))

    timed = cases.annotate(
        asked=first(said.filter(author=Message.Author.CITIZEN)),
        answered=first(said.exclude(author=Message.Author.CITIZEN)),
        spoken=first(said.filter(author=Message.Author.OFFICER, sent_at__gte=OuterRef("submitted_at"))),
    )
    medians: dict[str, Any] = timed.aggregate(
        first_answer=Median(F("answered") - F("asked"), filter=Q(answered__gte=F("asked"))),
        officer_answer=Median(F("spoken") - F("submitted_at"), filter=Q(spoken__isnull=False)),
    )
    return medians["first_answer"], medians["officer_answer"]


def _by(cases: QuerySet[Case], column: str) -> dict[str, int]:
    rows = cases.values(column).annotate(n=Count("pk", distinct=True)).order_by("-n", column)
    return {row[column]: row["n"] for row in rows}
