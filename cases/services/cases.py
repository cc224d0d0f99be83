"""What officers do to a case: correct it, move it on, hand it over.

Every write locks the case's row, checks the version that the officer's page was made from, and leaves an Event;
a correction of what a model decided also leaves a Label, which is training data with a name on it.

A case's version is the id of its latest `case.` event. A page made from an older one is refused together with
what changed meanwhile, so that two officers never overwrite each other unknowingly.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from cases.managers import ADMIN_INSTANSI, PEJABAT_PENGHUBUNG, TIM_PENGADUAN, roles_of
from cases.models import Case, Event, Label
from cases.services import events
from cases.services.deadlines import current_deadline, set_deadline
from cases.services.fraud import fraud_changed
from cases.services.handover import tell_reporter
from cases.services.transitions import allowed_transitions
from cases.taxonomy import taxonomy

WORKERS = frozenset({ADMIN_INSTANSI, PEJABAT_PENGHUBUNG, TIM_PENGADUAN})
DISTRIBUTORS = frozenset({ADMIN_INSTANSI, TIM_PENGADUAN})

MAY_EDIT: Mapping[str, frozenset[str]] = {
    "report_type": WORKERS,
    "category": WORKERS,
    "unit": DISTRIBUTORS,
    "fraud": WORKERS,
    "fraud_types": WORKERS,
    "summary": WORKERS,
    "confidentiality": DISTRIBUTORS,
}
LABELLED = frozenset({"report_type", "category", "unit", "fraud", "fraud_types", "summary"})
"""Fields that a model filled in: their corrections are kept as labels."""

UNDO_WITHIN = timedelta(minutes=15)
_SECRECY = (Case.Confidentiality.BIASA, Case.Confidentiality.RAHASIA, Case.Confidentiality.ANONIM)


class StaleCase(Exception):
    """Somebody changed the case since the officer's page was made; `changes` are their events, oldest first."""

    def __init__(self, changes: list[Event]) -> None:
        super().__init__("case was changed meanwhile")
        self.changes = changes


class NotAllowed(Exception):
    """The officer's role does not permit this; the text is a stable code, pages say it in words."""


class Invalid(Exception):
    """A value that the case cannot take; the text is a stable code, pages say it in words."""


def version_of(case: Case) -> int:
    """The case's version: the id of its latest event."""
    latest: int | None = Event.objects.filter(case=case, kind__startswith="case.").aggregate(at=Max("id"))["at"]
    return latest or 0


def lock_case(case_id: UUID, officer: User, version: int) -> Case:
    """Take the row lock of a case that the officer may see, in the current transaction.

    Raises:
        Case.DoesNotExist: no such case for this officer.
        StaleCase: the version is not the present one.
    """
    case = Case.objects.visible_to(officer).submitted().select_for_update(of=("self",)).get(pk=case_id)
    changes = list(Event.objects.filter(case=case, kind__startswith="case.", id__gt=version).select_related("officer"))
    if changes:
        raise StaleCase(changes)
    return case


@transaction.atomic
def edit_case(case_id: UUID, officer: User, changes: Mapping[str, Any], *, version: int) -> Event | None:
    """Correct a case.

    A new category brings its unit along unless the unit was chosen by hand. A new report type or fraud indication
    sets the deadline that the rule names; a fraud indication moves the case to `tim_pengaduan`. Deciding about
    fraud, either way, settles a case that waits for triage.

    Args:
        changes: new values by field; unchanged ones are ignored.
        version: of the page that the officer saw.

    Returns:
        The event, or None when nothing changed.

    Raises:
        Case.DoesNotExist, StaleCase: see `lock_case`.
        NotAllowed: the role may not change one of the fields.
        Invalid: a value is not one of the taxonomy's, or less secret than the reporter wished.
    """
    case = lock_case(case_id, officer, version)
    wanted = {name: value for name, value in changes.items() if getattr(case, name) != value}
    for name, value in wanted.items():
        _check(case, officer, name, value)
    _bring_along(case, wanted)
    if case.awaits_triage and "fraud" in changes:
        wanted["awaits_triage"] = False  # the complaints team has looked: its word outranks a model's
    if not wanted:
        return None
    before = {name: getattr(case, name) for name in wanted}
    for name, value in wanted.items():
        setattr(case, name, value)
    case.save(update_fields=list(wanted))
    labels = Label.objects.bulk_create(
        Label(case=case, field=name, before=before[name], after=value, officer=officer)
        for name, value in wanted.items()
        if name in LABELLED
    )
    event = events.record(
        "case.edited",
        actor="officer",
        officer=officer,
        case=case,
        labels=[label.pk for label in labels],
        # The summary is text about people: it stays in its label, history keeps codes only.
        changes={name: [before[name], wanted[name]] for name in wanted if name != "summary"},
        fields=list(wanted),
    )
    if "fraud" in wanted:
        fraud_changed(case, officer)
    if wanted.keys() & {"fraud", "report_type"}:
        set_deadline(case)
    return event


def _bring_along(case: Case, wanted: dict[str, Any]) -> None:
    """Changes that follow from others."""
    categories = taxonomy().categories
    if (category := wanted.get("category")) and "unit" not in wanted:
        chosen_by_hand = case.category in categories and case.unit != categories[case.category].unit
        unit = categories[category].unit
        if not chosen_by_hand and unit != case.unit:
            wanted["unit"] = unit
    if wanted.get("fraud") is False and case.fraud_types:
        wanted["fraud_types"] = []
    if wanted.get("fraud_types") and not wanted.get("fraud", case.fraud):
        wanted["fraud"] = True


def _check(case: Case, officer: User, name: str, value: Any) -> None:
    roles = roles_of(officer)
    if not roles & MAY_EDIT.get(name, frozenset()):
        raise NotAllowed(name)
    if name == "fraud" and value is False and TIM_PENGADUAN not in roles:
        raise NotAllowed("unmark_fraud")
    codes = taxonomy()
    known = {
        "report_type": codes.report_types,
        "category": codes.categories,
        "unit": codes.units,
        "confidentiality": Case.Confidentiality.values,
    }
    if name in known and value not in known[name]:
        raise Invalid(name)
    if name == "fraud_types" and not set(value) <= codes.fraud_types.keys():
        raise Invalid(name)
    if name == "summary" and not (0 < len(value) <= 200):
        raise Invalid(name)
    if name == "confidentiality" and _SECRECY.index(value) < _SECRECY.index(Case.Confidentiality(case.confidentiality)):
        raise Invalid("less_secret")  # only the reporter may give up secrecy


@transaction.atomic
def undo_last_edit(case_id: UUID, officer: User, *, version: int) -> Event | None:
    """Take back the officer's own correction while it is the latest thing that happened to the case.

    Raises:
        Case.DoesNotExist, StaleCase: see `lock_case`.
        NotAllowed: the latest event is not a fresh correction by this officer.
    """
    case = lock_case(case_id, officer, version)
    last = Event.objects.filter(case=case, kind__startswith="case.").order_by("-id").first()
    if last is None or not can_undo(last, officer):
        raise NotAllowed("undo")
    labels = Label.objects.filter(case=case, pk__in=last.data["labels"])
    return edit_case(case_id, officer, {label.field: label.before for label in labels}, version=version)


def can_undo(event: Event, officer: User) -> bool:
    """Whether an event is a correction that this officer may still take back."""
    return (
        event.kind == "case.edited"
        and event.officer_id == officer.pk
        and bool(event.data.get("labels"))
        and "fraud" not in event.data.get("fields", ())  # handing a case to another team is not a slip to undo
        and timezone.now() - event.at < UNDO_WITHIN
    )


@transaction.atomic
def assign(case_id: UUID, officer: User, assignee: User | None, *, version: int) -> Event | None:
    """Give a case to an officer who may see it, or to nobody.

    Raises:
        Case.DoesNotExist, StaleCase: see `lock_case`.
        NotAllowed: a `pejabat_penghubung` may only take a case or leave it.
        Invalid: the assignee may not see the case.
    """
    case = lock_case(case_id, officer, version)
    before = case.assignee_id
    if before == (assignee.pk if assignee else None):
        return None
    if not roles_of(officer) & DISTRIBUTORS and officer.pk not in {before, assignee.pk if assignee else None}:
        raise NotAllowed("assign")
    if assignee is not None and not (
        assignee.is_active and Case.objects.visible_to(assignee).filter(pk=case.pk).exists()
    ):
        raise Invalid("assignee")
    case.assignee = assignee
    case.save(update_fields=["assignee"])
    return events.record(
        "case.assigned",
        actor="officer",
        officer=officer,
        case=case,
        before=before,
        after=assignee.pk if assignee else None,
    )


@transaction.atomic
def transition(
    case_id: UUID, officer: User, state: str, *, version: int, reason: str = "", to_reporter: str = ""
) -> Event:
    """Move a case to another state.

    Args:
        state: the new state's code.
        reason: why, for colleagues; required by some transitions.
        to_reporter: words that are sent to the citizen with it.

    Raises:
        Case.DoesNotExist, StaleCase: see `lock_case`.
        NotAllowed: no such transition for this state and role.
        Invalid: the transition needs a reason.
        cases.services.conversations.NotOwner: another officer is talking with the citizen.
    """
    case = lock_case(case_id, officer, version)
    chosen = next((t for t in allowed_transitions(case, roles_of(officer)) if t.to == state), None)
    if chosen is None:
        raise NotAllowed("transition")
    reason = reason.strip()
    if chosen.needs_reason and not reason:
        raise Invalid("reason")
    before, now = case.state, timezone.now()
    case.state = state
    case.closed_at = None if state in Case.OPEN_STATES else now
    case.save(update_fields=["state", "closed_at"])
    deadline = current_deadline(case)
    if deadline is not None:
        deadline.met_at = case.closed_at
        deadline.save(update_fields=["met_at"])
    event = events.record(
        "case.moved", actor="officer", officer=officer, case=case, before=before, after=state, reason=reason[:500]
    )
    if to_reporter.strip():
        tell_reporter(case, officer, to_reporter, key=f"case-moved:{event.pk}")
    return event
