"""Figures for those who lead: counts and times without a single person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.views.decorators.http import require_GET

from cases.services.statistics import statistics_for
from desk import labels
from desk.access import DASHBOARD, OfficerRequest, for_roles

PERIODS = (30, 90, 365)


@dataclass(frozen=True)
class Bar:
    """One bar of a chart; `width` is a share of the longest, between 0 and 100, as SVG writes numbers."""

    label: str
    count: int
    width: str


@require_GET
@for_roles(DASHBOARD)
def index(request: OfficerRequest) -> HttpResponse:
    """Counts by category, state and channel, deadlines kept, times to answer."""
    raw = request.GET.get("hari", "")
    days = int(raw) if raw.isdecimal() and int(raw) in PERIODS else 90
    figures = statistics_for(request.user, days)
    judged = figures.met + figures.missed
    context = {
        "section": "dashboard",
        "figures": figures,
        "days": days,
        "periods": PERIODS,
        "met_share": figures.met / judged if judged else None,
        "categories": bars(figures.by_category, lambda code: labels.short(labels.category(code))),
        "states": bars(figures.by_state, labels.state),
        "channels": bars(figures.by_channel, lambda code: labels.of(labels.CHANNELS, code)),
        "report_types": bars(figures.by_report_type, lambda code: labels.short(labels.report_type(code))),
        "weeks": bars(figures.by_week, lambda day: date_format(day, "j M")),
    }
    return render(request, "desk/dashboard/page.html", context)


def bars(counts: Mapping[Any, int], name: Callable[[Any], str]) -> list[Bar]:
    """Counts as bars."""
    longest = max(counts.values(), default=0) or 1
    return [Bar(name(code), count, f"{100 * count / longest:.1f}") for code, count in counts.items()]
