"""The worker process: `python -m sigap.worker`.

Groups of queues run side by side in one process, so that slow answers of the assistant hold up no delivery, and
neither they nor slow downloads the holding answer. Any number of these processes may run, on any number of machines.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from procrastinate import App

log = logging.getLogger("sigap.worker")


@dataclass(frozen=True)
class Group:
    """Queues that share a number of places."""

    name: str
    queues: tuple[str, ...]
    concurrency: int


GROUPS = (
    Group("conversations", ("conversations",), 8),
    Group("sending", ("sending",), 6),
    Group("files", ("media",), 3),
    Group("upkeep", ("holding", "upkeep"), 3),
)
"""Every queue has a group here; a test compares them with the tasks."""

GRACE_SECONDS = 8.0
LOOK_AGAIN_SECONDS = 0.3
"""New jobs announce themselves; one that waited for its conversation's lock is only found by looking."""
SHORT_COMMITS = "-c synchronous_commit=off"
"""For the connections that take and finish jobs, not for those that handle them.

A crash of the database server can then forget that a job was finished, so that it runs again; jobs are written
for that. What a job stored (replies, "being sent") is committed synchronously by Django's own connections.
"""


def connector() -> Any:
    """Procrastinate's own connections to the database."""
    from procrastinate import PsycopgConnector
    from procrastinate.contrib.django.utils import connector_params

    params = connector_params()
    params["options"] = " ".join(filter(None, (params.get("options"), SHORT_COMMITS)))
    # Each group keeps one connection listening for new jobs.
    return PsycopgConnector(kwargs=params, min_size=len(GROUPS) + 1, max_size=len(GROUPS) + 8)


async def work(app: App, *, wait: bool = True) -> None:
    """Run all groups until SIGTERM or SIGINT, or until no job is left when `wait` is false."""
    loop = asyncio.get_running_loop()
    places = sum(group.concurrency for group in GROUPS)
    # Jobs are blocking functions in threads; the default of CPU count + 4 would be fewer than the places.
    loop.set_default_executor(ThreadPoolExecutor(places, thread_name_prefix="job"))
    with app.replace_connector(connector()) as own:
        async with own.open_async():
            running = [
                asyncio.create_task(
                    own.run_worker_async(
                        queues=list(group.queues),
                        name=group.name,
                        concurrency=group.concurrency,
                        wait=wait,
                        install_signal_handlers=False,
                        shutdown_graceful_timeout=GRACE_SECONDS,
                        fetch_job_polling_interval=LOOK_AGAIN_SECONDS,
                    )
                )
                for group in GROUPS
            ]
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, lambda: [task.cancel() for task in running])
            log.info("working: %s", ", ".join(f"{group.name} x{group.concurrency}" for group in GROUPS))
            results = await asyncio.gather(*running, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception):
            raise result


def main() -> None:
    """Entry of the process."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "desk.settings")
    import django

    django.setup()
    from procrastinate.contrib.django import app

    asyncio.run(work(app))


if __name__ == "__main__":
    main()
