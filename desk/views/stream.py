"""Server-sent events for open conversation pages.

A stream carries no content, only word that the page is out of date and the stamp of what it should be at; the page
then asks `updates`, where the officer's rights are looked at like anywhere else.
https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.db import connection
from django.http import Http404, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_GET

from cases.models import Conversation
from desk import thread
from desk.access import CASE_WORK, OfficerRequest, for_roles
from desk.listener import listener

HEARTBEAT = 20.0
GATHER = 0.05
"""A turn commits several times in quick succession; pages are told once."""


@require_GET
@for_roles(CASE_WORK)
async def conversation(request: OfficerRequest, pk: UUID) -> HttpResponseBase:
    """Word of changes of one conversation, for as long as the officer may read it."""
    known = request.headers.get("Last-Event-ID") or request.GET.get("stamp", "")
    if await _stamp(request, pk) is None:
        raise Http404
    response = StreamingHttpResponse(_events(request, pk, known), content_type="text/event-stream")
    response["Cache-Control"] = "no-cache, no-transform"
    response["X-Accel-Buffering"] = "no"  # nginx would hold the events back
    return response


async def _events(request: OfficerRequest, pk: UUID, known: str) -> AsyncIterator[str]:
    yield "retry: 3000\n\n"
    with listener().watch(str(pk)) as changed:
        while True:
            changed.clear()
            stamp = await _stamp(request, pk)
            if stamp is None:
                yield "event: closed\ndata: -\n\n"
                return
            if stamp != known:
                known = stamp
                yield f"id: {stamp}\nevent: changed\ndata: {stamp}\n\n"
            try:
                await asyncio.wait_for(changed.wait(), HEARTBEAT)
                await asyncio.sleep(GATHER)
            except TimeoutError:
                yield ": masih tersambung\n\n"


@sync_to_async
def _stamp(request: OfficerRequest, pk: UUID) -> str | None:
    """The conversation's stamp, or None once the officer logged out, lost the role or may no longer read it."""
    try:
        session = request.session
        if not session.session_key or not session.exists(session.session_key):
            return None
        # Looked up anew: roles are remembered on the user object, and a stream outlives their change.
        officer = User.objects.filter(pk=request.user.pk, is_active=True).first()
        if officer is None or not Conversation.objects.visible_to(officer).filter(pk=pk).exists():
            return None
        return thread.stamp_of(pk)
    finally:
        if not connection.in_atomic_block:
            connection.close()  # back to the pool: an open page must not keep a connection
