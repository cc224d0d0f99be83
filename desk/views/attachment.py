"""Files of citizens: decrypted for those who may read the message they came with."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from cases.models import Attachment, Case, Conversation
from cases.services import events, media
from desk.access import CASE_WORK, OfficerRequest, for_roles

INLINE = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
"""Types that a browser shows without running anything; all others are downloaded."""


@require_GET
@cache_control(private=True, max_age=600)
@for_roles(CASE_WORK)
def download(request: OfficerRequest, pk: UUID) -> HttpResponse:
    """One stored file. Pictures are shown in the page, everything else is saved to disk."""
    readable = Q(message__conversation__in=Conversation.objects.visible_to(request.user))
    readable |= Q(message__case__in=Case.objects.visible_to(request.user).submitted())
    found = Attachment.objects.filter(readable, pk=pk, state=Attachment.State.STORED).select_related("message__case")
    attachment = found.first()
    if attachment is None:
        raise Http404
    try:
        content = media.read(attachment)
    except FileNotFoundError:
        raise Http404 from None
    inline = attachment.content_type in INLINE and "unduh" not in request.GET
    if not inline:
        events.record(
            "attachment.opened",
            actor="officer",
            officer=request.user,
            case=attachment.message.case,
            conversation=attachment.message.conversation,
            attachment=str(attachment.pk),
        )
    response = HttpResponse(content, content_type=attachment.content_type if inline else "application/octet-stream")
    name = attachment.filename or f"lampiran-{str(attachment.pk)[:8]}"
    response["Content-Disposition"] = content_disposition_header(as_attachment=not inline, filename=name) or ""
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
