"""From draft to registered case: number, deadline and history in one transaction."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from cases.models import Case, Conversation, Message
from cases.services import events, triage
from cases.services.deadlines import set_deadline
from cases.services.numbers import new_number
from sigap.settings import load

MAX_TRIES = 5
"""Numbers are drawn from 33 million a month: five collisions in a row mean that something else is wrong."""


class NoFreeNumber(Exception):
    """No unused registration number was found."""


def register(draft: Case, message: Message) -> Case:
    """Make a draft a case, in the caller's transaction, under the conversation's lock.

    Args:
        draft: as confirmed by the citizen.
        message: the confirmation; it registers at most one case, however often it is handled.

    Raises:
        NoFreeNumber: see `MAX_TRIES`.
    """
    draft.state = Case.State.BARU
    draft.submitted_at = timezone.now()
    draft.submit_key = f"message:{message.pk}"
    draft.unit = triage.unit_for(draft.category)
    draft.draft_stage = ""
    _save_with_number(draft)
    deadline = set_deadline(draft)
    if draft.fraud:
        Conversation.objects.filter(pk=draft.conversation_id).update(fraud_suspected=True)
    events.record(
        "draft.submitted",
        actor="citizen",
        case=draft,
        message=message.pk,
        confidentiality=draft.confidentiality,
    )
    events.record(
        "case.submitted", actor="citizen", case=draft, number=draft.number, due_on=deadline.due_on.isoformat()
    )
    return draft


def _save_with_number(draft: Case) -> None:
    """Draw numbers until one is free; the database decides, so two workers cannot agree on the same one."""
    prefix = load().sigap_number_prefix
    for _ in range(MAX_TRIES):
        draft.number = new_number(prefix, timezone.localdate(draft.submitted_at))
        try:
            with transaction.atomic():
                draft.save()
        except IntegrityError as error:
            if "number" not in str(error):
                raise
        else:
            return
    raise NoFreeNumber(prefix)
