"""What an action needs to know about the message it answers, and how it reaches the database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, ParamSpec, TypeVar

from django.db import connections
from rasa_sdk import Tracker

SURE = 0.6
"""Below this the NLU's word is not taken for what a message inside a draft is."""

REPORTS = frozenset({"lapor", "aspirasi", "minta_informasi"})
"""Intents of a message that is itself a report."""

P = ParamSpec("P")
T = TypeVar("T")
_threads = ThreadPoolExecutor(max_workers=8, thread_name_prefix="actions")


class UnusableTurn(Exception):
    """The message did not come through our channel: it carries no id of a stored message."""


@dataclass(frozen=True)
class Turn:
    """One inbound message as the assistant understood it."""

    conversation: str
    message_id: int
    text: str
    intent: str
    confidence: float
    entities: Mapping[str, str]
    parsed: Mapping[str, Any]

    @classmethod
    def of(cls, tracker: Tracker) -> Turn:
        """Read the tracker's latest message.

        Raises:
            UnusableTurn: see the class.
        """
        latest = tracker.latest_message
        intent = latest.get("intent") or {}
        try:
            message_id = int(latest["message_id"])
        except (KeyError, TypeError, ValueError):
            raise UnusableTurn("the tracker's latest message has no id of ours") from None
        return cls(
            conversation=str(tracker.sender_id),
            message_id=message_id,
            text=str(latest.get("text") or ""),
            intent=str(intent.get("name") or ""),
            confidence=float(intent.get("confidence") or 0.0),
            entities={str(e["entity"]): str(e["value"]) for e in latest.get("entities") or ()},
            parsed=latest,
        )

    @property
    def is_typed(self) -> bool:
        """Whether the citizen wrote this, instead of pressing a button."""
        return not self.text.startswith("/")

    @property
    def topic(self) -> str:
        """The FAQ topic that the assistant would answer, or ""."""
        selected = (self.parsed.get("response_selector") or {}).get("faq") or {}
        return str((selected.get("response") or {}).get("intent_response_key") or "").removeprefix("faq/")

    @property
    def asked(self) -> str:
        """The topic of the question that came with a typed report, or ""."""
        return self.entities.get("topik", "") if self.is_typed and self.intent in REPORTS else ""

    @property
    def sure_intent(self) -> str:
        """The intent, or "" when it is no more than a guess."""
        return self.intent if self.confidence >= SURE else ""


async def in_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run database work beside the event loop, and give its connection back to the pool."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_threads, partial(_released, partial(work, *args, **kwargs)))


def _released(work: Callable[[], T]) -> T:
    try:
        return work()
    finally:
        connections.close_all()
