"""What a report still lacks, and what is worth asking for: at most two questions, none asked twice."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from cases.models import Case

MAX_QUESTIONS = 2


@dataclass(frozen=True)
class Question:
    """One thing to ask for: any of the fields answers it; `keep_as` is the field a short answer becomes."""

    name: str
    fields: tuple[str, ...]
    keep_as: str = ""


WHO = Question("pelaku", ("terlapor",), keep_as="terlapor")
WHERE = Question("tempat", ("instansi", "tempat"), keep_as="tempat")
WHEN = Question("waktu", ("waktu",), keep_as="waktu")
WHO_AND_WHERE = Question("pelaku_tempat", ("terlapor", "instansi", "tempat"))

BY_NAME = {question.name: question for question in (WHO, WHERE, WHEN, WHO_AND_WHERE)}

_NEEDED_BY_CATEGORY = {
    "layanan_aplikasi": (WHEN,),  # an application has no office
    "bukan_kewenangan": (),  # whoever handles it will ask
}


def next_question(case: Case, asked: Collection[str]) -> Question | None:
    """The next question worth asking, or None.

    Args:
        case: the draft, with its fields as last understood.
        asked: names of questions already put to the citizen, answered or not.
    """
    if len(asked) >= MAX_QUESTIONS:
        return None
    known = set(case.fields.values_list("name", flat=True))
    missing = [q for q in _needed(case) if q.name not in asked and not known.intersection(q.fields)]
    if WHO in missing and WHERE in missing:
        return WHO_AND_WHERE if WHO_AND_WHERE.name not in asked else next(iter(missing[2:]), None)
    return next(iter(missing), None)


def _needed(case: Case) -> tuple[Question, ...]:
    if case.report_type != "pengaduan":
        return ()
    if case.fraud:
        return (WHO, WHERE, WHEN)
    return _NEEDED_BY_CATEGORY.get(case.category, (WHERE, WHEN))
