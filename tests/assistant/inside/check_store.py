# ruff: noqa: PT027 - pytest is not in the assistant environment
"""The conversation store on a real PostgreSQL; run by test_inside.py, which names the database."""

from __future__ import annotations

import os
import random
import unittest
import uuid
import warnings
from typing import Any

warnings.simplefilter("ignore")

from rasa.shared.core.domain import Domain  # noqa: E402
from rasa.shared.core.events import (  # noqa: E402
    ActionExecuted,
    ActiveLoop,
    AllSlotsReset,
    BotUttered,
    ConversationPaused,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker  # noqa: E402

from assistant.tracker_store import KEEP, RowTrackerStore, StoreUnavailable  # noqa: E402

DOMAIN = Domain.from_dict(
    {
        "intents": ["sapa"],
        "slots": {
            "tahap": {"type": "categorical", "values": ["a", "b", "c"], "mappings": [{"type": "custom"}]},
            "jumlah": {"type": "float", "initial_value": 1.0, "mappings": [{"type": "custom"}]},
        },
        "responses": {"utter_sapa": [{"text": "Halo."}]},
        "session_config": {"session_expiration_time": 0},
    }
)


def turn(tracker: DialogueStateTracker, number: int, **slots: Any) -> None:
    """What one turn adds."""
    tracker.update(UserUttered(f"pesan {number}", {"name": "sapa", "confidence": 1.0}, message_id=str(number)))
    tracker.update(ActionExecuted("utter_sapa"))
    for name, value in slots.items():
        tracker.update(SlotSet(name, value))
    tracker.update(BotUttered("Halo."))
    tracker.update(ActionExecuted("action_listen"))


class StoreTest(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self) -> None:
        self.store = RowTrackerStore(DOMAIN, os.environ["SIGAP_ASSISTANT_DATABASE_URL"])
        self.id = uuid.uuid4().hex

    async def asyncTearDown(self) -> None:
        await self.store.close()

    async def reread(self) -> DialogueStateTracker:
        tracker = await self.store.retrieve(self.id)
        assert tracker is not None
        return tracker

    async def test_a_new_conversation_is_written_with_its_first_turn(self) -> None:
        assert await self.store.retrieve(self.id) is None
        tracker = await self.store.get_or_create_tracker(self.id)
        assert await self.store.retrieve(self.id) is None
        turn(tracker, 1, tahap="a")
        await self.store.save(tracker)
        stored = await self.reread()
        assert [e.as_dict() for e in stored.events] == [e.as_dict() for e in tracker.events]
        assert stored.get_slot("tahap") == "a"
        assert self.id in list(await self.store.keys())

    async def test_a_long_conversation_stays_short_and_keeps_its_slots(self) -> None:
        chance = random.Random(3)
        whole = await self.store.get_or_create_tracker(self.id)
        for number in range(120):
            tracker = await self.store.get_or_create_tracker(self.id)
            slots: dict[str, Any] = {}
            if chance.random() < 0.2:
                slots["tahap"] = chance.choice(["a", "b", "c", None])
            if chance.random() < 0.1:
                slots["jumlah"] = chance.choice([None, 2.0, 3.0])
            for one in (tracker, whole):
                turn(one, number, **slots)
            if number == 77:
                for one in (tracker, whole):
                    one.update(AllSlotsReset())
            await self.store.save(tracker)
            stored = await self.reread()
            assert len(stored.events) <= KEEP
            assert stored.current_slot_values() == whole.current_slot_values()
            assert stored.latest_message.message_id == str(number)
            assert stored.latest_action_name == "action_listen"

    async def test_what_is_kept_begins_where_a_turn_begins(self) -> None:
        tracker = await self.store.get_or_create_tracker(self.id)
        for number in range(40):
            turn(tracker, number, tahap="b" if number == 2 else "c" if number == 39 else None)
        events = self.store.recent(tracker)
        first = next(i for i, event in enumerate(events) if not isinstance(event, SlotSet))
        assert isinstance(events[first], ActionExecuted)
        assert events[first].action_name == "action_listen"
        assert isinstance(events[first + 1], UserUttered)

    async def test_a_value_set_long_ago_is_the_value_at_the_cut(self) -> None:
        tracker = await self.store.get_or_create_tracker(self.id)
        turn(tracker, 0, tahap="b")
        for number in range(1, 30):
            turn(tracker, number)
        turn(tracker, 31, tahap="c")
        events = self.store.recent(tracker)
        assert [e.value for e in events if isinstance(e, SlotSet)] == ["b", "c"]

    async def test_nothing_is_cut_while_a_form_is_active(self) -> None:
        tracker = await self.store.get_or_create_tracker(self.id)
        tracker.update(ActiveLoop("form"))
        for number in range(30):
            turn(tracker, number)
        assert len(self.store.recent(tracker)) == len(tracker.events)

    async def test_a_paused_conversation_stays_paused(self) -> None:
        tracker = await self.store.get_or_create_tracker(self.id)
        tracker.update(ConversationPaused())
        for number in range(40):
            turn(tracker, number)
        await self.store.save(tracker)
        assert (await self.reread()).is_paused()

    async def test_an_ended_session_is_left_behind(self) -> None:
        tracker = await self.store.get_or_create_tracker(self.id)
        turn(tracker, 1, tahap="a")
        tracker.update(ActionExecuted("action_session_start"))
        tracker.update(SessionStarted())
        tracker.update(ActionExecuted("action_listen"))
        turn(tracker, 2)
        await self.store.save(tracker)
        stored = await self.reread()
        assert [e.text for e in stored.events if isinstance(e, UserUttered)] == ["pesan 2"]
        assert stored.get_slot("tahap") is None

    async def test_peeking_and_retrieving_read_once(self) -> None:
        tracker = await self.store.get_or_create_tracker(self.id)
        turn(tracker, 1)
        await self.store.save(tracker)
        peeked = await self.store.peek(self.id)
        assert await self.store.retrieve(self.id) is peeked
        assert await self.store.retrieve(self.id) is not peeked

    async def test_any_text_can_be_stored(self) -> None:
        tracker = await self.store.get_or_create_tracker(self.id)
        text = 'nol \x00 garis \\u0000 pengganti \ud800 kutip " emoji 😀'
        tracker.update(UserUttered(text, {"name": "sapa"}))
        await self.store.save(tracker)
        assert (await self.reread()).latest_message.text == text

    async def test_a_database_that_is_away_is_an_error_and_not_a_new_conversation(self) -> None:
        away = RowTrackerStore(DOMAIN, "postgresql://nobody@127.0.0.1:9/none?connect_timeout=1")
        away._pool.timeout = 0.3
        with self.assertRaises(StoreUnavailable):
            await away.retrieve(self.id)
        await away.close()

    async def test_no_address_is_an_error(self) -> None:
        url = os.environ.pop("SIGAP_ASSISTANT_DATABASE_URL")
        try:
            with self.assertRaises(ValueError):
                RowTrackerStore(DOMAIN)
        finally:
            os.environ["SIGAP_ASSISTANT_DATABASE_URL"] = url


if __name__ == "__main__":
    unittest.main()
