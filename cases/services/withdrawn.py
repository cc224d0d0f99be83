"""Facts that the citizen takes back: "bukan Pak Budi tapi Pak Bambang", "5 juta, bukan 3 juta"."""

from __future__ import annotations

import re

from cases.models import Case, CaseField

_TAKEN_BACK = re.compile(r"\b(?:bukan|bkn|bukannya|not)\s+(?:(?:pak|bapak|bpk|bu|ibu|sdr|saudara|rp)\b\.?\s*)*$", re.I)
_LOOK_BACK = 40  # characters


def drop_withdrawn(draft: Case) -> None:
    """Remove from a draft every fact, and all its repetitions, that the text says is not so."""
    fields = list(draft.fields.filter(start__isnull=False))
    taken_back = {
        _key(f) for f in fields if _TAKEN_BACK.search(draft.text[max(0, (f.start or 0) - _LOOK_BACK) : f.start])
    }
    if taken_back:
        draft.fields.filter(pk__in=[f.pk for f in fields if _key(f) in taken_back]).delete()


def _key(field: CaseField) -> tuple[str, str]:
    return field.name, " ".join(field.value.casefold().split())
