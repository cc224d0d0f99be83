"""Conversations: the list, the live page, taking over, writing, giving back."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F, Max, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from cases.models import Case, Conversation, Message
from cases.services import conversations as service
from cases.services.identity import IdentityHidden, identity_of, reveal_address
from desk import thread
from desk.access import CASE_WORK, OfficerRequest, for_roles

PAGE = 25
VIEWS = {
    "perlu": gettext_lazy("Perlu petugas"),
    "saya": gettext_lazy("Milik saya"),
    "semua": gettext_lazy("Semua"),
}


@require_GET
@for_roles(CASE_WORK)
def index(request: OfficerRequest) -> HttpResponse:
    """Conversations that the officer may read, those that ask for somebody first."""
    visible = Conversation.objects.visible_to(request.user)
    chosen = request.GET.get("lihat", "perlu")
    chosen = chosen if chosen in VIEWS else "perlu"
    page = Paginator(_listed(_narrowed(visible, chosen, request)), PAGE).get_page(request.GET.get("page"))
    rows = [
        {"conversation": c, "identity": identity_of(c, request.user, c.cases.all()), "cases": _visible(c, request)}
        for c in page
    ]
    context = {
        "section": "conversations",
        "views": [(code, label, _narrowed(visible, code, request).count()) for code, label in VIEWS.items()],
        "chosen": chosen,
        "page": page,
        "rows": rows,
    }
    return render(request, "desk/conversation/list.html", context)


def _narrowed(visible: Any, chosen: str, request: OfficerRequest) -> Any:
    if chosen == "perlu":
        return visible.filter(flagged_at__isnull=False)
    return visible.filter(officer=request.user) if chosen == "saya" else visible


def _listed(found: Any) -> QuerySet[Conversation]:
    said = Message.objects.filter(conversation=OuterRef("pk"), author=Message.Author.CITIZEN).order_by("-pk")
    listed: QuerySet[Conversation] = (
        found.select_related("citizen", "officer")
        .prefetch_related("cases")
        .annotate(
            last_at=Max("messages__sent_at"),
            last_text=Subquery(said.values("text")[:1]),
        )
        .order_by(F("flagged_at").asc(nulls_last=True), F("last_at").desc(nulls_last=True), "pk")
    )
    return listed


def _visible(conversation: Conversation, request: OfficerRequest) -> list[Case]:
    """A conversation that may be read holds no fraud case, so its submitted cases may be named."""
    return [case for case in conversation.cases.all() if case.number]


def conversation_or_404(request: OfficerRequest, pk: UUID) -> Conversation:
    """A conversation that the officer may read."""
    found = Conversation.objects.visible_to(request.user).select_related("citizen", "officer")
    conversation: Conversation | None = found.filter(pk=pk).first()
    if conversation is None:
        raise Http404
    return conversation


@require_GET
@for_roles(CASE_WORK)
def page(request: OfficerRequest, pk: UUID) -> HttpResponse:
    """The live page of a conversation."""
    conversation = conversation_or_404(request, pk)
    shown = thread.messages_of(conversation)
    cases = Case.objects.visible_to(request.user).submitted().filter(conversation=conversation)
    context = {
        "section": "conversations",
        "bubbles": thread.bubbles(shown),
        "last_id": shown[-1].pk if shown else 0,
        "first_id": shown[0].pk if shown else 0,
        "has_older": len(shown) == thread.PAGE,
        "stamp": thread.stamp_of(conversation.pk),
        "cases": cases.order_by("-submitted_at"),
        **bar_context(request, conversation),
    }
    return render(request, "desk/conversation/page.html", context)


def bar_context(request: OfficerRequest, conversation: Conversation) -> dict[str, Any]:
    """Who answers, what the officer may do, and the form to write in."""
    first_name = request.user.first_name or request.user.username
    return {
        "conversation": conversation,
        "identity": identity_of(conversation, request.user),
        "mode": thread.mode_of(conversation, request.user),
        "window": thread.window_of(conversation),
        "token": uuid4().hex,
        "quick_replies": [
            {"title": reply["title"], "text": reply["text"].replace("{petugas}", first_name)}
            for reply in thread.quick_replies()
        ],
    }


@require_GET
@for_roles(CASE_WORK)
def older(request: OfficerRequest, pk: UUID, before: int) -> HttpResponse:
    """The page of messages before one."""
    conversation = conversation_or_404(request, pk)
    shown = thread.messages_of(conversation, before=before)
    context = {
        "conversation": conversation,
        "bubbles": thread.bubbles(shown),
        "first_id": shown[0].pk if shown else 0,
        "has_older": len(shown) == thread.PAGE,
    }
    return render(request, "desk/conversation/_older.html", context)


@require_GET
@for_roles(CASE_WORK)
def updates(request: OfficerRequest, pk: UUID) -> HttpResponse:
    """What is new since a message: further bubbles, moved ticks, and the bar when somebody else answers now.

    The same for pages that were told by the stream and for those that ask every few seconds.
    """
    conversation = conversation_or_404(request, pk)
    raw = request.GET.get("after", "")
    after = int(raw) if raw.isdecimal() else 0
    known, mode = request.GET.get("mode", ""), thread.mode_of(conversation, request.user)
    new = thread.messages_of(conversation, after=after)
    context: dict[str, Any] = {
        "conversation": conversation,
        "bubbles": thread.bubbles(new),
        "moved": thread.bubbles(thread.recent_outbound(conversation, after)),
        "mode": mode,
        "stamp": thread.stamp_of(conversation.pk),
    }
    if known and known != mode:
        context |= {"bar_changed": True, **bar_context(request, conversation)}
    return render(request, "desk/conversation/_updates.html", context)


@require_POST
@for_roles(CASE_WORK)
def take_over(request: OfficerRequest, pk: UUID) -> HttpResponseBase:
    """Answer in the assistant's place, or in that of the colleague whom the page showed as answering."""
    conversation = conversation_or_404(request, pk)
    colleague = request.POST.get("relieving", "")
    try:
        service.take_over(
            conversation,
            request.user,
            relieving=int(colleague) if colleague.isdecimal() and len(colleague) < 10 else None,
        )
    except service.NotOwner:
        messages.error(request, _("Petugas lain lebih dahulu mengambil alih percakapan ini."))
    return _back(request, pk)


@require_POST
@for_roles(CASE_WORK)
def give_back(request: OfficerRequest, pk: UUID) -> HttpResponseBase:
    """Let the assistant answer again."""
    conversation = conversation_or_404(request, pk)
    try:
        service.return_to_assistant(conversation, request.user)
    except service.NotOwner:
        messages.error(request, _not_yours())
    return _back(request, pk)


@require_POST
@for_roles(CASE_WORK)
def unflag(request: OfficerRequest, pk: UUID) -> HttpResponseBase:
    """Put a request for an officer aside."""
    service.clear_flag(conversation_or_404(request, pk), request.user)
    return _back(request, pk)


@require_POST
@for_roles(CASE_WORK)
def say(request: OfficerRequest, pk: UUID) -> HttpResponseBase:
    """Send the officer's words; the form's token keeps a double click from sending twice."""
    conversation = conversation_or_404(request, pk)
    error = ""
    try:
        service.say_as_officer(
            conversation,
            request.user,
            request.POST.get("text", ""),
            key=request.POST.get("token", "").replace("\x00", "")[:64] or None,
        )
    except service.NotOwner:
        error = _not_yours()
    except ValueError:
        error = _("Tulis pesan terlebih dahulu.")
    if not request.htmx:
        if error:
            messages.error(request, error)
        return redirect("desk:conversation", pk=pk)
    conversation.refresh_from_db()
    context = {**bar_context(request, conversation), "error": error}
    if error:
        context["draft"] = request.POST.get("text", "")  # nothing typed is lost
    response = render(request, "desk/conversation/_composer.html", context)
    response["HX-Trigger"] = "thread-changed"
    return response


@require_POST
@for_roles(CASE_WORK)
def reveal(request: OfficerRequest, pk: UUID) -> HttpResponseBase:
    """Show the reporter's number in full; the asking is recorded."""
    conversation = conversation_or_404(request, pk)
    try:
        address = reveal_address(conversation, request.user)
    except IdentityHidden:
        raise Http404 from None
    if request.htmx:
        return render(request, "desk/conversation/_address.html", {"address": address})
    messages.info(request, address)
    return _back(request, pk)


def _not_yours() -> str:
    return _("Percakapan ini bukan lagi milik Anda; pesan tidak dikirim.")


def _back(request: OfficerRequest, pk: UUID) -> HttpResponseBase:
    if request.htmx:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return redirect("desk:conversation", pk=pk)
