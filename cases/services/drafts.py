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

from cases.models import Case, CaseField, Conversation, Event, Message
from cases.ports import Kind
from cases.services import conversations, events, triage
from cases.services.draft_steps import Outcome, Progress, Stage, Step
from cases.services.questions import BY_NAME, next_question
from cases.services.registration import register
from cases.services.short_answers import choice_in, is_short
from cases.taxonomy import taxonomy

RESUME_WITHIN = timedelta(hours=24)
"""How long a discarded draft can be taken up again."""

LOOSE_FILES_WITHIN = timedelta(minutes=30)
"""Files sent this long before a report is begun belong to it."""

REPORT_TYPES = {"aspirasi": "aspirasi", "minta_informasi": "permintaan_informasi"}
"""Report type that an intent suggests; everything else starts as a complaint until the model has read it."""

SMALL_TALK = frozenset({"sapa", "terima_kasih", "pamit", "setuju"})
"""Short messages of these kinds are never part of a story."""

IDLE_WORDS = SMALL_TALK | {"tolak", "mulai_lapor", "penilaian"}
"""... and of these neither, unless they answer a question we put."""

CONFIDENTIALITIES = frozenset(Case.Confidentiality.values)

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


def open_draft(conversation_id: UUID | str) -> Case | None:
    """The conversation's draft, if there is one."""
    return Case.objects.filter(conversation_id=conversation_id, state=Case.State.DRAF).first()


def stage_of(conversation_id: UUID | str) -> Stage | None:
    """Where the conversation's draft is, or None without one."""
    draft = open_draft(conversation_id)
    return Stage.of(draft) if draft else None


@_once
def begin(conversation: Conversation, message: Message) -> Step:
    """Open a draft and wait for the story; with one open already, go on where it is."""
    if draft := open_draft(conversation.pk):
        return Step(Outcome.ASK, draft)
    draft = _create(conversation, message)
    return _advance(draft, message)


@_once
def write(conversation: Conversation, message: Message, intent: str = "") -> Step:
    """Take a message as part of the report, or as the answer to what was last asked.

    Args:
        intent: what the assistant is sure the message is, else ""; suggests the kind of a new report, and lets a
            greeting or a plain yes inside a draft be what it is.
    """
    draft = open_draft(conversation.pk)
    if draft is None:
        draft = _create(conversation, message, REPORT_TYPES.get(intent, "pengaduan"))
        return _append(draft, message)
    if choice := _choice(draft, message, intent):
        return _choose(draft, message, choice)
    idle = SMALL_TALK if Stage.of(draft) == Stage.LENGKAPI else IDLE_WORDS
    if intent in idle and is_short(message.text) and not _is_file(message):
        return Step(Outcome.ASK, draft)
    return _append(draft, message)


@_once
def adopt(conversation: Conversation, message: Message) -> Step:
    """Make the citizen's last written message before this one the beginning of a report (or part of the open one)."""
    written = (
        conversation.messages.filter(author=Message.Author.CITIZEN, payload="", case=None, pk__lt=message.pk)
        .exclude(text="")
        .last()
    )
    draft = open_draft(conversation.pk) or _create(conversation, message)
    if written is None:
        return _advance(draft, message)
    step = _append(draft, written)
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
        just_sent = latest is not None and choice == "kirim"
        return Step(Outcome.ALREADY_SENT, latest) if just_sent else Step(Outcome.NO_DRAFT)
    return _choose(draft, message, choice)


@_once
def cancel(conversation: Conversation, message: Message) -> Step:
    """Discard the draft; `resume` takes it up again for a day."""
    draft = open_draft(conversation.pk)
    if draft is None:
        return Step(Outcome.NO_DRAFT)
    draft.state, draft.closed_at = Case.State.DIBATALKAN, timezone.now()
    draft.save(update_fields=["state", "closed_at"])
    events.record("draft.cancelled", actor="citizen", case=draft, message=message.pk)
    return Step(Outcome.CANCELLED, draft)


@_once
def resume(conversation: Conversation, message: Message) -> Step:
    """Take up the last discarded draft again, or go on with the open one."""
    if draft := open_draft(conversation.pk):
        return Step(Outcome.ASK, draft)
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


def _as_it_stands(conversation: Conversation, done: Event) -> Step:
    """The answer to a message that was acted on before."""
    if done.kind == "draft.submitted":
        return Step(Outcome.SUBMITTED, done.case)
    if done.kind == "draft.cancelled":
        return Step(Outcome.CANCELLED, done.case)
    draft = open_draft(conversation.pk)
    return Step(Outcome.ASK, draft) if draft else Step(Outcome.NO_DRAFT)


def _create(conversation: Conversation, message: Message, report_type: str = "pengaduan") -> Case:
    draft = Case.objects.create(conversation=conversation, report_type=report_type, draft_stage=Stage.CERITA)
    events.record("draft.started", actor="citizen", case=draft)
    loose = conversation.messages.filter(
        author=Message.Author.CITIZEN,
        case=None,
        pk__lt=message.pk,
        received_at__gte=message.received_at - LOOSE_FILES_WITHIN,
        attachments__isnull=False,
    ).values_list("pk", flat=True)
    Message.objects.filter(pk__in=list(loose)).update(case=draft)
    return draft


def _append(draft: Case, message: Message) -> Step:
    """Add a message's words and files, and read the whole again."""
    before = (draft.category, draft.fraud, draft.report_type) if draft.text else None
    Message.objects.filter(pk=message.pk).update(case=draft)
    text = message.text.strip() if message.kind != Kind.BUTTON.value else ""
    if text:
        start = len(draft.text) + 1 if draft.text else 0
        draft.text = f"{draft.text}\n{text}" if draft.text else text
        draft.save(update_fields=["text"])
        triage.understand(draft, Progress.of(draft).corrected)
        _keep_answer(draft, text, start)
    events.record("draft.written", actor="citizen", case=draft, message=message.pk)
    return _advance(draft, message, news=before != (draft.category, draft.fraud, draft.report_type))


def _keep_answer(draft: Case, text: str, start: int) -> None:
    """Keep a short answer as the fact that was asked for, when the model found none."""
    question = BY_NAME.get(Progress.of(draft).asking)
    if question is None or not question.keep_as or Stage.of(draft) != Stage.LENGKAPI or len(text.split()) > 12:
        return
    if not draft.fields.filter(name__in=question.fields).exists():
        CaseField.objects.create(
            case=draft,
            name=question.keep_as,
            value=text,
            start=start,
            end=start + len(text),
            source=CaseField.Source.CITIZEN,
        )


def _advance(draft: Case, message: Message, *, news: bool = False) -> Step:
    """Decide what comes next, remember it, and say it."""
    progress = Progress.of(draft)
    stage, question = _next(draft, progress)
    draft.draft_stage = stage
    draft.save(update_fields=["draft_stage"])
    if question:
        events.record("draft.asked", actor="assistant", case=draft, message=message.pk, about=question)
    else:
        events.record("draft.stage", actor="assistant", case=draft, message=message.pk, stage=stage.value)
    return Step(Outcome.ASK, draft, news=news, assured=progress.assured)


def _next(draft: Case, progress: Progress) -> tuple[Stage, str]:
    if not draft.text:
        return Stage.CERITA, ""  # files alone tell no story
    if draft.fraud and not progress.confidentiality_chosen:
        return Stage.KERAHASIAAN, ""  # before anything else is asked of someone who may be afraid
    if question := next_question(draft, progress.asked):
        return Stage.LENGKAPI, question.name
    ask_confidentiality = (
        draft.report_type == "pengaduan"
        and draft.category != "bukan_kewenangan"
        and not progress.confidentiality_chosen
    )
    return (Stage.KERAHASIAAN, "") if ask_confidentiality else (Stage.TINJAU, "")


def _choice(draft: Case, message: Message, intent: str) -> str:
    """What a typed message chooses among the things on offer, or ""."""
    stage = Stage.of(draft)
    if _is_file(message):
        return ""
    if choice := choice_in(message.text, stage.choices):
        return choice
    if is_short(message.text):
        return stage.meaning_of(intent)
    return ""


def _choose(draft: Case, message: Message, choice: str) -> Step:
    kind, _, value = choice.partition(":")
    if kind == "kirim":
        return _submit(draft, message)
    if kind == "selesai":
        return _advance(draft, message)
    if kind == "kategori":
        return _set_category(draft, message, value)
    if kind in CONFIDENTIALITIES:
        return _set_confidentiality(draft, message, kind)
    if kind == "lewati":
        return _skip(draft, message)
    return _correct(draft, message, kind)


def _submit(draft: Case, message: Message) -> Step:
    if Stage.of(draft) not in (Stage.TINJAU, Stage.UBAH, Stage.KATEGORI) or not draft.text:
        return _advance(draft, message)  # an old button: nothing is sent that was not shown
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
    return _advance(draft, message)


def _set_confidentiality(draft: Case, message: Message, value: str) -> Step:
    draft.confidentiality = value
    draft.save(update_fields=["confidentiality"])
    events.record("draft.confidentiality", actor="citizen", case=draft, message=message.pk, value=value)
    return _advance(draft, message)


def _skip(draft: Case, message: Message) -> Step:
    """Leave a question unanswered; an unanswered choice of confidentiality means an ordinary report."""
    if Stage.of(draft) == Stage.KERAHASIAAN:
        return _set_confidentiality(draft, message, draft.confidentiality)
    events.record("draft.skipped", actor="citizen", case=draft, message=message.pk, about=Progress.of(draft).asking)
    return _advance(draft, message)


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
