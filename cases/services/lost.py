"""Work without a job: a message that nobody will handle, a part that nobody will send.

A job ends for good when it failed too often (a fault of ours that a new version mends, a database that was away for
long). What it was about is still in its table, so it is found there and gets a new job.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from cases.models import Delivery, Message
from cases.queue import enqueue

log = logging.getLogger(__name__)

AFTER = timedelta(minutes=3)
"""Younger work is between two tables, or waits for a worker that has just died."""
WITHIN = timedelta(days=3)
"""An answer that comes later than this helps nobody; an officer was asked long ago."""
BATCH = 500


def enqueue_lost() -> int:
    """Enqueue new jobs for messages and parts of the last days that have none.

    Returns:
        How many jobs were enqueued.
    """
    found = _messages() + _replies()
    if found:
        log.warning("gave %s pieces of work without a job a new one", found)
    return found


def _messages() -> int:
    from cases.tasks import handle

    now = timezone.now()
    rows = Message.objects.filter(
        author=Message.Author.CITIZEN, handled_at=None, received_at__range=(now - WITHIN, now - AFTER)
    )
    waiting = list(rows.order_by("pk").values_list("pk", "conversation_id")[:BATCH])
    busy = _busy(str(conversation) for _, conversation in waiting)
    lost = [(pk, str(conversation)) for pk, conversation in waiting if str(conversation) not in busy]
    for pk, conversation in lost:
        enqueue(handle, lock=conversation, message_id=pk)
    return len(lost)


def _replies() -> int:
    from cases.tasks import deliver

    now = timezone.now()
    rows = Delivery.objects.filter(
        status__in=[Delivery.Status.QUEUED, Delivery.Status.SENDING],
        created_at__range=(now - WITHIN, now - AFTER),
    )
    parts = rows.order_by("message_id").values_list("message__conversation_id", "message_id").distinct()
    waiting: dict[str, list[int]] = {}
    for conversation, message in parts[:BATCH]:
        waiting.setdefault(f"send:{conversation}", []).append(message)
    busy = _busy(waiting)
    lost = {lock: messages for lock, messages in waiting.items() if lock not in busy}
    for lock, messages in lost.items():
        enqueue(deliver, lock=lock, message_ids=messages)
    return len(lost)


def _busy(locks: Iterable[str]) -> set[str]:
    """Those of the locks that have a job waiting or running."""
    live = ProcrastinateJob.objects.filter(lock__in=list(locks), status__in=["todo", "doing"])
    return {str(lock) for lock in live.values_list("lock", flat=True)}
