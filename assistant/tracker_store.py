"""The conversation, as Rasa sees it: one PostgreSQL row each, read once and written once a turn.

Rasa's SQL store keeps a row per event and counts them on every save; its work grows with the conversation. Here the
row holds the recent events as JSON. Older ones are cut off at the start of a turn and replaced by the slot values
they led to, so that the state is the same. While a form is active nothing is cut: forms look back.

No lock is needed: the queue handles one message of a conversation at a time.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, LiteralString

from psycopg import Error, OperationalError
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ConversationPaused, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.common import all_subclasses

URL_VARIABLE = "SIGAP_ASSISTANT_DATABASE_URL"
KEEP = 40  # events handed to Rasa at most
CUT_TO = 28  # cutting every turn would cost a replay every turn
_CONNECT_SECONDS = 5.0
_GUESSES = ("intent_ranking", "response_selector")

_CREATE = """
CREATE TABLE IF NOT EXISTS assistant_conversation (
    sender_id text PRIMARY KEY,
    events json NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now()
)
"""
_READ = "SELECT events::text FROM assistant_conversation WHERE sender_id = %s"
_WRITE = """
INSERT INTO assistant_conversation (sender_id, events) VALUES (%s, %s)
ON CONFLICT (sender_id) DO UPDATE SET events = excluded.events, updated_at = now()
"""
_KEYS = "SELECT sender_id FROM assistant_conversation ORDER BY sender_id"


class StoreUnavailable(Exception):
    """The database cannot be used now; the turn must be tried again, not begun anew."""


class RowTrackerStore(TrackerStore):  # type: ignore[misc]
    """See the module. Its table is created on first use."""

    def __init__(
        self,
        domain: Domain | None = None,
        host: str | None = None,
        event_broker: EventBroker | None = None,
        keep: int = KEEP,
        connections: int = 4,
        **kwargs: Any,
    ) -> None:
        """Create; nothing is opened yet.

        Args:
            domain: Rasa's domain.
            host: database address; unset: the environment's SIGAP_ASSISTANT_DATABASE_URL.
            event_broker: Rasa's.
            keep: events kept at most outside of forms.
            connections: open at most.

        Raises:
            ValueError: no address is given anywhere.
        """
        super().__init__(domain, event_broker, **kwargs)
        address = host or os.environ.get(URL_VARIABLE)
        if not address:
            raise ValueError(f"the tracker store needs {URL_VARIABLE}")
        self._keep = keep
        self._cut_to = min(CUT_TO, keep)
        self._pool = AsyncConnectionPool(
            address,
            min_size=1,
            max_size=connections,
            open=False,
            timeout=_CONNECT_SECONDS,
            kwargs={"autocommit": True},
        )
        self._opening = asyncio.Lock()
        self._ready = False
        self._at_hand: dict[str, DialogueStateTracker] = {}

    # -- database -------------------------------------------------------------------------------------------------

    async def _execute(self, query: LiteralString, *values: str) -> list[tuple[Any, ...]]:
        """Run a statement that may be run twice; connections a restarted server has dropped are replaced first."""
        try:
            if not self._ready:
                await self._open()
            try:
                return await self._once(query, values)
            except OperationalError:
                await self._pool.check()
                return await self._once(query, values)
        except (Error, PoolTimeout) as error:
            raise StoreUnavailable(type(error).__name__) from error

    async def _once(self, query: LiteralString, values: tuple[str, ...]) -> list[tuple[Any, ...]]:
        async with self._pool.connection() as connection:
            cursor = await connection.execute(query, values)
            return await cursor.fetchall() if cursor.description else []

    async def _open(self) -> None:
        async with self._opening:
            if self._ready:
                return
            await self._pool.open()
            async with self._pool.connection() as connection:
                await connection.execute(_CREATE)
            self._ready = True

    async def close(self) -> None:
        """Close the connections."""
        await self._pool.close()
        self._ready = False

    # -- Rasa's interface -----------------------------------------------------------------------------------------

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The conversation's tracker.

        Raises:
            StoreUnavailable: see the class.
        """
        if (tracker := self._at_hand.pop(sender_id, None)) is not None:
            return tracker
        rows = await self._execute(_READ, sender_id)
        if not rows:
            return None
        events = [event for data in json.loads(rows[0][0]) if (event := _event(data)) is not None]
        return DialogueStateTracker.from_events(sender_id, events, self.domain.slots)

    async def peek(self, sender_id: str) -> DialogueStateTracker | None:
        """As `retrieve`, and the next `retrieve` returns the same object without reading again.

        Call under the conversation's lock, and `forget` when the turn ends.
        """
        tracker = await self.retrieve(sender_id)
        if tracker is not None:
            self._at_hand[sender_id] = tracker
        return tracker

    def forget(self, sender_id: str) -> None:
        """Drop what `peek` put at hand."""
        self._at_hand.pop(sender_id, None)

    async def create_tracker(self, sender_id: str, append_action_listen: bool = True) -> DialogueStateTracker:
        """A new tracker; it is written with the end of its first turn, not before."""
        tracker = self.init_tracker(sender_id)
        if append_action_listen:
            tracker.update(ActionExecuted(ACTION_LISTEN_NAME))
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Write the conversation, cut to its recent part.

        Raises:
            StoreUnavailable: see the class.
        """
        await self.stream_events(tracker)
        events = self.recent(tracker)
        data = json.dumps(_stored(events))  # ASCII: lone surrogates can be stored
        await self._execute(_WRITE, tracker.sender_id, data)

    async def keys(self) -> Iterable[str]:
        """Ids of all conversations."""
        return [row[0] for row in await self._execute(_KEYS)]

    # -- cutting --------------------------------------------------------------------------------------------------

    def recent(self, tracker: DialogueStateTracker) -> list[Event]:
        """The events to keep, preceded by what the others amounted to."""
        events = _since_session_start(list(tracker.events))
        if len(events) <= self._keep or tracker.active_loop_name:
            return events
        cut = _turn_start(events, len(events) - self._cut_to)
        if cut == 0:
            return events
        before = DialogueStateTracker.from_events(tracker.sender_id, events[:cut], self.domain.slots)
        moment = events[cut].timestamp
        state: list[Event] = [
            SlotSet(slot.name, slot.value, timestamp=moment)
            for slot in before.slots.values()
            if slot.value != slot.initial_value
        ]
        if before.is_paused():
            state.append(ConversationPaused(timestamp=moment))
        return state + events[cut:]


def _stored(events: list[Event]) -> list[dict[str, Any]]:
    """Events as dictionaries; guesses that were not taken are kept for the latest message only, they are bulky."""
    stored = [event.as_dict() for event in events]
    earlier = [data for data in stored if data["event"] == UserUttered.type_name][:-1]
    for data in earlier:
        data["parse_data"] = {key: value for key, value in data["parse_data"].items() if key not in _GUESSES}
    return stored


@lru_cache(maxsize=1)
def _event_classes() -> dict[str, type[Event]]:
    return {cls.type_name: cls for cls in reversed(all_subclasses(Event))}


def _event(data: dict[str, Any]) -> Event | None:
    """As `Event.from_parameters`, which walks through all classes of events for each one."""
    cls = _event_classes().get(data["event"])
    return cls._from_parameters(data) if cls else Event.from_parameters(data)


def _since_session_start(events: list[Event]) -> list[Event]:
    """A session that ended is over: Rasa's own stores hand out the latest one only."""
    for index in range(len(events) - 1, 0, -1):
        if isinstance(events[index], SessionStarted):
            begins_before = isinstance(events[index - 1], ActionExecuted)
            return events[index - 1 :] if begins_before else events[index:]
    return events


def _turn_start(events: list[Event], at_least: int) -> int:
    """Index of the first listening at or after a position: a turn begins there; 0 when there is none."""
    for index in range(at_least, len(events)):
        event = events[index]
        if isinstance(event, ActionExecuted) and event.action_name == ACTION_LISTEN_NAME:
            return index if index < len(events) - 1 else 0
    return 0
