"""History in sentences: what an event says to people."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from cases.models import Event
from desk import labels


@dataclass(frozen=True)
class Entry:
    """One line of the timeline."""

    who: str
    what: str
    note: str
    at: datetime
    icon: str
    pk: int


def entries(events: Iterable[Event]) -> list[Entry]:
    """Events as lines, in the given order; assignees' names are looked up once."""
    found = list(events)
    pks = {pk for event in found if event.kind == "case.assigned" for pk in (event.data.get("after"),) if pk}
    names = {user.pk: name_of(user) for user in User.objects.filter(pk__in=pks)} if pks else {}
    return [_entry(event, names) for event in found]


def name_of(officer: User | None) -> str:
    """An officer's name as colleagues know it."""
    return labels.officer(officer) or _("Sistem")


def _entry(event: Event, names: dict[int, str]) -> Entry:
    who = name_of(event.officer) if event.officer else labels.of(labels.ACTORS, event.actor)
    describe = _SENTENCES.get(event.kind)
    what = describe(event.data, names) if describe else event.kind
    return Entry(who, what, str(event.data.get("reason") or ""), event.at, _ICONS.get(event.kind, "dot"), event.pk)


def _edited(data: dict[str, Any], names: dict[int, str]) -> str:
    parts = []
    for name in data.get("fields", ()):
        label = labels.of(labels.PROPERTIES, name)
        change = data.get("changes", {}).get(name)
        if change is None:
            parts.append(_("memperbaiki %(field)s") % {"field": label.lower()})
        else:
            before, after = (labels.value(name, item) for item in change)
            values = {"field": label.lower(), "before": before, "after": after}
            parts.append(_("mengubah %(field)s dari %(before)s menjadi %(after)s") % values)
    return "; ".join(parts)


def _moved(data: dict[str, Any], names: dict[int, str]) -> str:
    return _("memindahkan status dari %(before)s ke %(after)s") % {
        "before": labels.state(data.get("before", "")),
        "after": labels.state(data.get("after", "")),
    }


def _assigned(data: dict[str, Any], names: dict[int, str]) -> str:
    after = data.get("after")
    if after is None:
        return _("melepas petugas dari laporan")
    return _("menugaskan laporan kepada %(name)s") % {"name": names.get(after, "?")}


def _field_edited(data: dict[str, Any], names: dict[int, str]) -> str:
    sentences = {
        "added": _("menambah data %(field)s"),
        "changed": _("memperbaiki data %(field)s"),
        "removed": _("menghapus data %(field)s"),
    }
    return sentences[data["verb"]] % {"field": labels.of(labels.FIELDS, data["name"])}


def _plain(sentence: str) -> Callable[[dict[str, Any], dict[int, str]], str]:
    return lambda data, names: _(sentence)


def N_(text: str) -> str:
    """Mark for translation here, translate when shown."""
    return text


_SENTENCES: dict[str, Callable[[dict[str, Any], dict[int, str]], str]] = {
    "case.submitted": _plain(N_("mengirim laporan")),
    "draft.submitted": _plain(N_("menyetujui isi laporan")),
    "case.triaged": _plain(N_("mengisi tiket dengan model")),
    "case.edited": _edited,
    "case.moved": _moved,
    "case.assigned": _assigned,
    "case.field_edited": _field_edited,
    "draft.started": _plain(N_("mulai menyusun laporan")),
    "draft.written": _plain(N_("menulis isi laporan")),
    "draft.confidentiality": _plain(N_("memilih kerahasiaan")),
    "draft.corrected": _plain(N_("memperbaiki isian laporan")),
    "draft.rewritten": _plain(N_("menulis ulang laporan")),
    "draft.cancelled": _plain(N_("membatalkan laporan")),
    "draft.resumed": _plain(N_("melanjutkan laporan")),
    "draft.triaged": _plain(N_("mengisi tiket dengan model")),
    "draft.triage_unavailable": _plain(N_("belum dapat menilai laporan: model tidak tersedia")),
    "conversation.flagged": _plain(N_("meminta bantuan petugas")),
    "conversation.unflagged": _plain(N_("menutup permintaan bantuan petugas")),
    "conversation.taken_over": _plain(N_("mengambil alih percakapan")),
    "conversation.returned": _plain(N_("mengembalikan percakapan kepada asisten")),
    "conversation.relieved": _plain(N_("menggantikan rekan yang menjawab percakapan")),
    "conversation.withdrawn": _plain(N_("melepas percakapan dari petugas yang tidak lagi berwenang")),
    "conversation.rated": _plain(N_("memberi penilaian")),
    "conversation.fraud_suspected": _plain(N_("menutup percakapan bagi petugas lain")),
    "conversation.fraud_withdrawn": _plain(N_("membuka kembali percakapan bagi petugas lain")),
    "identity.revealed": _plain(N_("melihat nomor pelapor")),
    "attachment.opened": _plain(N_("membuka lampiran")),
    "delivery.failed": _plain(N_("gagal mengirim pesan")),
    "answer.edited": _plain(N_("mengubah jawaban")),
}
_ICONS = {
    "case.submitted": "inbox",
    "case.triaged": "model",
    "case.edited": "pencil",
    "case.field_edited": "pencil",
    "case.moved": "arrow",
    "case.assigned": "user",
    "conversation.flagged": "hand",
    "conversation.taken_over": "headset",
    "conversation.relieved": "headset",
    "conversation.returned": "bot",
    "identity.revealed": "eye",
    "attachment.opened": "clip",
    "delivery.failed": "warn",
}
TIMELINE_HIDDEN = (
    *("draft.asked", "draft.stage", "draft.skipped", "draft.adopted", "draft.waiting"),
    "status.wrong_number",
)
"""Steps of the assistant's own bookkeeping, of no interest to officers."""
