"""What follows when an officer marks a case as fraud, or withdraws the mark."""

from __future__ import annotations

from django.contrib.auth.models import User

from cases.managers import TIM_PENGADUAN, roles_of
from cases.models import Case, Conversation, Prediction
from cases.services import conversations, events

FLAG = "kasus_penipuan"


def fraud_changed(case: Case, officer: User) -> None:
    """Bring the case's conversation and assignee in line with its fraud mark, in the caller's transaction.

    Marking: whoever is not of `tim_pengaduan` loses the case and the conversation, which then asks for an officer
    of that team. Withdrawing: the conversation opens again unless something else in it indicates fraud.
    """
    conversation = conversations.lock(case.conversation_id)
    if case.fraud:
        _close_to_others(case, conversation)
    elif conversation.fraud_suspected and not _indicated_elsewhere(case):
        conversation.fraud_suspected = False
        if conversation.flag_reason == FLAG:  # would tell others what the conversation was suspected of
            conversation.flagged_at, conversation.flag_reason = None, ""
        conversation.save(update_fields=["fraud_suspected", "flagged_at", "flag_reason"])
    events.record(
        "conversation.fraud_suspected" if case.fraud else "conversation.fraud_withdrawn",
        actor="officer",
        officer=officer,
        conversation=conversation,
    )


def _close_to_others(case: Case, conversation: Conversation) -> None:
    if case.assignee is not None and TIM_PENGADUAN not in roles_of(case.assignee):
        case.assignee = None
        case.save(update_fields=["assignee"])
    conversation.fraud_suspected = True
    conversation.save(update_fields=["fraud_suspected"])
    conversations.withdraw(conversation.pk, FLAG)


def _indicated_elsewhere(case: Case) -> bool:
    others = Case.objects.filter(conversation=case.conversation_id).exclude(pk=case.pk)
    if others.filter(fraud=True).exists():
        return True
    withdrawn = others.filter(labels__field="fraud", labels__after=False)
    return (
        Prediction.objects.filter(case__in=others, head="fraud", value="true", abstained=False)
        .exclude(case__in=withdrawn)
        .exists()
    )
