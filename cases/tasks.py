"""Jobs: thinking about a message, sending a reply, fetching a file, putting back what got lost on the way.

Every job can run twice: what it did is recorded in the transaction that did it.
"""

from __future__ import annotations

import logging

import procrastinate
from django.db import transaction
from django.utils import timezone
from procrastinate import RetryStrategy, jobs
from procrastinate.contrib.django import app

from cases.models import Conversation, Message
from cases.ports import Kind
from cases.services import assistant, conversations, delivery, holding, lost, media, registry, retriage
from cases.services.outbox import queue_replies
from cases.services.texts import Reply
from sigap.settings import load

log = logging.getLogger(__name__)


class PatientRetry(procrastinate.BaseRetryStrategy):
    """Retry while the assistant is away: 1, 2, 4 ... 60 seconds, without end; nothing is given up."""

    def get_retry_decision(
        self, *, exception: BaseException, job: procrastinate.jobs.Job
    ) -> procrastinate.RetryDecision | None:
        """How long to wait before the next try, or None for an error that repeating cannot mend."""
        if not isinstance(exception, assistant.AssistantUnavailable):
            return procrastinate.RetryDecision(retry_in={"seconds": 30}) if job.attempts < 20 else None
        return procrastinate.RetryDecision(retry_in={"seconds": min(60, 2 ** min(job.attempts, 6))})


@app.task(queue="conversations", retry=PatientRetry())
def handle(message_id: int) -> None:
    """Answer one inbound message, or leave it to the officer who owns the conversation."""
    message = Message.objects.select_related("conversation__citizen").get(pk=message_id)
    if message.handled_at is not None:
        return
    if message.conversation.owner == Conversation.Owner.OFFICER or message.kind == Kind.REACTION:
        _finish(message, [])  # a thumbs-up on something we said is not an answer to it
        return
    _finish(message, assistant.ask(message))


def _finish(message: Message, replies: list[Reply]) -> None:
    """Store the replies and mark the message as handled, together; words for a taken-over conversation are dropped."""
    with transaction.atomic():
        current = conversations.lock(message.conversation_id)
        # Not open any more: an officer took it over meanwhile, even if the conversation was given back since.
        still_open = Message.objects.filter(pk=message.pk, handled_at=None).update(handled_at=timezone.now())
        if still_open and current.owner == Conversation.Owner.ASSISTANT:
            queue_replies(current, replies, in_reply_to=message)


@app.periodic(cron="* * * * * */2")
@app.task(queue="holding", queueing_lock="hold_waiting")
def hold_waiting(timestamp: int) -> None:
    """Tell citizens whose message nobody has answered yet that it has arrived, and ask for an officer in the end."""
    holding.hold_waiting()
    holding.flag_unanswered()


@app.task(queue="sending", retry=delivery.SendRetry())
def deliver(message_ids: list[int]) -> None:
    """Hand the unsent parts of some messages of one conversation to its provider, in order."""
    for message_id in message_ids:
        delivery.deliver(message_id)


@app.task(queue="media", retry=RetryStrategy(max_attempts=6, exponential_wait=4))
def fetch_attachment(attachment_id: str) -> None:
    """Download an inbound file into the encrypted store."""
    media.fetch(attachment_id)


@app.periodic(cron="* * * * * */10")
@app.task(queue="upkeep", queueing_lock="put_back_stalled", pass_context=True)
async def put_back_stalled(context: procrastinate.JobContext, timestamp: int) -> None:
    """Put jobs of workers that died back into the queue."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=30):
        if job.queueing_lock:
            # A periodic job comes again by itself; two of them in the queue are refused, which would end this loop.
            await manager.finish_job(job, jobs.Status.FAILED, delete_job=True)
            continue
        log.warning("putting back job %s of a dead worker", job.id)
        await manager.retry_job(job)


@app.periodic(cron="*/5 * * * *")
@app.task(queue="upkeep", queueing_lock="enqueue_lost")
def enqueue_lost(timestamp: int) -> None:
    """Give work that has no job any more (it failed too often, it was lost) a new one."""
    lost.enqueue_lost()


@app.periodic(cron="*/5 * * * *")
@app.task(queue="upkeep", queueing_lock="withdraw_from_absent")
def withdraw_from_absent(timestamp: int) -> None:
    """Leave no citizen with an officer who has left or lost the role."""
    conversations.withdraw_from_absent()


@app.periodic(cron="*/2 * * * *")
@app.task(queue="upkeep", queueing_lock="read_waiting_reports")
def read_waiting_reports(timestamp: int) -> None:
    """Have reports read that came while no triage model was live."""
    retriage.read_waiting()


@app.periodic(cron="* * * * *")
@app.task(queue="upkeep", queueing_lock="register_models")
def register_models(timestamp: int) -> None:
    """Tell the desk and the metrics of models that were trained, or put back, while the system runs."""
    registry.register_trained(load().sigap_state_dir.absolute())


@app.periodic(cron="41 * * * *")
@app.task(queue="upkeep", queueing_lock="give_up_files")
def give_up_files(timestamp: int) -> None:
    """Say of files that cannot be had that they cannot."""
    media.give_up()


@app.periodic(cron="17 3 * * *")
@app.task(queue="upkeep", queueing_lock="delete_old_jobs", pass_context=True)
async def delete_old_jobs(context: procrastinate.JobContext, timestamp: int) -> None:
    """Forget succeeded jobs after three days."""
    await context.app.job_manager.delete_old_jobs(nb_hours=72)
