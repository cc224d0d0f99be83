"""For operators and their tools: is the process alive, can it work, how is the flow of messages.

`/metrics` is in Prometheus' text format. Figures about messages are read from the database when asked, so every
web process gives the same ones and a restart loses none. Labels carry codes, never addresses or texts.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from datetime import datetime

import httpx
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.models import Count, Max, Min, Sum
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from prometheus_client import REGISTRY, disable_created_metrics, generate_latest
from prometheus_client.core import CollectorRegistry, GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from cases.models import Conversation, Delivery, Message, ModelVersion, RawEvent
from sigap.settings import load

disable_created_metrics()  # type: ignore[no-untyped-call]  # a metric of when a metric began is noise


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the process answers at all."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when messages can be taken in, 503 otherwise.

    The assistant's state is told and does not count: without it messages are kept and answered later.
    """
    database = _database_answers()
    state = {"database": database, "assistant": _assistant_answers()}
    return JsonResponse(state, status=200 if database else 503)


@login_not_required
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures in Prometheus' format, for this machine alone unless SIGAP_METRICS_FROM names networks."""
    if not _may_read(request.META.get("REMOTE_ADDR", "")):
        return HttpResponse("metrics are for the operators' networks: see SIGAP_METRICS_FROM\n", status=403)
    return HttpResponse(generate_latest(REGISTRY) + generate_latest(_Flow()), content_type=CONTENT_TYPE_LATEST)


def _may_read(address: str) -> bool:
    try:
        reader = ipaddress.ip_address(address)
    except ValueError:
        return False
    return reader.is_loopback or any(reader in network for network in load().metrics_networks)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _assistant_answers() -> bool:
    try:
        return httpx.get(f"{load().assistant_url}/webhooks/sigap/health", timeout=2, trust_env=False).is_success
    except httpx.HTTPError:
        return False


class _Flow(CollectorRegistry):
    """Figures from the database, by connector."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield from _webhooks()
        yield from _inbound()
        yield _outbox()
        yield _queues()
        yield _live_models()


def _webhooks() -> Iterator[GaugeMetricFamily]:
    received = GaugeMetricFamily("sigap_webhooks_received", "Webhook deliveries taken in", labels=["connector"])
    stored = GaugeMetricFamily("sigap_webhooks_stored", "Distinct webhook bodies kept", labels=["connector"])
    odd = GaugeMetricFamily("sigap_webhooks_quarantined", "Webhooks not understood, to look at", labels=["connector"])
    rows = RawEvent.objects.values("connector", "state").annotate(bodies=Count("pk"), deliveries=Sum("deliveries"))
    totals: dict[str, list[int]] = {}
    for row in rows:
        total = totals.setdefault(row["connector"], [0, 0, 0])
        total[0] += row["deliveries"]
        total[1 if row["state"] == RawEvent.State.STORED else 2] += row["bodies"]
    for connector, (deliveries, bodies, quarantined) in totals.items():
        received.add_metric([connector], deliveries)
        stored.add_metric([connector], bodies)
        odd.add_metric([connector], quarantined)
    yield from (received, stored, odd)


def _inbound() -> Iterator[GaugeMetricFamily]:
    last = GaugeMetricFamily("sigap_last_inbound_timestamp", "When a citizen last wrote", labels=["connector"])
    waiting = GaugeMetricFamily("sigap_unanswered_messages", "Messages nobody has handled yet", labels=["connector"])
    oldest = GaugeMetricFamily("sigap_unanswered_oldest_seconds", "Age of the oldest of them", labels=["connector"])
    unhandled = {
        row["conversation__connector"]: row
        for row in Message.objects.filter(
            author=Message.Author.CITIZEN, handled_at=None, conversation__owner=Conversation.Owner.ASSISTANT
        )
        .order_by()
        .values("conversation__connector")
        .annotate(count=Count("pk"), oldest=Min("received_at"))
    }
    latest = (
        Message.objects.filter(author=Message.Author.CITIZEN)
        .order_by()
        .values_list("conversation__connector")
        .annotate(Max("received_at"))
    )
    for connector, at in latest:
        last.add_metric([connector], at.timestamp())
        row = unhandled.get(connector)
        waiting.add_metric([connector], row["count"] if row else 0)
        oldest.add_metric([connector], _age(row["oldest"]) if row else 0)
    yield from (last, waiting, oldest)


def _age(since: datetime) -> float:
    return (timezone.now() - since).total_seconds()


def _outbox() -> GaugeMetricFamily:
    family = GaugeMetricFamily("sigap_outbox", "Outbound message parts by status", labels=["connector", "status"])
    rows = Delivery.objects.order_by().values_list("connector", "status").annotate(Count("pk"))
    for connector, status, count in rows:
        family.add_metric([connector, status], count)
    return family


def _queues() -> GaugeMetricFamily:
    family = GaugeMetricFamily("sigap_jobs", "Jobs waiting or running", labels=["queue", "status"])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT queue_name, status::text, count(*) FROM procrastinate_jobs"
            " WHERE status IN ('todo', 'doing', 'failed') GROUP BY 1, 2"
        )
        for queue, status, count in cursor.fetchall():
            family.add_metric([queue, status], count)
    return family


def _live_models() -> GaugeMetricFamily:
    family = GaugeMetricFamily("sigap_live_model", "Versions in use", labels=["model", "version"])
    for name, version in ModelVersion.objects.filter(live=True).values_list("name", "version"):
        family.add_metric([name, version], 1)
    return family
