"""Server-sent events: the database tells one listener, the listener wakes the pages that watch."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.test import AsyncClient
from django.urls import reverse
from django.utils import timezone

from cases.models import Conversation, Message
from desk import thread
from desk.listener import listener
from tests.officers import conversation_of, make_case, officer

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 10.0


@sync_to_async
def prepare(role: str) -> tuple[User, Conversation]:
    return officer(role), conversation_of(1)


@sync_to_async
def write(conversation: Conversation, text: str) -> Message:
    return Message.objects.create(
        conversation=conversation, author=Message.Author.CITIZEN, text=text, sent_at=timezone.now()
    )


async def open_stream(user: User, conversation: Conversation, **query: str) -> AsyncIterator[bytes]:
    client = AsyncClient()
    await client.aforce_login(user, backend="django.contrib.auth.backends.ModelBackend")
    response: Any = await client.get(
        reverse("desk:conversation_events", args=[conversation.pk]), query, headers=query.pop("headers", {})
    )
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/event-stream"
    events: AsyncIterator[bytes] = aiter(response.streaming_content)
    assert b"retry:" in await anext(events)
    return events


async def next_event(events: AsyncIterator[bytes]) -> str:
    return (await asyncio.wait_for(anext(events), PATIENCE)).decode()


async def test_a_page_hears_of_a_message_as_soon_as_it_is_committed() -> None:
    user, conversation = await prepare("admin_instansi")
    stamp = await sync_to_async(thread.stamp_of)(conversation.pk)
    events = await open_stream(user, conversation, stamp=stamp)
    waiting = asyncio.create_task(next_event(events))
    await asyncio.sleep(0.5)
    assert not waiting.done()

    await write(conversation, "halo")
    event = await waiting

    assert "event: changed" in event
    assert event.startswith("id: ")
    await events.aclose()  # type: ignore[attr-defined]


async def test_a_page_that_missed_something_hears_of_it_on_connecting() -> None:
    user, conversation = await prepare("admin_instansi")
    stamp = await sync_to_async(thread.stamp_of)(conversation.pk)
    await write(conversation, "sewaktu terputus")

    events = await open_stream(user, conversation, stamp=stamp)

    assert "event: changed" in await next_event(events)
    await events.aclose()  # type: ignore[attr-defined]


async def test_the_stream_ends_when_the_conversation_turns_out_to_be_fraud() -> None:
    user, conversation = await prepare("admin_instansi")
    stamp = await sync_to_async(thread.stamp_of)(conversation.pk)
    events = await open_stream(user, conversation, stamp=stamp)
    waiting = asyncio.create_task(next_event(events))
    await asyncio.sleep(0.5)

    await sync_to_async(make_case)(1, conversation=conversation, fraud=True)

    assert "event: closed" in await waiting
    with pytest.raises(StopAsyncIteration):
        await anext(events)


async def test_one_connection_listens_for_all_pages_and_is_given_back() -> None:
    hub = listener()

    with hub.watch("a"), hub.watch("b"), hub.watch("a"):
        first = hub._task
        await asyncio.sleep(0)
        assert hub._task is first

    assert hub._task is None
