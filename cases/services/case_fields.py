"""Facts of a case (who, where, when, how much ...), corrected by officers."""

from __future__ import annotations

import re
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction

from cases.models import Case, CaseField, Event, Label
from cases.services import events
from cases.services.cases import Invalid, lock_case

FIELD_NAMES = (
    "terlapor",
    "instansi",
    "tempat",
    "waktu",
    "jumlah_uang",
    "nip",
    "nik",
    "telepon",
    "nomor_dokumen",
    "pangkat",
)
"""The names that the extractor knows; officers add no others, so that labels stay training data."""

MAX_VALUE = 300


@transaction.atomic
def save_field(
    case_id: UUID, officer: User, *, field_id: int | None, name: str, value: str, version: int
) -> Event | None:
    """Correct a field, add one (`field_id` None), or remove it (blank value).

    The span follows the new value when the citizen's text contains it.

    Raises:
        Case.DoesNotExist, StaleCase: see `cases.services.cases.lock_case`.
        CaseField.DoesNotExist: the field is not (any more) one of this case.
        Invalid: an unknown name, a value too long, or nothing to add.
    """
    case = lock_case(case_id, officer, version)
    value = " ".join(value.split())
    if len(value) > MAX_VALUE:
        raise Invalid("too_long")
    field = case.fields.get(pk=field_id) if field_id is not None else None
    before = field.value if field else None
    name = field.name if field else name
    if name not in FIELD_NAMES:
        raise Invalid("field")
    if field is None and not value:
        raise Invalid("blank")
    if value == before:
        return None
    _write(case, field, name, value)
    label = Label.objects.create(
        case=case, field=f"field:{name}"[:40], before=before, after=value or None, officer=officer
    )
    verb = "added" if before is None else "changed" if value else "removed"
    return events.record(
        "case.field_edited", actor="officer", officer=officer, case=case, name=name, verb=verb, labels=[label.pk]
    )


def _write(case: Case, field: CaseField | None, name: str, value: str) -> None:
    if not value:
        if field is not None:
            field.delete()
        return
    found = re.search(re.escape(value), case.text, re.IGNORECASE)
    span = found.span() if found else (None, None)
    row = field or CaseField(case=case, name=name)
    row.value, row.source = value, CaseField.Source.OFFICER
    row.start, row.end = span
    row.save()
