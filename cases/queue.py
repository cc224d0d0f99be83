"""Enqueueing a job in the caller's transaction, wherever the caller runs.

While a worker runs, Procrastinate's app speaks to the database through the worker's own connections: a job deferred
from within a job would be visible before the transaction that stored what it is about. Jobs are therefore always
enqueued through Django's connection, so that the two commit together.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from procrastinate import App
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.tasks import Task


@lru_cache(maxsize=1)
def _app() -> App:
    return App(connector=DjangoConnector(alias="default"))


def enqueue(task: Task[Any, Any, Any], *, lock: str, priority: int = 0, **arguments: Any) -> None:
    """Enqueue a job in the current transaction.

    Args:
        task: a task of `cases.tasks`.
        lock: jobs of one lock run one at a time, in the order they were enqueued.
        priority: higher first, among jobs that may run.
        arguments: the task's own, JSON-able.
    """
    configured = _app().configure_task(task.name, queue=task.queue, lock=lock, priority=priority)
    configured.defer(**arguments)
