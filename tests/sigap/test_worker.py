"""Every queue has places in the worker, and jobs run through it."""

from __future__ import annotations

import pytest
from procrastinate.contrib.django import app

from desk.settings import POOL
from sigap.worker import GROUPS, SHORT_COMMITS, connector


def test_every_task_has_a_group_that_works_its_queue() -> None:
    worked = [queue for group in GROUPS for queue in group.queues]
    used = {task.queue for task in app.tasks.values() if not task.name.startswith("builtin")}

    assert sorted(used - set(worked)) == [], "add the queue to a group in sigap/worker.py"
    assert len(worked) == len(set(worked)), "a queue belongs to one group"


@pytest.mark.django_db
def test_only_the_workers_own_connections_commit_asynchronously() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == ("on",)
    assert SHORT_COMMITS in connector()._pool_args["kwargs"]["options"]


def test_a_process_has_a_database_connection_for_every_place() -> None:
    places = sum(group.concurrency for group in GROUPS)

    assert places < POOL, "raise POOL in desk/settings.py"


def test_the_holding_answer_shares_no_places_with_work_that_waits_for_others() -> None:
    [group] = [group for group in GROUPS if "holding" in group.queues]

    assert not {"conversations", "sending", "media"} & set(group.queues)
