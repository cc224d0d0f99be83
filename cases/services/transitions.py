"""Which state follows which, and who may say so."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from cases.managers import ADMIN_INSTANSI, PEJABAT_PENGHUBUNG, TIM_PENGADUAN
from cases.models import Case

_S = Case.State
_DISTRIBUTORS = frozenset({ADMIN_INSTANSI, TIM_PENGADUAN})
_WORKERS = _DISTRIBUTORS | {PEJABAT_PENGHUBUNG}


@dataclass(frozen=True, kw_only=True)
class Transition:
    """One step a case can take. `tells_reporter`: the page offers to write to the citizen along with it."""

    start: str
    to: str
    roles: frozenset[str]
    needs_reason: bool = False
    tells_reporter: bool = False


TRANSITIONS: tuple[Transition, ...] = (
    Transition(start=_S.BARU, to=_S.DIVERIFIKASI, roles=_DISTRIBUTORS),
    Transition(start=_S.BARU, to=_S.DITOLAK, roles=_DISTRIBUTORS, needs_reason=True, tells_reporter=True),
    Transition(start=_S.DIVERIFIKASI, to=_S.DIPROSES, roles=_WORKERS),
    Transition(start=_S.DIVERIFIKASI, to=_S.DITOLAK, roles=_DISTRIBUTORS, needs_reason=True, tells_reporter=True),
    Transition(start=_S.DIPROSES, to=_S.SELESAI, roles=_WORKERS, needs_reason=True, tells_reporter=True),
    Transition(start=_S.DIPROSES, to=_S.DIVERIFIKASI, roles=_WORKERS, needs_reason=True),
    Transition(start=_S.SELESAI, to=_S.DIPROSES, roles=_DISTRIBUTORS, needs_reason=True),
    Transition(start=_S.DITOLAK, to=_S.DIVERIFIKASI, roles=_DISTRIBUTORS, needs_reason=True),
)
"""Verification before work, a reason before every refusal, closing and step back (PermenPANRB 62/2018, SP4N)."""


def allowed_transitions(case: Case, roles: Set[str]) -> tuple[Transition, ...]:
    """The steps that somebody with these roles may take from where the case is."""
    return tuple(t for t in TRANSITIONS if t.start == case.state and t.roles & roles)
