"""Writing history."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User

from cases.models import Case, Conversation, Event


def record(
    kind: str,
    *,
    actor: str,
    officer: User | None = None,
    case: Case | None = None,
    conversation: Conversation | None = None,
    **data: Any,
) -> Event:
    """Append one event in the caller's transaction.

    Args:
        kind: dotted name, noun first: `case.submitted`.
        actor: citizen, assistant, officer or system.
        data: JSON-able details; codes and ids, never message text or addresses.
    """
    if case is not None and conversation is None:
        conversation = case.conversation
    return Event.objects.create(
        kind=kind, actor=actor, officer=officer, case=case, conversation=conversation, data=data
    )
