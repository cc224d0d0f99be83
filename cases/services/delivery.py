"""Sending: the owner is checked in the transaction that hands the part to the provider.

The conversation's row is locked while the provider answers, so a takeover waits for the word that is on its way
and after its commit none follows. A part is marked `sending` in a transaction of its own first: a crash between
the provider's answer and our commit leaves that mark. A part in such doubt is sent again, once, when the provider's
delivery reports have not shown in time that it arrived (see `statuses.recognise`).
"""

from __future__ import annotations

import logging
from datetime import timedelta

import procrastinate
from django.db import transaction
from django.utils import timezone

from cases.models import Citizen, Conversation, Delivery, Message
from cases.ports import (
    Button,
    OutgoingPart,
    SendError,
    Sent,
    TemporarilyFailed,
    Throttled,
    Unreachable,
    sender_for,
)
from cases.services import conversations, events, statuses

log = logging.getLogger(__name__)
MIN_ATTEMPTS = 5
KEEP_TRYING = timedelta(hours=2)
"""How long a part waits for its provider, or for the operator who mends a token. Replies behind it wait as well."""
REPORT_WITHIN = timedelta(seconds=30)
"""How long a part in doubt waits for its report, which follows a send within seconds, before it is sent again."""
UNSENT = (Delivery.Status.QUEUED, Delivery.Status.SENDING)


class SendRetry(procrastinate.BaseRetryStrategy):
    """Wait as long as the provider asks, else 2, 4, 8 ... 300 seconds."""

    def get_retry_decision(
        self, *, exception: BaseException, job: procrastinate.jobs.Job
    ) -> procrastinate.RetryDecision | None:
        """How long to wait, or None when the error is final."""
        if isinstance(exception, SendError) and not exception.retryable:
            return None
        wait = exception.retry_after if isinstance(exception, Throttled) else min(300, 2 ** (job.attempts + 1))
        return procrastinate.RetryDecision(retry_in={"seconds": max(1, int(wait))})


def deliver(message_id: int) -> None:
    """Send the unsent parts of a message in order.

    Raises:
        SendError: a retryable failure; the job comes again and resumes at the first unsent part.
    """
    message = Message.objects.get(pk=message_id)  # a job without its message is a fault, not something that is done
    for part in message.deliveries.filter(status__in=UNSENT):
        if _in_doubt(part) and _arrived_after_all(part.pk):
            continue
        if not _send_part(part.pk):
            _give_up_rest(message)
            return


def _in_doubt(part: Delivery) -> bool:
    interrupted = part.status == Delivery.Status.SENDING or part.may_have_been_sent
    return interrupted and sender_for(part.connector).reports_reference


def _arrived_after_all(delivery_id: int) -> bool:
    """Whether the provider has reported on a part in doubt. Raises `Throttled` while its report may still come."""
    with transaction.atomic():
        part = Delivery.objects.select_for_update().get(pk=delivery_id)
        if part.status not in UNSENT:
            return False  # settled meanwhile by a worker that was thought dead: `_send_part` will see it too
        if statuses.recognise(part):
            return True
        left = REPORT_WITHIN - (timezone.now() - part.status_at)
    if left > timedelta(0):
        raise Throttled(
            code="waiting_for_report",
            sentence="menunggu laporan penyedia tentang kiriman yang terputus",
            retry_after=left.total_seconds() + 1,
        )
    return False


def _give_up_rest(message: Message) -> None:
    """Half a text misleads: once a part has failed for good, those behind it are not sent and do not wait either."""
    failed = message.deliveries.filter(status=Delivery.Status.FAILED).order_by("index").first()
    if failed is not None:
        rest = message.deliveries.filter(index__gt=failed.index, status=Delivery.Status.QUEUED)
        rest.update(status=Delivery.Status.CANCELLED, status_at=timezone.now())


def _send_part(delivery_id: int) -> bool:
    """Send one part; False when the rest must not follow."""
    claimed = _claim(delivery_id)
    if claimed is None:
        return False
    failure: SendError | None = None
    with transaction.atomic():
        message = claimed.message
        conversation = conversations.lock(message.conversation_id)
        claimed.refresh_from_db(fields=["status"])
        if claimed.status != Delivery.Status.SENDING:
            return False  # withdrawn by a takeover, or sent by a worker that was thought dead: its word stands
        if _forbidden(message, conversation):
            _settle(claimed, Delivery.Status.CANCELLED)
            return False
        try:
            sent = _hand_over(claimed, conversation)
        except SendError as error:
            failure = error
            _settle_failure(claimed, conversation, error)
        else:
            _settle(claimed, Delivery.Status.SENT, external_id=sent.external_id)
            statuses.apply_early(claimed)
    if failure is None:
        return True
    if failure.retryable and claimed.status == Delivery.Status.QUEUED:
        raise failure
    return False


def _claim(delivery_id: int) -> Delivery | None:
    """Mark the part as being sent, visibly to whoever comes after a crash."""
    with transaction.atomic():
        part = Delivery.objects.select_for_update().select_related("message").get(pk=delivery_id)
        if part.status not in UNSENT:
            return None
        if part.status == Delivery.Status.SENDING:
            if part.may_have_been_sent:
                _settle(part, Delivery.Status.FAILED, reason="pengiriman terputus dua kali; mungkin sudah diterima")
                return None
            part.may_have_been_sent = True
        part.status, part.status_at = Delivery.Status.SENDING, timezone.now()
        part.attempts += 1
        part.save(update_fields=["status", "status_at", "attempts", "may_have_been_sent"])
        return part


def _forbidden(message: Message, conversation: Conversation) -> bool:
    return message.author == Message.Author.ASSISTANT and conversation.owner == Conversation.Owner.OFFICER


def _hand_over(part: Delivery, conversation: Conversation) -> Sent:
    citizen: Citizen = conversation.citizen
    last_inbound = (
        conversation.messages.filter(author=Message.Author.CITIZEN)
        .order_by("-sent_at")
        .values_list("sent_at", flat=True)
        .first()
    )
    return sender_for(part.connector).send(
        OutgoingPart(
            address=citizen.address,
            text=part.text,
            buttons=tuple(Button(**button) for button in part.buttons),
            reply_window_opened_at=last_inbound,
            idempotency_key=part.key,
        )
    )


def _settle_failure(part: Delivery, conversation: Conversation, error: SendError) -> None:
    young = timezone.now() - part.created_at < KEEP_TRYING
    again = error.retryable and (young or part.attempts < MIN_ATTEMPTS)
    ambiguous = isinstance(error, TemporarilyFailed) and error.may_have_been_sent
    if ambiguous and part.may_have_been_sent:
        again = False  # no vendor offers an idempotency key: one more try, then a person decides
    part.may_have_been_sent = part.may_have_been_sent or ambiguous
    if isinstance(error, Unreachable):
        Citizen.objects.filter(pk=conversation.citizen_id).update(unreachable_reason=error.sentence[:200])
    _settle(
        part,
        Delivery.Status.QUEUED if again else Delivery.Status.FAILED,
        error_code=error.code[:60],
        reason=error.sentence[:300],
    )
    if not again:
        events.record("delivery.failed", actor="system", conversation=conversation, code=error.code, delivery=part.pk)
        if not isinstance(error, Unreachable):
            conversations.flag(conversation, "gagal_kirim")  # the citizen still waits for these words
    log.warning("send failed: connector=%s code=%s again=%s", part.connector, error.code, again)


def _settle(
    part: Delivery, status: str, *, external_id: str | None = None, error_code: str = "", reason: str = ""
) -> None:
    part.status, part.status_at = status, timezone.now()
    part.external_id = external_id or part.external_id
    part.error_code, part.reason = error_code, reason
    part.save(update_fields=["status", "status_at", "external_id", "error_code", "reason", "may_have_been_sent"])
