"""One database listener per process, shared by all open pages.

Triggers (migration `cases.0003`) send the id of a conversation on the channel below whenever something that its
page shows has been committed. Each process listens once and wakes the streams that watch that conversation; the
notification carries an id only, every stream asks for itself what its officer may see.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from django.db import connections

log = logging.getLogger(__name__)
CHANNEL = "sigap_desk"
RECONNECT_AFTER = 2.0


class Listener:
    """Wakes watchers of conversations; belongs to one event loop."""

    def __init__(self) -> None:
        self._watchers: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._task: asyncio.Task[None] | None = None

    @contextmanager
    def watch(self, key: str) -> Iterator[asyncio.Event]:
        """An event that is set after each change of the conversation `key`, while the block runs."""
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._listen())
        changed = asyncio.Event()
        self._watchers[key].add(changed)
        try:
            yield changed
        finally:
            self._watchers[key].discard(changed)
            if not self._watchers[key]:
                del self._watchers[key]
            if not self._watchers:
                self._task.cancel()  # nobody watches: give the connection back
                self._task = None

    async def _listen(self) -> None:
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(**_parameters(), autocommit=True) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    self._wake_all()  # what happened while nobody listened
                    async for notice in connection.notifies():
                        self._wake(notice.payload)
            except psycopg.OperationalError:
                log.warning("the desk's listener lost the database; trying again")
                await asyncio.sleep(RECONNECT_AFTER)

    def _wake(self, key: str) -> None:
        for changed in self._watchers.get(key, ()):
            changed.set()

    def _wake_all(self) -> None:
        for key in list(self._watchers):
            self._wake(key)


_listeners: WeakKeyDictionary[asyncio.AbstractEventLoop, Listener] = WeakKeyDictionary()


def listener() -> Listener:
    """The listener of the running event loop."""
    return _listeners.setdefault(asyncio.get_running_loop(), Listener())


def _parameters() -> dict[str, Any]:
    parameters = connections["default"].get_connection_params()
    ours = ("cursor_factory", "context", "prepare_threshold")  # Django's adapters; notices need none
    return {name: value for name, value in parameters.items() if name not in ours}
