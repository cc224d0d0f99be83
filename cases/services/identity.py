"""Who may learn who the reporter is.

An anonymous reporter is shown to nobody; a confidential one to `tim_pengaduan` and to the officer who was given
the case. Phone numbers are masked until someone asks for one, and the asking is recorded.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction

from cases.managers import TIM_PENGADUAN, roles_of
from cases.models import Case, Conversation
from cases.services import events

ANONYMOUS, CONFIDENTIAL = Case.Confidentiality.ANONIM, Case.Confidentiality.RAHASIA


class IdentityHidden(Exception):
    """This officer may not learn who the reporter is."""


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What a page may show of a reporter. `name` is blank when unknown or hidden."""

    level: str  # a value of Case.Confidentiality: the strictest of the conversation's cases
    hidden: bool
    name: str = ""
    address: str = ""  # masked unless revealed


def mask_address(address: str) -> str:
    """Keep the country code and the last three digits: `+62 ••• ••• 123`."""
    digits = "".join(character for character in address if character.isdigit())
    start = "+62 " if digits.startswith("62") else ""
    return f"{start}••• ••• {digits[-3:]}" if len(digits) > 5 else "•••"


def level_of(cases: Iterable[Case]) -> str:
    """The strictest wish among a conversation's cases: they all come from one person."""
    wishes = {case.confidentiality for case in cases}
    return next((level for level in (ANONYMOUS, CONFIDENTIAL) if level in wishes), Case.Confidentiality.BIASA)


def identity_of(conversation: Conversation, viewer: User, cases: Iterable[Case] | None = None) -> Identity:
    """What `viewer` may see of the person behind a conversation that they may read.

    Args:
        conversation: with its citizen loaded.
        viewer: the officer.
        cases: all cases of the conversation, when the caller has them already.
    """
    known = list(conversation.cases.all() if cases is None else cases)
    level = level_of(known)
    if not _may_know(level, viewer, known):
        return Identity(level=level, hidden=True)
    citizen = conversation.citizen
    return Identity(level=level, hidden=False, name=citizen.name, address=mask_address(citizen.address))


@transaction.atomic
def reveal_address(conversation: Conversation, viewer: User) -> str:
    """The reporter's full address; who asked is recorded.

    Raises:
        IdentityHidden: the reporter's wish forbids it.
    """
    known = list(conversation.cases.all())
    if not _may_know(level_of(known), viewer, known):
        raise IdentityHidden
    events.record("identity.revealed", actor="officer", officer=viewer, conversation=conversation)
    address: str = conversation.citizen.address
    return address


def _may_know(level: str, viewer: User, cases: Iterable[Case]) -> bool:
    if level == ANONYMOUS:
        return False
    if level != CONFIDENTIAL or TIM_PENGADUAN in roles_of(viewer):
        return True
    return all(case.assignee_id == viewer.pk for case in cases if case.confidentiality == CONFIDENTIAL)
