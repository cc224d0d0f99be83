"""The case page and everything that changes a case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.models import User
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases.managers import TIM_PENGADUAN, roles_of
from cases.models import Case, CaseField, Conversation, Event
from cases.services import case_fields
from cases.services import cases as service
from cases.services.conversations import NotOwner
from cases.services.deadlines import current_deadline
from cases.services.identity import identity_of
from cases.services.transitions import allowed_transitions
from desk import forms, history, labels, thread
from desk.access import CASE_WORK, OfficerRequest, for_roles
from desk.deadline_chip import chip_for
from desk.ticket import Ticket, attachments_of

Operation = Callable[[int], object]


def case_or_404(request: OfficerRequest, pk: UUID) -> Case:
    """A submitted case that the officer may see."""
    found = Case.objects.visible_to(request.user).submitted().select_related("assignee", "conversation__citizen")
    case: Case | None = found.filter(pk=pk).first()
    if case is None:
        raise Http404
    return case


@require_GET
@for_roles(CASE_WORK)
def page(request: OfficerRequest, pk: UUID) -> HttpResponse:
    """The prefilled ticket with its text, facts, files, history and conversation."""
    return render(request, "desk/case/page.html", case_context(request, case_or_404(request, pk)))


def case_context(request: OfficerRequest, case: Case) -> dict[str, Any]:
    """Everything the case page shows."""
    conversation = (
        Conversation.objects.visible_to(request.user)
        .select_related("citizen", "officer")
        .filter(pk=case.conversation_id)
        .first()
    )
    deadline = current_deadline(case)
    version = service.version_of(case)
    latest = Event.objects.filter(pk=version).first()
    context: dict[str, Any] = {
        "section": "queue",
        "case": case,
        "ticket": Ticket(case, request.user),
        "version": version,
        "deadline": deadline,
        "chip": chip_for(case.state, deadline.due_on, deadline.met_at) if deadline else None,
        "transitions": allowed_transitions(case, roles_of(request.user)),
        "undo": latest if latest and service.can_undo(latest, request.user) else None,
        "identity": identity_of(case.conversation, request.user),
        "entries": _timeline(case, conversation),
        "attachments": attachments_of(case, conversation),
        "conversation": conversation,
        "may_assign": bool(roles_of(request.user) & service.DISTRIBUTORS),
    }
    if conversation is not None:
        shown = thread.messages_of(conversation)
        context |= {
            "bubbles": thread.bubbles(shown),
            "last_id": shown[-1].pk if shown else 0,
            "stamp": thread.stamp_of(conversation.pk),
            "mode": thread.mode_of(conversation, request.user),
        }
    return context


def _timeline(case: Case, conversation: Conversation | None) -> list[history.Entry]:
    """What happened to the case, and in its conversation if the officer may read that."""
    about = Q(case=case)
    if conversation is not None:
        about |= Q(conversation=conversation, case=None, kind__startswith="conversation.")
    events = Event.objects.filter(about).exclude(kind__in=history.TIMELINE_HIDDEN).select_related("officer")
    return history.entries(events.order_by("-id")[:60])


@require_http_methods(["GET", "POST"])
@for_roles(CASE_WORK)
def edit(request: OfficerRequest, pk: UUID, name: str) -> HttpResponseBase:
    """Correct one property of the ticket: its form, and the saving of it."""
    case = case_or_404(request, pk)
    if name not in service.MAY_EDIT or not roles_of(request.user) & service.MAY_EDIT[name]:
        raise Http404
    form = forms.property_form(name, case, request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _carry_out(
            request, case, lambda version: service.edit_case(pk, request.user, form.changes(), version=version)
        )
    return _form_page(request, case, form, _("Ubah %(field)s") % {"field": labels.of(labels.PROPERTIES, name).lower()})


@require_http_methods(["GET", "POST"])
@for_roles(CASE_WORK)
def field(request: OfficerRequest, pk: UUID, field_id: int | None = None) -> HttpResponseBase:
    """Correct, add or remove a fact of the case."""
    case = case_or_404(request, pk)
    current = case.fields.filter(pk=field_id).first() if field_id is not None else None
    if field_id is not None and current is None:
        raise Http404
    form = forms.FieldForm(request.POST or None, field=current)
    if request.method == "POST" and form.is_valid():
        return _carry_out(
            request,
            case,
            lambda version: case_fields.save_field(
                pk, request.user, field_id=field_id, version=version, **form.cleaned_data
            ),
        )
    title = _("Ubah %(field)s") % {"field": labels.of(labels.FIELDS, current.name)} if current else _("Tambah data")
    return _form_page(request, case, form, title)


@require_http_methods(["GET", "POST"])
@for_roles(CASE_WORK)
def move(request: OfficerRequest, pk: UUID, state: str) -> HttpResponseBase:
    """Move the case to another state, with a reason and words for the reporter where they belong."""
    case = case_or_404(request, pk)
    step = next((t for t in allowed_transitions(case, roles_of(request.user)) if t.to == state), None)
    if step is None and request.method == "GET":
        raise Http404
    form = forms.MoveForm(request.POST or None, step=step)
    if request.method == "POST" and form.is_valid():
        return _carry_out(
            request,
            case,
            lambda version: service.transition(pk, request.user, state, version=version, **form.cleaned_data),
        )
    return _form_page(request, case, form, labels.step(case.state, state))


@require_http_methods(["GET", "POST"])
@for_roles(CASE_WORK)
def assign(request: OfficerRequest, pk: UUID) -> HttpResponseBase:
    """Give the case to an officer."""
    case = case_or_404(request, pk)
    if not roles_of(request.user) & service.DISTRIBUTORS:
        raise Http404
    form = forms.AssignForm(request.POST or None, case=case)
    if request.method == "POST" and form.is_valid():
        assignee = form.cleaned_data["assignee"]
        return _carry_out(request, case, lambda version: service.assign(pk, request.user, assignee, version=version))
    return _form_page(request, case, form, _("Tugaskan laporan"))


@require_POST
@for_roles(CASE_WORK)
def take(request: OfficerRequest, pk: UUID) -> HttpResponseBase:
    """Take the case, or leave it when it is the officer's own."""
    case = case_or_404(request, pk)
    assignee = None if case.assignee_id == request.user.pk else request.user
    return _carry_out(request, case, lambda version: service.assign(pk, request.user, assignee, version=version))


@require_POST
@for_roles(CASE_WORK)
def undo(request: OfficerRequest, pk: UUID) -> HttpResponseBase:
    """Take back the officer's latest correction."""
    case = case_or_404(request, pk)
    return _carry_out(request, case, lambda version: service.undo_last_edit(pk, request.user, version=version))


def _carry_out(request: OfficerRequest, case: Case, operation: Operation) -> HttpResponseBase:
    """Run a change with the version that the form carries, and say what came of it."""
    raw = request.POST.get("version", "")
    try:
        done = operation(int(raw) if raw.isdecimal() else 0)
    except service.StaleCase as stale:
        return _stale(request, case, stale)
    except (Case.DoesNotExist, CaseField.DoesNotExist):
        # Taken out of the officer's sight since the page was asked for: `_back` says so.
        messages.error(request, refusal(service.NotAllowed("gone")))
    except (service.NotAllowed, service.Invalid) as refused:
        messages.error(request, refusal(refused))
    except NotOwner:
        messages.error(
            request, _("Petugas lain sedang berbicara dengan pelapor. Minta ia mengembalikan percakapan dahulu.")
        )
    else:
        messages.success(request, _("Perubahan disimpan.") if done else _("Tidak ada yang berubah."))
    return _back(request, case)


def _back(request: OfficerRequest, case: Case) -> HttpResponseBase:
    """To the case, or to the queue when the change took it out of the officer's sight."""
    if Case.objects.visible_to(request.user).filter(pk=case.pk).exists():
        target = reverse("desk:case", args=[case.pk])
    else:
        list(messages.get_messages(request))  # the general words give way to what happened
        handed = _("Laporan %(number)s dialihkan dan tidak lagi berada dalam kewenangan Anda.")
        if TIM_PENGADUAN not in roles_of(request.user) and Case.objects.filter(pk=case.pk, fraud=True).exists():
            handed = _("Laporan %(number)s ditandai berindikasi fraud dan dialihkan ke tim pengaduan.")
        messages.success(request, handed % {"number": case.number})
        target = reverse("desk:queue")
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": target})
    return redirect(target)


def _stale(request: OfficerRequest, case: Case, stale: service.StaleCase) -> HttpResponse:
    """Say who changed what; the officer's own input is kept and can be sent again on purpose."""
    context = {
        "section": "queue",
        "case": case,
        "changes": history.entries(stale.changes),
        "version": service.version_of(case),
        "resend": [
            (key, value)
            for key, values in request.POST.lists()
            if key not in {"version", "csrfmiddlewaretoken"}
            for value in values
        ],
    }
    template = "desk/case/_stale.html" if request.htmx else "desk/case/stale_page.html"
    return render(request, template, context, status=200 if request.htmx else 409)


def _form_page(request: OfficerRequest, case: Case, form: Any, title: str) -> HttpResponse:
    context = {
        "section": "queue",
        "case": case,
        "form": form,
        "title": title,
        # A form sent back with an error keeps the version of the page it came from.
        "version": request.POST.get("version") or request.GET.get("version") or service.version_of(case),
    }
    return render(request, "desk/case/_form.html" if request.htmx else "desk/case/form_page.html", context)


def refusal(error: Exception) -> str:
    """A refusal's code in words."""
    words = {
        "unmark_fraud": _("Hanya tim pengaduan yang dapat mencabut indikasi fraud."),
        "less_secret": _("Kerahasiaan yang dipilih pelapor tidak dapat dikurangi oleh petugas."),
        "undo": _("Perubahan terakhir sudah tidak dapat diurungkan."),
        "transition": _("Status laporan tidak dapat dipindahkan ke sana."),
        "reason": _("Alasan wajib diisi."),
        "assignee": _("Petugas itu tidak berwenang melihat laporan ini."),
        "too_long": _("Teksnya terlalu panjang."),
        "blank": _("Isinya masih kosong."),
    }
    return words.get(str(error), _("Perubahan ini tidak diperkenankan."))


def eligible(case: Case) -> list[User]:
    """Officers who may see the case, and so may be given it."""
    officers = User.objects.filter(is_active=True, groups__name__in=CASE_WORK).distinct().order_by("first_name", "pk")
    return [u for u in officers.select_related("officer") if Case.objects.visible_to(u).filter(pk=case.pk).exists()]
