"""What every page of the desk knows: the officer's sections and roles, and what waits for somebody."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from cases.managers import roles_of
from desk import labels
from desk.access import CASE_WORK, sections_for


def desk(request: HttpRequest) -> dict[str, Any]:
    """Template context; queries run only for pages that use them."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {
        "sections": SimpleLazyObject(lambda: sections_for(user)),
        "role_names": SimpleLazyObject(lambda: ", ".join(labels.of(labels.ROLES, r) for r in sorted(roles_of(user)))),
        "waiting": SimpleLazyObject(lambda: waiting_for(user)),
    }


def waiting_for(user: Any) -> int:
    """How many conversations ask for an officer, of those the user may read."""
    from cases.models import Conversation

    if not roles_of(user) & CASE_WORK:
        return 0
    return Conversation.objects.visible_to(user).filter(flagged_at__isnull=False).count()
