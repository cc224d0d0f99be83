"""Webhooks waiting for delivery: put in with the message they tell of, so that neither exists without the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from connectors.simulator import faults
from connectors.simulator.models import SimulatedMessage, SimulatedPhone, SimulatedWebhook
from connectors.simulator.webhooks import Webhook

State = SimulatedWebhook.State
Sent = SimulatedMessage.Status
LEASE = timedelta(seconds=25)
"""Longer than any provider waits for an answer; a webhook whose sender died is sent again after it."""
KEPT = 1000
"""How many finished webhooks stay for the wire log."""


@dataclass(frozen=True)
class RetryPolicy:
    """When a provider delivers again: how often, and whether after a refusal (4xx) as well."""

    attempts: int
    after_refusal: bool

    def wait(self, attempts: int) -> timedelta:
        """How long to wait after that many attempts: 1, 2, 4 ... 60 seconds."""
        return timedelta(seconds=min(60, 2 ** (attempts - 1)))


POLICIES = {
    # Meta: any answer but 200, up to 7 days; bounded here.
    SimulatedPhone.Channel.WHATSAPP_META: RetryPolicy(8, after_refusal=True),
    # Twilio: as configured in the webhook address (#rc=5&rp=all), never after a 4xx.
    SimulatedPhone.Channel.WHATSAPP_TWILIO: RetryPolicy(6, after_refusal=False),
    SimulatedPhone.Channel.SMS_TWILIO: RetryPolicy(6, after_refusal=False),
    # Telegram: anything but 2xx, "a reasonable amount of attempts".
    SimulatedPhone.Channel.TELEGRAM: RetryPolicy(10, after_refusal=True),
}


def put(
    phone: SimulatedPhone,
    build: Callable[[int], Webhook | None],
    *,
    message: SimulatedMessage | None = None,
    marks: str = "",
    delay: float = 0.0,
) -> SimulatedWebhook | None:
    """Queue one webhook in the caller's transaction; armed faults delay, copy or reorder it.

    Args:
        build: makes the request, given a number that grows with every webhook (Telegram's update_id).
        message: what it tells of.
        marks: the status that it reports of `message`.
        delay: seconds until the provider sends it.

    Returns:
        The queued webhook, or None when `build` has nothing to send.
    """
    from connectors.simulator.dispatch import wake

    with transaction.atomic():
        row = SimulatedWebhook.objects.create(
            phone=phone, message=message, marks=marks, path="", body=b"", due_at=_due(delay)
        )
        webhook = build(row.pk)
        if webhook is None:
            row.delete()
            return None
        row.path, row.headers, row.body = webhook.path, webhook.headers, webhook.body
        row.save(update_fields=["path", "headers", "body"])
        _copy(row)
        if row.pk % 100 == 0:
            SimulatedWebhook.objects.filter(pk__lt=row.pk - KEPT, state__in=(State.DONE, State.GIVEN_UP)).delete()
    transaction.on_commit(wake)
    return row


def _due(delay: float) -> datetime:
    if late := faults.strike(faults.Kind.DELAY):
        delay += late.amount
    if swapped := faults.strike(faults.Kind.REORDER):
        delay += swapped.remaining * swapped.amount  # the first waits longest, the last goes at once
    return timezone.now() + timedelta(seconds=delay)


def _copy(row: SimulatedWebhook) -> None:
    repeat = faults.strike(faults.Kind.DUPLICATE)
    if repeat is None:
        return
    SimulatedWebhook.objects.bulk_create(
        SimulatedWebhook(
            phone_id=row.phone_id, path=row.path, headers=row.headers, body=row.body, due_at=row.due_at, copy=True
        )
        for _ in range(min(repeat.amount, 50))
    )


def claim() -> SimulatedWebhook | None:
    """Take the next webhook that is due; one at a time per phone, copies apart."""
    now = timezone.now()
    on_its_way = SimulatedWebhook.objects.filter(
        phone=OuterRef("phone"), state=State.SENDING, lease_until__gte=now, copy=False
    )
    due = Q(state=State.WAITING, due_at__lte=now) | Q(state=State.SENDING, lease_until__lt=now)
    with transaction.atomic():
        row = (
            SimulatedWebhook.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("phone", "message")
            .filter(due)
            .filter(Q(copy=True) | ~Exists(on_its_way))
            .order_by("due_at", "pk")
            .first()
        )
        if row is None:
            return None
        row.state, row.lease_until, row.attempts = State.SENDING, now + LEASE, row.attempts + 1
        row.save(update_fields=["state", "lease_until", "attempts"])
        return row


def next_due() -> datetime | None:
    """When the next webhook is to be sent, or None when none waits."""
    return (
        SimulatedWebhook.objects.filter(state=State.WAITING).order_by("due_at").values_list("due_at", flat=True).first()
    )


def settle(row: SimulatedWebhook, status: int | None, body: str) -> None:
    """Record our answer, and queue another try when the provider would.

    Args:
        status: HTTP status, or None when no answer came.
        body: start of the answer.
    """
    policy = POLICIES[SimulatedPhone.Channel(row.phone.channel)]
    row.response_status, row.response_body = status, body[:500]
    again = row.attempts < policy.attempts and (policy.after_refusal or status is None or status >= 500)
    if status is not None and 200 <= status < 300:
        row.state, row.finished_at = State.DONE, timezone.now()
    elif again:
        row.state, row.due_at = State.WAITING, timezone.now() + policy.wait(row.attempts)
    else:
        row.state, row.finished_at = State.GIVEN_UP, timezone.now()
    row.save(update_fields=["state", "due_at", "finished_at", "response_status", "response_body"])
    if row.message and not row.marks:
        _settle_message(row.message, row)
    row.phone.touch()


def _settle_message(message: SimulatedMessage, row: SimulatedWebhook) -> None:
    if message.author != SimulatedMessage.Author.CITIZEN:
        return
    if row.state == State.DONE:
        SimulatedMessage.objects.filter(pk=message.pk).exclude(status=Sent.READ).update(
            status=Sent.DELIVERED, reason=""
        )
        return
    answer = "tidak ada jawaban" if row.response_status is None else f"jawaban {row.response_status}"
    if row.state == State.GIVEN_UP:
        SimulatedMessage.objects.filter(pk=message.pk).update(status=Sent.FAILED, reason=f"webhook gagal: {answer}")
    else:
        reason = f"{answer}; dicoba lagi ({row.attempts}×)"
        SimulatedMessage.objects.filter(pk=message.pk).update(reason=reason)
