"""What the models make of a draft: category, fraud indication, report type and the facts in the text.

The result is written onto the draft itself, so the tickets of officers start prefilled. While no model is live the
draft stays as the citizen wrote it, without a category; it could tell of fraud, so it is guarded like a fraud case
until `cases.services.retriage` has it read or the complaints team has looked.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING

from cases.models import Case, CaseField, Conversation, Prediction
from cases.services import conversations, events
from cases.taxonomy import taxonomy
from sigap.settings import load

if TYPE_CHECKING:
    from classifiers import Triage

log = logging.getLogger(__name__)

FALLBACK_UNIT = "admin_instansi"
"""Who distributes a case without a category: the role that verifies."""

SUMMARY_LENGTH = 200

UNREAD = "triase_tidak_tersedia"
"""Why a conversation with an unread report asks for an officer."""


class TriageUnavailable(Exception):
    """No trained model is live; the sentence says how to get one."""


def read(text: str) -> Triage:
    """What the live model says about a text.

    Raises:
        TriageUnavailable: no usable model is live.
    """
    import classifiers  # here: it brings scikit-learn and spaCy, seconds that no other process should spend

    try:
        return classifiers.load_live(load().sigap_state_dir.absolute()).triage(text)
    except classifiers.ModelError as error:
        raise TriageUnavailable(str(error)) from error


def warm_up() -> bool:
    """Load the live model before the first citizen waits for it; returns whether there is one."""
    try:
        read("uji")
    except TriageUnavailable as error:
        log.warning("triage is not ready: %s", error)
        return False
    return True


def understand(case: Case, corrected: Iterable[str] = ()) -> bool:
    """Let the models read a draft and replace what they said about it before, in the caller's transaction.

    Args:
        case: a draft; `report_type` holds what the conversation suggested and is used when the model abstains.
        corrected: names of columns that a person has set; they are left alone.

    Returns:
        Whether a model was there to read it.
    """
    try:
        result = read(case.text)
    except TriageUnavailable as error:
        case.summary = case.text[:SUMMARY_LENGTH]
        case.save(update_fields=["summary"])
        _leave_unread(case, error)
        return False
    _decide(case, result, frozenset(corrected))
    _keep_predictions(case, result)
    _keep_fields(case, result)
    return True


def guard(draft: Case, text: str) -> None:
    """Close the conversation of a draft for words that are kept aside and may tell of fraud, in the same way."""
    try:
        result = read(text)
    except TriageUnavailable as error:
        _leave_unread(draft, error)
        return
    if result.fraud.value == "true":
        _close(draft)


def _leave_unread(case: Case, error: TriageUnavailable) -> None:
    log.error("draft not triaged: %s", error)
    case.awaits_triage = True
    case.save(update_fields=["awaits_triage"])
    events.record("draft.triage_unavailable", actor="system", case=case)
    conversations.withdraw(case.conversation_id, UNREAD)
    conversations.flag(case.conversation, UNREAD)


def _close(case: Case) -> None:
    """In the same transaction as the words: there is no moment at which others could read the transcript."""
    Conversation.objects.filter(pk=case.conversation_id).update(fraud_suspected=True)
    conversations.withdraw(case.conversation_id, "kasus_penipuan")


def unit_for(category: str) -> str:
    """The unit that handles a category; without one, whoever distributes cases."""
    entry = taxonomy().categories.get(category)
    return entry.unit if entry else FALLBACK_UNIT


def _decide(case: Case, result: Triage, corrected: frozenset[str]) -> None:
    if "category" not in corrected:
        case.category = "" if result.category.abstained else result.category.value
    if "unit" not in corrected:
        case.unit = unit_for(case.category)
    # An unsure indication still protects: a person of the closed circle looks first and can lift it.
    case.fraud = result.fraud.value == "true"
    case.fraud_types = [t.value for t in result.fraud_types if not t.abstained] if case.fraud else []
    if case.fraud:
        case.report_type = "pengaduan"
    elif "report_type" not in corrected and not result.report_type.abstained:
        case.report_type = result.report_type.value
    if "summary" not in corrected:
        case.summary = (result.summary or case.text)[:SUMMARY_LENGTH]
    case.awaits_triage = False
    case.save(update_fields=["category", "unit", "fraud", "fraud_types", "report_type", "summary", "awaits_triage"])
    if case.fraud:
        _close(case)


def _keep_predictions(case: Case, result: Triage) -> None:
    heads = [("report_type", result.report_type), ("category", result.category), ("fraud", result.fraud)]
    heads += [(f"fraud_type:{t.value}"[:40], t) for t in result.fraud_types]
    case.predictions.all().delete()
    Prediction.objects.bulk_create(
        Prediction(
            case=case,
            head=head,
            value=decision.value,
            probability=decision.probability,
            abstained=decision.abstained,
            evidence=[{"start": s.start, "end": s.end, "weight": s.weight} for s in decision.evidence],
            model_version=result.model_version,
        )
        for head, decision in heads
    )


def _keep_fields(case: Case, result: Triage) -> None:
    case.fields.filter(source=CaseField.Source.MODEL).delete()
    CaseField.objects.bulk_create(
        CaseField(case=case, name=f.name, value=f.value, start=f.start, end=f.end) for f in result.fields
    )
    for found in result.fields:  # what the model now sees itself need not be there twice
        case.fields.filter(
            source=CaseField.Source.CITIZEN, name=found.name, start__lt=found.end, end__gt=found.start
        ).delete()
