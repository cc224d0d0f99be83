"""Where a draft is, what it has been through, and what the citizen is to hear next."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cases.models import Attachment, Case, Message
from cases.ports import Kind


class Stage(StrEnum):
    """What the assistant last asked for."""

    CERITA = "cerita"
    LENGKAPI = "lengkapi"
    KERAHASIAAN = "kerahasiaan"
    TINJAU = "tinjau"
    UBAH = "ubah"
    KATEGORI = "kategori"

    @classmethod
    def of(cls, draft: Case) -> Stage:
        """The stage of a draft."""
        return cls(draft.draft_stage or cls.CERITA)

    @property
    def choices(self) -> frozenset[str]:
        """Short typed answers that make sense here (names in the lexicon)."""
        return _CHOICES[self]

    def meaning_of(self, intent: str) -> str:
        """What a plain yes or no means here, or ""."""
        return _MEANINGS.get((self, intent), "")


_PRIVACY = frozenset({"anonim", "rahasia", "biasa"})
_ANYWHERE = frozenset({"kirim", "ubah", "ubah_kategori", "tambah_cerita", "tulis_ulang", "ubah_kerahasiaan"})
_CHOICES = {
    Stage.CERITA: frozenset({"kirim", "selesai", "tulis_ulang"}),
    Stage.LENGKAPI: _ANYWHERE | {"lewati"},
    Stage.KERAHASIAAN: _ANYWHERE | _PRIVACY | {"lewati"},
    Stage.TINJAU: _ANYWHERE | _PRIVACY,
    Stage.UBAH: _ANYWHERE | _PRIVACY | {"selesai"},
    Stage.KATEGORI: _ANYWHERE | {"selesai"},
}
_MEANINGS = {
    (Stage.LENGKAPI, "tolak"): "lewati",
    (Stage.KERAHASIAAN, "tolak"): "biasa",
    (Stage.TINJAU, "setuju"): "kirim",
    (Stage.TINJAU, "tolak"): "ubah",
}


class Outcome(StrEnum):
    """What an operation on a draft led to."""

    ASK = "ask"  # the draft is open: put its stage's question
    SUBMITTED = "submitted"
    ALREADY_SENT = "already_sent"  # the button of a report that is registered already
    CANCELLED = "cancelled"
    NO_DRAFT = "no_draft"


@dataclass(frozen=True)
class Step:
    """What to tell the citizen.

    `news` is true when this message changed what the report is about; `assured` when the citizen has been told
    before who reads a confidential report.
    """

    outcome: Outcome
    case: Case | None = None
    news: bool = False
    assured: bool = True


@dataclass(frozen=True)
class Progress:
    """What was asked and chosen so far, read from the draft's events."""

    asked: tuple[str, ...]
    confidentiality_chosen: bool
    corrected: frozenset[str]
    assured: bool

    @classmethod
    def of(cls, draft: Case) -> Progress:
        """Read a draft's history."""
        rows = list(draft.events.order_by("id").values_list("kind", "data"))
        return cls(
            asked=tuple(data["about"] for kind, data in rows if kind == "draft.asked"),
            confidentiality_chosen=any(kind == "draft.confidentiality" for kind, _ in rows),
            corrected=frozenset(data["field"] for kind, data in rows if kind == "draft.corrected"),
            assured=any(kind == "draft.stage" and data["stage"] == Stage.KERAHASIAAN for kind, data in rows),
        )

    @property
    def asking(self) -> str:
        """Name of the question put last, or ""."""
        return self.asked[-1] if self.asked else ""


def attachment_count(case: Case) -> int:
    """Files and shared locations that came with a report."""
    files = Attachment.objects.filter(message__case=case).count()
    return files + Message.objects.filter(case=case, kind=Kind.LOCATION.value).count()
