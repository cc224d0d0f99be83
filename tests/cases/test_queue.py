"""A job is visible exactly when what it is about is: also while a worker has replaced the queue's connections."""

from __future__ import annotations

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction
from procrastinate import SyncPsycopgConnector
from procrastinate.contrib.django import app

from cases.services.outbox import queue_reply
from cases.services.texts import Reply


def _committed_jobs() -> int:
    parameters = connection.get_connection_params()
    wanted = {key: parameters[key] for key in ("host", "user", "dbname") if parameters.get(key)}
    with psycopg.connect(**wanted) as other:
        return other.execute("SELECT count(*) FROM procrastinate_jobs").fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_a_job_enqueued_by_a_job_waits_for_its_transaction(conversation):
    assert settings.DATABASES
    before = _committed_jobs()

    with app.replace_connector(SyncPsycopgConnector()), transaction.atomic():
        queue_reply(conversation, Reply(text="halo"))
        assert _committed_jobs() == before

    assert _committed_jobs() == before + 1
