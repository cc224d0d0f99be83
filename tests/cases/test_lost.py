"""Work whose job is gone gets a new one; work that has a job gets no second one."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from cases.models import Delivery, Message
from cases.ports import InboundMedia, Kind
from cases.services import lost, media
from cases.services.outbox import queue_reply
from cases.services.texts import Reply
from sigap.worker import connector

pytestmark = pytest.mark.django_db


def _age(row, field, **ago):
    type(row).objects.filter(pk=row.pk).update(**{field: timezone.now() - timedelta(**ago)})


def _jobs(task, status="todo"):
    return list(ProcrastinateJob.objects.filter(task_name=f"cases.tasks.{task}", status=status).values_list("args"))


@pytest.fixture
def forget_jobs():
    """As if every job had failed for good."""

    def _forget():
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET status = 'failed'")

    return _forget


def test_a_message_whose_job_failed_for_good_is_handled_after_all(receive, forget_jobs):
    message = receive("halo")
    _age(message, "received_at", minutes=5)
    forget_jobs()

    assert lost.enqueue_lost() == 1
    assert lost.enqueue_lost() == 0

    assert _jobs("handle") == [({"message_id": message.pk},)]


def test_a_message_that_has_a_job_or_is_young_or_handled_gets_none(receive, forget_jobs):
    _age(receive("masih punya pekerjaan"), "received_at", minutes=5)
    assert lost.enqueue_lost() == 0

    forget_jobs()
    Message.objects.update(handled_at=timezone.now())
    receive("baru saja")
    assert lost.enqueue_lost() == 0


def test_a_reply_whose_job_failed_for_good_is_sent_after_all(conversation, forget_jobs):
    message = queue_reply(conversation, Reply(text="Halo"))
    _age(message.deliveries.get(), "created_at", minutes=5)
    forget_jobs()

    assert lost.enqueue_lost() == 1

    assert _jobs("deliver") == [({"message_ids": [message.pk]},)]


def test_what_is_sent_or_cancelled_is_not_sent_again(conversation, forget_jobs):
    message = queue_reply(conversation, Reply(text="Halo"))
    _age(message.deliveries.get(), "created_at", minutes=5)
    forget_jobs()
    Delivery.objects.update(status="cancelled")

    assert lost.enqueue_lost() == 0


def test_a_file_that_no_try_could_fetch_is_said_to_be_unavailable(receive):
    message = receive("", kind=Kind.IMAGE, media=(InboundMedia(reference="m"), InboundMedia(reference="n")))
    old, young = message.attachments.order_by("created_at")
    _age(old, "created_at", hours=7)

    assert media.give_up() == 1

    assert {a.pk: a.state for a in message.attachments.all()} == {old.pk: "unavailable", young.pk: "pending"}


@pytest.mark.django_db(transaction=True)
def test_jobs_of_a_dead_worker_come_back_though_a_periodic_one_cannot(receive):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")  # what other committing tests left
    message = receive("halo")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE task_name = 'cases.tasks.handle'")
        for status in ("doing", "todo"):
            cursor.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, status, args, priority)"
                " VALUES ('holding', 'cases.tasks.hold_waiting', 'hold_waiting', %s, '{\"timestamp\": 0}', 99)",
                [status],
            )

    async def put_back():
        with app.replace_connector(connector()) as own:
            async with own.open_async():
                await own.configure_task("cases.tasks.put_back_stalled").defer_async(timestamp=0)
                await own.run_worker_async(queues=["upkeep"], wait=False, install_signal_handlers=False)

    asyncio.run(put_back())

    assert _jobs("handle") == [({"message_id": message.pk},)]
    assert _jobs("hold_waiting", "doing") == []
    assert len(_jobs("hold_waiting")) >= 1
