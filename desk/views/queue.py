"""The queue of cases, and its export."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator, Iterable
from typing import Any

from asgiref.sync import sync_to_async
from django.core.paginator import Page, Paginator
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cases.managers import TIM_PENGADUAN, roles_of
from cases.models import Case
from cases.services import events
from desk import labels
from desk.access import CASE_WORK, EVERYONE, OfficerRequest, for_roles, sections_for
from desk.deadline_chip import chip_for
from desk.queue import QueueForm, Tab, counts_for, narrowed, tabs_for

PAGE = 25
EXPORT_CHUNK = 500


@require_GET
@for_roles(EVERYONE)
def home(request: OfficerRequest) -> HttpResponseBase:
    """The queue for those who work on cases, else the first section of the officer's role."""
    if roles_of(request.user) & CASE_WORK:
        response: HttpResponseBase = queue(request)
        return response
    sections = sections_for(request.user)
    if not sections:
        return render(request, "desk/no_role.html", status=403)
    return redirect(sections[0].url_name)


@for_roles(CASE_WORK)
def queue(request: OfficerRequest) -> HttpResponse:
    """Tabs, filters, search and the page of cases; htmx asks for the list alone."""
    tabs = tabs_for(request.user)
    tab = _tab(request, tabs)
    form = QueueForm(request.GET, request.user)
    page = Paginator(narrowed(request.user, tab, form).select_related("assignee"), PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "section": "queue",
        "tabs": tabs,
        "tab": tab,
        "counts": counts_for(request.user, tabs),
        "form": form,
        "active_filters": form.active(),
        "search": form.chosen().get("q", ""),
        "page": page,
        "rows": rows_of(page),
        "sees_fraud": TIM_PENGADUAN in roles_of(request.user),
    }
    partial = request.htmx and not request.htmx.boosted
    return render(request, "desk/queue/_results.html" if partial else "desk/queue/page.html", context)


def rows_of(page: Page[Case]) -> list[dict[str, Any]]:
    """A page's cases with their deadline chips."""
    return [{"case": case, "chip": chip_for(case.state, case.due_on, case.met_at)} for case in page]  # type: ignore[attr-defined]


def _tab(request: OfficerRequest, tabs: list[Tab]) -> Tab:
    return next((tab for tab in tabs if tab.code == request.GET.get("tab")), tabs[0])


@require_POST
@for_roles(CASE_WORK)
def export(request: OfficerRequest) -> HttpResponseBase:
    """The filtered queue as CSV, row by row; who exported how much is recorded. No reporter's identity is in it."""
    tabs = tabs_for(request.user)
    tab, form = _tab(request, tabs), QueueForm(request.GET, request.user)
    ids = list(narrowed(request.user, tab, form).values_list("pk", flat=True))
    events.record(
        "desk.exported",
        actor="officer",
        officer=request.user,
        tab=tab.code,
        filters=sorted(form.chosen()),
        rows=len(ids),
    )
    response = StreamingHttpResponse(_csv(request, ids), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="laporan-{timezone.localdate():%Y%m%d}.csv"'
    return response


class _Line:
    """A file for `csv.writer` that hands each line back."""

    def write(self, line: str) -> str:
        return line


async def _csv(request: OfficerRequest, ids: list[Any]) -> AsyncIterator[str]:
    writer = csv.writer(_Line())
    sees_fraud = TIM_PENGADUAN in roles_of(request.user)
    yield "\ufeff" + str(writer.writerow(_header(sees_fraud)))  # the mark makes spreadsheets read UTF-8
    for start in range(0, len(ids), EXPORT_CHUNK):
        chunk = ids[start : start + EXPORT_CHUNK]
        for line in await sync_to_async(_lines)(request, chunk, sees_fraud):
            yield str(writer.writerow(line))


def _header(sees_fraud: bool) -> list[str]:
    names = [_("Nomor"), _("Waktu masuk"), _("Status"), _("Jenis laporan"), _("Kategori"), _("Unit penangan")]
    names += [_("Kanal"), _("Tenggat"), _("Petugas"), _("Ringkasan")]
    return [*names, _("Indikasi fraud"), _("Jenis fraud")] if sees_fraud else names


def _lines(request: OfficerRequest, ids: list[Any], sees_fraud: bool) -> Iterable[list[str]]:
    from desk.queue import base_queryset

    # Visibility is asked again for each chunk: a case marked as fraud meanwhile is left out.
    found = {case.pk: case for case in base_queryset(request.user).filter(pk__in=ids).select_related("assignee")}
    return [_line(found[pk], sees_fraud) for pk in ids if pk in found]


def _line(case: Case, sees_fraud: bool) -> list[str]:
    due: Any = case.due_on  # type: ignore[attr-defined]
    values = [
        case.number or "",
        f"{timezone.localtime(case.submitted_at):%Y-%m-%d %H:%M}" if case.submitted_at else "",
        labels.state(case.state),
        labels.report_type(case.report_type),
        labels.category(case.category),
        labels.unit(case.unit),
        labels.of(labels.CHANNELS, case.channel),  # type: ignore[attr-defined]
        f"{due:%Y-%m-%d}" if due else "",
        labels.officer(case.assignee),
        case.summary,
    ]
    if sees_fraud:
        values += [labels.value("fraud", case.fraud), "; ".join(map(labels.fraud_type, case.fraud_types))]
    return [_harmless(value) for value in values]


def _harmless(cell: str) -> str:
    """Keep spreadsheets from running a citizen's text as a formula (OWASP: CSV injection)."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell
