"""Tracker JSON as Rasa sends it, real rows behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

import classifiers
from actions.turn import in_thread
from cases.models import Conversation, Message
from tests.cases.conftest import conversation, receive, sender
from tests.reading import KeywordModel

__all__ = ["conversation", "receive", "sender"]

Run = Callable[..., Any]


@pytest.fixture(autouse=True)
def model(monkeypatch: pytest.MonkeyPatch) -> None:
    """The key-word model in place of a trained one."""
    monkeypatch.setattr(classifiers, "load_live", KeywordModel)


def tracker_json(conversation: Conversation, message: Message, intent: str, **changes: Any) -> dict[str, Any]:
    """What Rasa 3.6 sends with an action call, shortened to what the SDK reads."""
    latest = {
        "text": message.text,
        "intent": {"name": intent, "confidence": changes.pop("confidence", 0.93)},
        "entities": [{"entity": k, "value": v, "start": 0, "end": 0} for k, v in changes.pop("entities", {}).items()],
        "message_id": str(message.pk),
        "metadata": {"kind": message.kind, "attachments": message.attachments.count()},
        **changes.pop("parsed", {}),
    }
    user = {"event": "user", "text": message.text, "parse_data": latest, "message_id": str(message.pk)}
    return {
        "sender_id": str(conversation.pk),
        "slots": {"tahap": None},
        "latest_message": latest,
        "events": [*changes.pop("earlier", []), user],
        "paused": False,
        "followup_action": None,
        "active_loop": {},
        "latest_action_name": "action_listen",
    }


@pytest.fixture
def run(transactional_db: None, conversation: Conversation, receive: Callable[..., Message]) -> Run:
    """Run an action for one inbound message; gives response names, their details, and the stage it leads to.

    Actions use the database from their own threads, so rows must be committed.
    """

    async def _run(action: Action, text: str = "", intent: str = "", **changes: Any) -> Any:
        message = await in_thread(receive, text, **changes.pop("message", {}))
        state = await in_thread(tracker_json, conversation, message, intent, **changes)
        dispatcher = CollectingDispatcher()
        events = await action.run(dispatcher, Tracker.from_dict(state), {})
        return Said(dispatcher.messages, events)

    return _run


class Said:
    """Outcome of an action."""

    def __init__(self, messages: list[dict[str, Any]], events: list[dict[str, Any]]) -> None:
        self.messages = messages
        self.events = events

    @property
    def responses(self) -> list[str]:
        """Response names in order."""
        return [message["response"] for message in self.messages]

    @property
    def stage(self) -> str | None:
        """Value given to the stage slot; fails when the slot was not set."""
        return next(e["value"] for e in self.events if e["event"] == "slot" and e["name"] == "tahap")
