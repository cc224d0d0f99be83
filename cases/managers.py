"""Who may see what: the one place where visibility is decided.

Every list, count, search, export and single look-up starts from `visible_to`, so a fraud case cannot leak
through a page that forgot to ask.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from cases.models import Case, Conversation  # noqa: F401 - named in the strings below


ADMIN_INSTANSI = "admin_instansi"
PEJABAT_PENGHUBUNG = "pejabat_penghubung"
TIM_PENGADUAN = "tim_pengaduan"
PIMPINAN = "pimpinan"
TIM_DATA = "tim_data"

UNGUARDED = Q(fraud=False, awaits_triage=False)
"""Cases that others than `tim_pengaduan` may see: what no model has read yet could be a report of fraud."""


def roles_of(user: User | AnonymousUser) -> frozenset[str]:
    """Role codes of an officer. A superuser gets no role from being one: accounts are not case workers."""
    if not user.is_authenticated:
        return frozenset()
    cached: frozenset[str] | None = getattr(user, "_sigap_roles", None)
    if cached is None:
        cached = frozenset(user.groups.values_list("name", flat=True))
        user._sigap_roles = cached  # type: ignore[attr-defined]
    return cached


def _unit_of(user: Any) -> str:
    profile = getattr(user, "officer", None)
    return profile.unit if profile else ""


class CaseQuerySet(models.QuerySet["Case"]):
    """Cases, narrowed by who asks."""

    def submitted(self) -> CaseQuerySet:
        """Cases with a number: not drafts, not cancelled drafts."""
        return self.filter(number__isnull=False)

    def visible_to(self, user: User | AnonymousUser) -> CaseQuerySet:
        """Cases that this officer may open.

        `tim_pengaduan` sees fraud cases, cases that wait for triage, and everything else; `admin_instansi` every
        case that is neither; `pejabat_penghubung` those of its own unit; other roles none.
        """
        roles = roles_of(user)
        if TIM_PENGADUAN in roles:
            return self.all()
        allowed = Q(pk__in=[])
        if ADMIN_INSTANSI in roles:
            allowed |= UNGUARDED
        if PEJABAT_PENGHUBUNG in roles and (unit := _unit_of(user)):
            allowed |= UNGUARDED & Q(unit=unit)
        return self.filter(allowed)


class ConversationQuerySet(models.QuerySet["Conversation"]):
    """Conversations, narrowed by who asks."""

    def visible_to(self, user: User | AnonymousUser) -> ConversationQuerySet:
        """Conversations that this officer may read.

        One that ever carried a fraud indication is for `tim_pengaduan` alone, whatever else it holds: the
        transcript names the reporter. So is one with a report that waits for triage, until it has been read.
        `pejabat_penghubung` reads those with a registered case of its unit: a draft was sent to nobody.
        """
        roles = roles_of(user)
        if TIM_PENGADUAN in roles:
            return self.all()
        clean = Q(fraud_suspected=False) & Q(~models.Exists(self._cases().exclude(UNGUARDED)))
        allowed = Q(pk__in=[])
        if ADMIN_INSTANSI in roles:
            allowed |= clean
        if PEJABAT_PENGHUBUNG in roles and (unit := _unit_of(user)):
            allowed |= clean & Q(models.Exists(self._cases().filter(unit=unit, number__isnull=False)))
        return self.filter(allowed)

    @staticmethod
    def _cases() -> Any:
        from cases.models import Case

        return Case.objects.filter(conversation=models.OuterRef("pk"))
