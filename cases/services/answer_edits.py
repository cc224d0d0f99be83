"""Corrections of FAQ answers by officers, live at once and kept with their history."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from cases.managers import ADMIN_INSTANSI, roles_of
from cases.models import Answer, Event
from cases.services import events
from cases.services.answers import MAX_CHARACTERS
from cases.services.cases import Invalid, NotAllowed

KIND = "answer.edited"


class StaleAnswer(Exception):
    """Somebody else saved the answer since the page was made."""


@transaction.atomic
def edit_answer(
    topic: str,
    officer: User,
    *,
    text: str,
    legal_basis: str,
    check_at: str,
    last_checked: date,
    version: int,
) -> Event | None:
    """Replace an answer; the assistant says the new text within seconds.

    Args:
        version: `answer_version` of the page that the officer saw.

    Returns:
        The event, which keeps the former text (answers are public: no personal data), or None when nothing changed.

    Raises:
        Answer.DoesNotExist: no such topic.
        NotAllowed: only `admin_instansi` edits answers.
        Invalid: the text is blank or longer than a phone message may be.
        StaleAnswer: see there.
    """
    if ADMIN_INSTANSI not in roles_of(officer):
        raise NotAllowed("answer")
    answer = Answer.objects.select_for_update().get(pk=topic)
    if answer_version(topic) != version:
        raise StaleAnswer
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise Invalid("blank")
    if len(text) > MAX_CHARACTERS:
        raise Invalid("too_long")
    new = {"text": text, "legal_basis": legal_basis.strip(), "check_at": check_at.strip(), "last_checked": last_checked}
    before = {name: getattr(answer, name) for name in new}
    changed = [name for name in new if new[name] != before[name]]
    if not changed:
        return None
    for name, value in new.items():
        setattr(answer, name, value)
    # Without its seed's hash the answer no longer follows the file: an officer's word outranks a deployment's.
    answer.seed_hash, answer.edited_by, answer.edited_at = "", officer, timezone.now()
    answer.save()
    return events.record(
        KIND, actor="officer", officer=officer, topic=topic, fields=changed, before={"text": before["text"]}
    )


def history_of(topic: str) -> list[Event]:
    """Corrections of an answer, newest first."""
    return list(Event.objects.filter(kind=KIND, data__topic=topic).select_related("officer").order_by("-id")[:20])


def answer_version(topic: str) -> int:
    """The id of the answer's latest correction, 0 when there is none."""
    latest = Event.objects.filter(kind=KIND, data__topic=topic).order_by("-id").values_list("id", flat=True).first()
    return latest or 0
