"""Where a draft is, what it has been through, and what the citizen is to hear next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from cases.models import Attachment, Case, Message
from cases.ports import Kind

STALE_AFTER = timedelta(hours=24)
"""After so long nothing is added to a draft, or sent, before the citizen has said that it goes on."""


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
    Stage.LENGKAPI: _ANYWHERE | {"lewati", "selesai"},
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
    LISTEN = "listen"  # the citizen is still writing: say nothing yet
    STALE = "stale"  # the draft was left long ago: ask whether it goes on
    SUBMITTED = "submitted"
    ALREADY_SENT = "already_sent"  # the button of a report that is registered already
    CLOSED = "closed"  # something to change or discard, but the report is registered already
    CANCELLED = "cancelled"
    NO_DRAFT = "no_draft"


class Aside(StrEnum):
    """What is said before the question, so that nobody feels unheard."""

    ADDED = "added"  # what was written belongs to the report now
    THANKS = "thanks"
    ANGER = "anger"
    PRIVACY = "privacy"  # who may know the reporter is settled
    OPTIONAL = "optional"  # asked whether the question must be answered
    QUESTION = "question"  # a question we cannot answer is kept for the officer


@dataclass(frozen=True)
class Step:
    """What to tell the citizen.

    `news` is true when what the report is understood to be about was not told before; `assured` when the citizen has
    been told who reads a confidential report; `again` when the same question was the last one put.
    """

    outcome: Outcome
    case: Case | None = None
    news: bool = False
    assured: bool = True
    again: bool = False
    aside: Aside | None = None


_ASKING = ("draft.asked", "draft.stage")


@dataclass(frozen=True)
class Progress:
    """What was asked and chosen so far, read from the draft's events."""

    asked: tuple[str, ...]
    confidentiality_chosen: bool
    corrected: frozenset[str]
    assured: bool
    told: str  # what the report was last said to be about
    waiting: tuple[int, ...]  # messages written to a draft that was left long ago, not yet part of it
    listening: bool  # the last message was taken without a word
    touched_at: datetime | None

    @classmethod
    def of(cls, draft: Case) -> Progress:
        """Read a draft's history."""
        history = list(draft.events.filter(kind__startswith="draft.").order_by("id"))
        rows = [(event.kind, event.data) for event in history]
        asked_at = [i for i, (kind, _) in enumerate(rows) if kind in _ASKING]
        since = rows[asked_at[-1] + 1 :] if asked_at else rows
        return cls(
            asked=tuple(data["about"] for kind, data in rows if kind == "draft.asked"),
            confidentiality_chosen=any(kind == "draft.confidentiality" for kind, _ in rows),
            corrected=frozenset(data["field"] for kind, data in rows if kind == "draft.corrected"),
            assured=any(kind == "draft.stage" and data["stage"] == Stage.KERAHASIAAN for kind, data in rows),
            told=next((data["told"] for _, data in reversed(rows) if data.get("told")), ""),
            waiting=tuple(data["message"] for kind, data in since if kind == "draft.waiting" and data["keep"]),
            listening=any(kind == "draft.written" for kind, _ in since),
            touched_at=next((e.at for e in reversed(history) if e.kind != "draft.waiting"), None),
        )

    def is_stale(self, now: datetime) -> bool:
        """Whether the draft was left so long ago that it needs a question first."""
        return self.touched_at is not None and now - self.touched_at >= STALE_AFTER

    @property
    def asking(self) -> str:
        """Name of the question put last, or ""."""
        return self.asked[-1] if self.asked else ""


def attachment_count(case: Case) -> int:
    """Files and shared locations that came with a report."""
    files = Attachment.objects.filter(message__case=case).count()
    return files + Message.objects.filter(case=case, kind=Kind.LOCATION.value).count()
