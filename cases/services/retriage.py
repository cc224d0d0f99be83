"""Reports that no model could read: read again once one is live, so that they leave the closed circle by themselves."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from cases.models import Case, Conversation
from cases.services import conversations, events, triage
from cases.services.deadlines import set_deadline
from cases.services.draft_steps import Progress
from cases.services.withdrawn import drop_withdrawn

BATCH = 100
"""How many are read in one go; the next go follows within minutes."""


def read_waiting() -> int:
    """Let the live model read the reports that wait for it, the oldest first.

    Returns:
        How many were read; 0 while there is still no model.
    """
    unread = Case.objects.filter(awaits_triage=True).exclude(text="").order_by("created_at")
    waiting = list(unread.values_list("pk", flat=True)[:BATCH])
    if not waiting or not triage.warm_up():
        return 0
    return sum(_read(case_id) for case_id in waiting)


@transaction.atomic
def _read(case_id: UUID) -> bool:
    case = _locked(case_id)
    if not case.awaits_triage:
        return False  # the team was faster
    corrected = Progress.of(case).corrected | set(case.labels.values_list("field", flat=True))
    if not triage.understand(case, corrected):
        return False
    drop_withdrawn(case)
    submitted = case.number is not None
    events.record("case.triaged" if submitted else "draft.triaged", actor="system", case=case)
    if submitted:
        set_deadline(case)
    _unflag(case.conversation_id)
    return True


def _locked(case_id: UUID) -> Case:
    """The case under lock: a draft is guarded by its conversation's row, a registered case by its own."""
    case = Case.objects.get(pk=case_id)
    if case.number is None:
        conversations.lock(case.conversation_id)
    return Case.objects.select_for_update(of=("self",), no_key=True).select_related("conversation").get(pk=case_id)


def _unflag(conversation_id: UUID) -> None:
    """Withdraw the request for an officer that an unread report made, unless another one is still unread."""
    if not Case.objects.filter(conversation=conversation_id, awaits_triage=True).exists():
        asked = Conversation.objects.filter(pk=conversation_id, flag_reason=triage.UNREAD)
        asked.update(flagged_at=None, flag_reason="")
