"""A report in the making: one draft per conversation, written over several messages, corrected, sent or discarded.

Every function takes the conversation and the inbound message it acts for, locks the conversation, and does its
work at most once per message: a repeated call answers with what stands. The events it leaves (`draft.*`) are also
its memory of what was asked and chosen, so that a restarted process continues where the citizen is.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from cases.models import Case, Conversation, Event, Message
from cases.ports import Kind
from cases.services import conversations, events, triage
from cases.services.draft_steps import Aside, Outcome, Progress, Stage, Step
from cases.services.draft_writing import advance, append, attach, create, note_privacy, open_draft, set_confidentiality
from cases.services.registration import register
from cases.services.short_answers import (
    asks_whether_needed,
    category_named,
    choice_in,
    is_privacy_wish_only,
    is_short,
    privacy_wish,
    tells_nothing,
)
from cases.taxonomy import taxonomy

__all__ = [
    "adopt", "begin", "cancel", "choose", "go_on", "open_draft", "resume", "stage_of", "start_over", "write",
]  # fmt: skip

RESUME_WITHIN = timedelta(hours=24)
"""How long a discarded draft can be taken up again, and a "batal" is taken to mean the report just sent."""

REPORT_TYPES = {"aspirasi": "aspirasi", "minta_informasi": "permintaan_informasi"}
"""Report type that an intent suggests; everything else starts as a complaint until the model has read it."""

ASIDES = {"terima_kasih": Aside.THANKS, "kasar": Aside.ANGER}
SMALL_TALK = frozenset({"sapa", "pamit", "setuju", *ASIDES})
"""Short messages of these kinds are never part of a story."""

IDLE_WORDS = SMALL_TALK | {"tolak", "mulai_lapor", "penilaian"}
"""... and of these neither, unless they answer a question we put."""

CONFIDENTIALITIES = frozenset(Case.Confidentiality.values)
STALE_CHOICES = frozenset({"lanjutkan_draf", "mulai_baru"})

P = ParamSpec("P")
Operation = Callable[Concatenate[Conversation, Message, P], Step]


def _once(operation: Operation[P]) -> Callable[Concatenate[UUID | str, int, P], Step]:
    """Run in one transaction under the conversation's lock, and only once per message."""

    @wraps(operation)
    def run(conversation_id: UUID | str, message_id: int, *args: P.args, **kwargs: P.kwargs) -> Step:
        with transaction.atomic():
            conversation = conversations.lock(conversation_id)
            done = (
                Event.objects.filter(conversation=conversation, data__message=message_id)
                .filter(kind__startswith="draft.")
                .last()
            )
            if done is not None:
                return _as_it_stands(conversation, done)
            message = conversation.messages.get(pk=message_id)
            return operation(conversation, message, *args, **kwargs)

    return run  # type: ignore[return-value]  # wraps() hides that the first two parameters changed


def stage_of(conversation_id: UUID | str) -> Stage | None:
    """Where the conversation's draft is, or None without one."""
    draft = open_draft(conversation_id)
    return Stage.of(draft) if draft else None


@_once
def begin(conversation: Conversation, message: Message) -> Step:
    """Open a draft and wait for the story; with one open already, go on where it is."""
    if draft := open_draft(conversation.pk):
        return _wait(draft, message, keep=False) if _is_stale(draft) else Step(Outcome.ASK, draft)
    draft = create(conversation, message)
    aside = Aside.PRIVACY if note_privacy(draft, message) else None
    return advance(draft, message, aside=aside)


@_once
def write(conversation: Conversation, message: Message, intent: str = "") -> Step:
    """Take a message as part of the report, or as the answer to what was last asked.

    Args:
        intent: what the assistant is sure the message is, else ""; suggests the kind of a new report, and lets a
            greeting or a plain yes inside a draft be what it is.
    """
    draft = open_draft(conversation.pk)
    if draft is None:
        return append(create(conversation, message, REPORT_TYPES.get(intent, "pengaduan")), message)
    if _is_stale(draft):
        return _write_to_stale(draft, message, intent)
    if choice := _choice(draft, message, intent):
        return _choose(draft, message, choice)
    if _is_idle(draft, message, intent):
        return _go_on(draft, message, ASIDES.get(intent))
    if not draft.text and not _is_file(message) and tells_nothing(message.text):
        note_privacy(draft, message)
        return Step(Outcome.ASK, draft, again=True)
    if Stage.of(draft) == Stage.LENGKAPI and asks_whether_needed(message.text):
        return Step(Outcome.ASK, draft, aside=Aside.OPTIONAL)
    return append(draft, message)


@_once
def go_on(conversation: Conversation, message: Message) -> Step:
    """Back to the open question, after something else was answered."""
    draft = open_draft(conversation.pk)
    if draft is None:
        return Step(Outcome.NO_DRAFT)
    return Step(Outcome.STALE, draft) if _is_stale(draft) else _go_on(draft, message)


@_once
def adopt(conversation: Conversation, message: Message) -> Step:
    """Make the citizen's last written message before this one the beginning of a report (or part of the open one)."""
    written = (
        conversation.messages.filter(author=Message.Author.CITIZEN, payload="", case=None, pk__lt=message.pk)
        .exclude(text="")
        .last()
    )
    draft = open_draft(conversation.pk) or create(conversation, message)
    if written is None:
        return advance(draft, message)
    attach(draft, written)
    step = advance(draft, message)
    events.record("draft.adopted", actor="citizen", case=draft, message=message.pk)
    return step


@_once
def choose(conversation: Conversation, message: Message, choice: str) -> Step:
    """Act on a pressed button: kirim, ubah, lewati, anonim, kategori:<code> ... as in the lexicon.

    Without an open draft nothing happens, and the step says so.
    """
    draft = open_draft(conversation.pk)
    if draft is None:
        latest = conversation.cases.filter(number__isnull=False).order_by("-submitted_at").first()
        if latest is None:
            return Step(Outcome.NO_DRAFT)
        return Step(Outcome.ALREADY_SENT if choice == "kirim" else Outcome.CLOSED, latest)
    return _choose(draft, message, choice)


@_once
def cancel(conversation: Conversation, message: Message) -> Step:
    """Discard the draft; `resume` takes it up again for a day."""
    draft = open_draft(conversation.pk)
    if draft is None:
        sent = conversation.cases.filter(number__isnull=False, submitted_at__gte=timezone.now() - RESUME_WITHIN)
        latest = sent.order_by("-submitted_at").first()
        return Step(Outcome.CLOSED, latest) if latest else Step(Outcome.NO_DRAFT)
    _discard(draft, message)
    return Step(Outcome.CANCELLED, draft)


@_once
def resume(conversation: Conversation, message: Message) -> Step:
    """Take up the last discarded draft again, or go on with the open one and what was written to it meanwhile."""
    if draft := open_draft(conversation.pk):
        return _continue(draft, message)
    discarded = (
        conversation.cases.filter(
            state=Case.State.DIBATALKAN, number=None, closed_at__gte=timezone.now() - RESUME_WITHIN
        )
        .order_by("-closed_at")
        .first()
    )
    if discarded is None:
        return Step(Outcome.NO_DRAFT)
    discarded.state, discarded.closed_at = Case.State.DRAF, None
    discarded.save(update_fields=["state", "closed_at"])
    events.record("draft.resumed", actor="citizen", case=discarded, message=message.pk)
    return Step(Outcome.ASK, discarded)


@_once
def start_over(conversation: Conversation, message: Message) -> Step:
    """Discard a draft left long ago and begin a new one with what was written since."""
    old = open_draft(conversation.pk)
    return _replace(old, message) if old else advance(create(conversation, message), message)


def _as_it_stands(conversation: Conversation, done: Event) -> Step:
    """The answer to a message that was acted on before."""
    if done.kind == "draft.submitted":
        return Step(Outcome.SUBMITTED, done.case)
    if done.kind == "draft.cancelled":
        return Step(Outcome.CANCELLED, done.case)
    if done.kind in ("draft.waiting", "draft.written"):
        return Step(Outcome.STALE if done.kind == "draft.waiting" else Outcome.LISTEN, done.case)
    draft = open_draft(conversation.pk)
    return Step(Outcome.ASK, draft) if draft else Step(Outcome.NO_DRAFT)


def _is_stale(draft: Case) -> bool:
    return bool(draft.text) and Progress.of(draft).is_stale(timezone.now())


def _write_to_stale(draft: Case, message: Message, intent: str) -> Step:
    """A message to a draft that was left long ago: kept aside until the citizen has said what it belongs to."""
    choice = "" if _is_file(message) else choice_in(message.text, STALE_CHOICES)
    if choice == "lanjutkan_draf":
        return _continue(draft, message)
    if choice == "mulai_baru":
        return _replace(draft, message)
    return _wait(draft, message, keep=not (intent in IDLE_WORDS and is_short(message.text)))


def _wait(draft: Case, message: Message, *, keep: bool) -> Step:
    if keep and message.text.strip():
        triage.guard(draft, message.text)
    events.record("draft.waiting", actor="citizen", case=draft, message=message.pk, keep=keep)
    return Step(Outcome.STALE, draft)


def _continue(draft: Case, message: Message) -> Step:
    """Go on with an open draft; messages kept aside become part of it."""
    waiting = _waiting(draft)
    for written in waiting:
        attach(draft, written)
    events.record("draft.resumed", actor="citizen", case=draft, message=message.pk)
    if not waiting and Stage.of(draft) == Stage.LENGKAPI:
        return Step(Outcome.ASK, draft)  # the open question is put again, and counts once
    return advance(draft, message)


def _replace(old: Case, message: Message) -> Step:
    waiting = _waiting(old)
    _discard(old, message)
    draft = create(old.conversation, message)
    for written in waiting:
        attach(draft, written)
    return advance(draft, message)


def _waiting(draft: Case) -> list[Message]:
    kept = Progress.of(draft).waiting
    return list(draft.conversation.messages.filter(pk__in=kept, case=None).order_by("pk"))


def _discard(draft: Case, message: Message) -> None:
    draft.state, draft.closed_at = Case.State.DIBATALKAN, timezone.now()
    draft.save(update_fields=["state", "closed_at"])
    events.record("draft.cancelled", actor="citizen", case=draft, message=message.pk)


def _is_idle(draft: Case, message: Message, intent: str) -> bool:
    idle = SMALL_TALK if Stage.of(draft) == Stage.LENGKAPI else IDLE_WORDS
    return intent in idle and is_short(message.text) and not _is_file(message)


def _go_on(draft: Case, message: Message, aside: Aside | None = None) -> Step:
    """The open question again; or the first one, when the citizen had not finished writing before."""
    if Progress.of(draft).listening:
        return advance(draft, message, aside=aside)
    return Step(Outcome.ASK, draft, again=True, aside=aside)


def _choice(draft: Case, message: Message, intent: str) -> str:
    """What a typed message chooses among the things on offer, or ""."""
    stage = Stage.of(draft)
    if _is_file(message):
        return ""
    if choice := choice_in(message.text, stage.choices):
        return choice
    if stage == Stage.KATEGORI and (code := category_named(message.text)):
        return f"kategori:{code}"
    if draft.text and is_privacy_wish_only(message.text):
        return privacy_wish(message.text)
    if is_short(message.text):
        return stage.meaning_of(intent)
    return ""


def _choose(draft: Case, message: Message, choice: str) -> Step:
    kind, _, value = choice.partition(":")
    if kind == "kirim":
        return _submit(draft, message)
    if kind == "selesai":
        return advance(draft, message)
    if kind == "kategori":
        return _set_category(draft, message, value)
    if kind in CONFIDENTIALITIES:
        set_confidentiality(draft, message, kind)
        return _after_privacy(draft, message)
    if kind == "lewati":
        return _skip(draft, message)
    return _correct(draft, message, kind)


def _submit(draft: Case, message: Message) -> Step:
    if Stage.of(draft) not in (Stage.TINJAU, Stage.UBAH, Stage.KATEGORI) or not draft.text:
        return advance(draft, message)  # an old button: nothing is sent that was not shown
    register(draft, message)
    return Step(Outcome.SUBMITTED, draft)


def _set_category(draft: Case, message: Message, code: str) -> Step:
    if code in taxonomy().categories and code != draft.category:
        events.record(
            "draft.corrected",
            actor="citizen",
            case=draft,
            message=message.pk,
            field="category",
            before=draft.category,
            after=code,
        )
        draft.category, draft.unit = code, triage.unit_for(code)
        draft.save(update_fields=["category", "unit"])
    return advance(draft, message)


def _after_privacy(draft: Case, message: Message) -> Step:
    """Chosen while another question is open: that question stays, and is not counted twice."""
    if Stage.of(draft) == Stage.LENGKAPI:
        return Step(Outcome.ASK, draft, aside=Aside.PRIVACY)
    return advance(draft, message)


def _skip(draft: Case, message: Message) -> Step:
    """Leave a question unanswered; an unanswered choice of confidentiality means an ordinary report."""
    if Stage.of(draft) == Stage.KERAHASIAAN:
        set_confidentiality(draft, message, draft.confidentiality)
        return advance(draft, message)
    events.record("draft.skipped", actor="citizen", case=draft, message=message.pk, about=Progress.of(draft).asking)
    return advance(draft, message)


def _correct(draft: Case, message: Message, kind: str) -> Step:
    """Go to the place where the wanted correction is made."""
    if kind == "tulis_ulang":
        draft.text, draft.summary = "", ""
        draft.fields.all().delete()
        draft.predictions.all().delete()
        events.record("draft.rewritten", actor="citizen", case=draft)
    stage = {
        "ubah": Stage.UBAH,
        "ubah_kategori": Stage.KATEGORI,
        "ubah_kerahasiaan": Stage.KERAHASIAAN,
        "tambah_cerita": Stage.CERITA,
        "tulis_ulang": Stage.CERITA,
    }[kind]
    draft.draft_stage = stage
    draft.save(update_fields=["draft_stage", "text", "summary"])
    events.record("draft.stage", actor="citizen", case=draft, message=message.pk, stage=stage.value)
    return Step(Outcome.ASK, draft)


def _is_file(message: Message) -> bool:
    return message.kind not in (Kind.TEXT.value, Kind.BUTTON.value, Kind.COMMAND.value)
