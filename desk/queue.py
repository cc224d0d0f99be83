"""The queue's tabs, filters, sorting and counts, all on top of what the officer may see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.db.models import Count, F, FilteredRelation, Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.managers import TIM_PENGADUAN, CaseQuerySet, roles_of
from cases.models import Case
from cases.ports import Channel
from cases.services.deadlines import add_working_days
from cases.services.search import search_cases
from cases.taxonomy import taxonomy
from desk import labels

SOON_WORKING_DAYS = 3
CLOSED = (Case.State.SELESAI, Case.State.DITOLAK, Case.State.DIBATALKAN)
OPEN = Q(state__in=Case.OPEN_STATES)


@dataclass(frozen=True)
class Tab:
    """A ready-made view of the queue."""

    code: str
    label: Any
    condition: Callable[[User], Q]
    roles: frozenset[str] = frozenset()  # empty: everyone who works on cases
    order: str = "tenggat"


def soon(today: date | None = None) -> date:
    """The last day of the period in which a deadline counts as near."""
    return add_working_days(today or timezone.localdate(), SOON_WORKING_DAYS)


TABS: tuple[Tab, ...] = (
    Tab("terbuka", _("Semua terbuka"), lambda user: OPEN),
    Tab("saya", _("Milik saya"), lambda user: OPEN & Q(assignee=user)),
    Tab("lewat", _("Lewat tenggat"), lambda user: OPEN & Q(due_on__lt=timezone.localdate())),
    Tab("dekat", _("Mendekati tenggat"), lambda user: OPEN & Q(due_on__gte=timezone.localdate(), due_on__lte=soon())),
    Tab("fraud", _("Indikasi fraud"), lambda user: OPEN & Q(fraud=True), frozenset({TIM_PENGADUAN})),
    Tab("selesai", _("Selesai"), lambda user: Q(state__in=CLOSED), order="terbaru"),
)

ORDERS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "tenggat": (_("Tenggat terdekat"), (F("due_on").asc(nulls_last=True), "submitted_at", "pk")),
    "terbaru": (_("Terbaru masuk"), ("-submitted_at", "pk")),
    "terlama": (_("Terlama masuk"), ("submitted_at", "pk")),
    "status": (_("Status"), ("state", F("due_on").asc(nulls_last=True), "pk")),
}


def base_queryset(user: User) -> CaseQuerySet:
    """Submitted cases that the officer may see, with their channel and the deadline in force."""
    cases: CaseQuerySet = (
        Case.objects.visible_to(user)
        .submitted()
        .annotate(
            in_force=FilteredRelation("deadlines", condition=Q(deadlines__replaced_at=None)),
            channel=F("conversation__citizen__channel"),
        )
        .annotate(due_on=F("in_force__due_on"), met_at=F("in_force__met_at"))
    )
    return cases


def tabs_for(user: User) -> list[Tab]:
    """The tabs of an officer's roles."""
    roles = roles_of(user)
    return [tab for tab in TABS if not tab.roles or tab.roles & roles]


def counts_for(user: User, tabs: list[Tab]) -> dict[str, int]:
    """How many cases each tab holds, in one query."""
    counts: dict[str, int] = base_queryset(user).aggregate(
        **{tab.code: Count("pk", filter=tab.condition(user)) for tab in tabs}
    )
    return counts


class QueueForm(forms.Form):
    """What may be asked of the queue; anything unknown is dropped rather than refused."""

    q = forms.CharField(required=False, max_length=200, label=_("Cari"))
    status = forms.ChoiceField(required=False, label=_("Status"))
    kategori = forms.ChoiceField(required=False, label=_("Kategori"))
    unit = forms.ChoiceField(required=False, label=_("Unit penangan"))
    jenis = forms.ChoiceField(required=False, label=_("Jenis laporan"))
    fraud = forms.ChoiceField(required=False, label=_("Indikasi fraud"))
    petugas = forms.ChoiceField(required=False, label=_("Petugas"))
    kanal = forms.ChoiceField(required=False, label=_("Kanal"))
    tenggat = forms.ChoiceField(required=False, label=_("Tenggat"))
    urut = forms.ChoiceField(required=False, label=_("Urutkan"))

    def __init__(self, data: QueryDict, user: User) -> None:
        super().__init__(data)
        self.user = user
        codes = taxonomy()
        self._choose("status", [(s, labels.state(s)) for s in Case.State.values if s != Case.State.DRAF])
        self._choose("kategori", [*((c, labels.category(c)) for c in codes.categories), ("-", _("Belum ditentukan"))])
        self._choose("unit", [(u, labels.unit(u)) for u in codes.units])
        self._choose("jenis", [(t, labels.report_type(t)) for t in codes.report_types])
        self._choose("kanal", [(c.value, labels.of(labels.CHANNELS, c.value)) for c in Channel])
        self._choose("petugas", [("saya", _("Saya")), ("-", _("Belum ada petugas")), *assignees(user)])
        self._choose(
            "tenggat",
            [("lewat", _("Sudah lewat")), ("dekat", _("Tiga hari kerja lagi")), ("aman", _("Masih lama"))],
        )
        self._choose("urut", [(code, label) for code, (label, _order) in ORDERS.items()], empty=_("Urutan biasa"))
        if TIM_PENGADUAN in roles_of(user):
            self._choose("fraud", [("ya", _("Ya")), ("tidak", _("Tidak"))])
        else:
            del self.fields["fraud"]  # whoever may not see fraud cases has nothing to choose

    def _choose(self, name: str, choices: list[tuple[str, Any]], empty: Any = None) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # narrows the type
        field.choices = [("", _("Semua") if empty is None else empty), *choices]

    def chosen(self) -> dict[str, str]:
        """Valid values that were asked for."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def active(self) -> list[tuple[str, Any, str]]:
        """Filters in force, as (parameter, label, value in words)."""
        shown = []
        for name, value in self.chosen().items():
            if name in {"q", "urut"}:
                continue
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101  # narrows the type
            words = {str(code): str(word) for code, word in field.choices}  # type: ignore[misc, union-attr]
            shown.append((name, field.label, words[value]))
        return shown


def assignees(user: User) -> list[tuple[str, str]]:
    """Officers who have cases that this officer may see."""
    pks = Case.objects.visible_to(user).submitted().exclude(assignee=None).values("assignee")
    return [(str(u.pk), labels.officer(u)) for u in User.objects.filter(pk__in=pks).order_by("pk")]


def narrowed(user: User, tab: Tab, form: QueueForm) -> CaseQuerySet:
    """The cases of a tab that pass the filters and the search, in order."""
    chosen = form.chosen()
    cases = base_queryset(user).filter(tab.condition(user))
    for name, value in chosen.items():
        if condition := _condition(name, value, user):
            cases = cases.filter(condition)
    cases = search_cases(cases, chosen.get("q", ""), user)
    return cases.order_by(*ORDERS[chosen.get("urut") or tab.order][1])


def _condition(name: str, value: str, user: User) -> Q | None:
    today = timezone.localdate()
    simple = {"status": "state", "unit": "unit", "jenis": "report_type"}
    if name in simple:
        return Q(**{simple[name]: value})
    if name == "kategori":
        return Q(category="" if value == "-" else value)
    if name == "kanal":
        return Q(conversation__citizen__channel=value)
    if name == "fraud":
        return Q(fraud=value == "ya")
    if name == "petugas":
        return {"saya": Q(assignee=user), "-": Q(assignee=None)}.get(value) or Q(assignee=int(value))
    if name == "tenggat":
        near = soon(today)
        return {
            "lewat": OPEN & Q(due_on__lt=today),
            "dekat": OPEN & Q(due_on__gte=today, due_on__lte=near),
            "aman": OPEN & Q(due_on__gt=near),
        }[value]
    return None
