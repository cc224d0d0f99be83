"""The providers' delivery of webhooks: a thread of the web process that posts what is due to our own address.

It starts with the first webhook or open page and never blocks a view: the web process calls itself here.
"""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
from django import db
from django.db import connection
from django.utils import timezone

from connectors.simulator import config, queue, traffic
from connectors.simulator.models import SimulatedMessage, SimulatedPhone, SimulatedWebhook

log = logging.getLogger(__name__)
TIMEOUT = httpx.Timeout(15.0, connect=5.0)
PARALLEL = 8
IDLE_SECONDS = 30.0

RANK = {"pending": 0, "accepted": 1, "sent": 2, "failed": 3, "delivered": 4, "read": 5}


def run_due() -> int:
    """Deliver everything that is due now, one after the other. Returns how many were delivered."""
    count = 0
    while (row := queue.claim()) is not None:
        deliver(row)
        count += 1
    return count


def deliver(row: SimulatedWebhook) -> None:
    """Post one claimed webhook and record the answer."""
    if row.message and row.marks:
        advance(row.message, row.marks)
    try:
        response = httpx.post(
            f"{config.local_url()}{row.path}",
            content=bytes(row.body),
            headers=row.headers,
            timeout=TIMEOUT,
            trust_env=False,  # our own address is never behind a proxy
        )
    except httpx.HTTPError as error:
        log.info("webhook %s: no answer (%s)", row.pk, type(error).__name__)
        queue.settle(row, None, type(error).__name__)
        return
    queue.settle(row, response.status_code, response.text)
    if row.phone.channel == SimulatedPhone.Channel.TELEGRAM and response.is_success:
        _run_reply_method(response)


def _run_reply_method(response: httpx.Response) -> None:
    """Telegram runs a method that the webhook's own answer names.

    https://core.telegram.org/bots/api#making-requests-when-getting-updates
    """
    try:
        reply = response.json()
    except ValueError:
        return
    if isinstance(reply, dict) and reply.get("method") == "answerCallbackQuery":
        traffic.callback_answered(str(reply.get("callback_query_id", "")))


def advance(message: SimulatedMessage, status: str) -> None:
    """Move a delivered message forward on the phone; a late "sent" does not undo "read"."""
    lower = [name for name, rank in RANK.items() if rank < RANK[status]]
    if SimulatedMessage.objects.filter(pk=message.pk, status__in=lower).update(status=status):
        message.phone.touch()


class _Dispatcher:
    """One background thread and its pool."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        """Look for due webhooks now; starts the thread if it is not running."""
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="simulator-webhooks", daemon=True)
                self._thread.start()
        self._wake.set()

    def _run(self) -> None:
        with ThreadPoolExecutor(PARALLEL, thread_name_prefix="simulator-webhook") as pool:
            while True:
                self._wake.clear()
                try:
                    wait = self._round(pool)
                except db.Error as error:
                    log.warning("simulator: database not available (%s)", type(error).__name__)
                    wait = 1.0
                except RuntimeError:
                    return  # the interpreter is shutting down: what waits is delivered after the restart
                finally:
                    connection.close()
                self._wake.wait(wait)

    def _round(self, pool: ThreadPoolExecutor) -> float:
        """Hand out everything due; returns the seconds until the next look."""
        while (row := queue.claim()) is not None:
            pool.submit(self._deliver, row)
        due = queue.next_due()
        if due is None:
            return IDLE_SECONDS
        return min(IDLE_SECONDS, max(0.02, (due - timezone.now()).total_seconds()))

    def _deliver(self, row: SimulatedWebhook) -> None:
        try:
            deliver(row)
        except db.Error as error:
            log.warning("simulator: answer to webhook %s not recorded (%s)", row.pk, type(error).__name__)
        finally:
            connection.close()
            self._wake.set()


_dispatcher = _Dispatcher()


def wake() -> None:
    """Let the background thread deliver what is due."""
    _dispatcher.wake()
