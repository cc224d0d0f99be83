"""Answers to frequent questions: read by the data team, corrected by the institution's admins."""

from __future__ import annotations

from itertools import groupby

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from cases.managers import roles_of
from cases.models import Answer
from cases.services import answer_edits as service
from cases.services.answers import MAX_CHARACTERS
from cases.services.cases import Invalid
from desk import history
from desk.access import ANSWERS, ANSWERS_EDIT, OfficerRequest, for_roles
from desk.forms import AnswerForm
from desk.views.case import refusal


@require_GET
@for_roles(ANSWERS)
def index(request: OfficerRequest) -> HttpResponse:
    """All answers by group, narrowed by words."""
    words = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    answers = Answer.objects.select_related("edited_by").order_by("group", "topic")
    if words:
        answers = answers.filter(text__icontains=words) | answers.filter(title__icontains=words)
    context = {
        "section": "answers",
        "groups": [(code, list(items)) for code, items in groupby(answers, key=lambda answer: answer.group)],
        "search": words,
    }
    return render(request, "desk/answers/list.html", context)


@require_http_methods(["GET", "POST"])
@for_roles(ANSWERS)
def page(request: OfficerRequest, topic: str) -> HttpResponseBase:
    """One answer with its preview and history; admins may correct it."""
    answer = Answer.objects.filter(pk=topic).first()
    if answer is None:
        raise Http404
    may_edit = bool(roles_of(request.user) & ANSWERS_EDIT)
    form = AnswerForm(request.POST or None, instance=answer)
    if request.method == "POST":
        if not may_edit:
            raise Http404
        if form.is_valid() and _save(request, topic, form):
            return redirect("desk:answer", topic=topic)
        answer.refresh_from_db()
    context = {
        "section": "answers",
        "answer": answer,
        "form": form,
        "may_edit": may_edit,
        "limit": MAX_CHARACTERS,
        "version": request.POST.get("version") or service.answer_version(topic),
        "entries": [(entry, event) for event in service.history_of(topic) for entry in history.entries([event])],
    }
    return render(request, "desk/answers/page.html", context)


def _save(request: OfficerRequest, topic: str, form: AnswerForm) -> bool:
    raw = request.POST.get("version", "")
    try:
        done = service.edit_answer(topic, request.user, version=int(raw) if raw.isdecimal() else 0, **form.cleaned_data)
    except service.StaleAnswer:
        form.add_error(None, _("Rekan Anda baru saja mengubah jawaban ini. Muat ulang halaman, lalu ulangi."))
        return False
    except Invalid as error:
        form.add_error("text", refusal(error))
        return False
    if done:
        messages.success(request, _("Jawaban disimpan dan langsung dipakai asisten."))
    else:
        messages.info(request, _("Tidak ada yang berubah."))
    return True
