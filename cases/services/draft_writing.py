"""How a draft grows: a message becomes part of it, is read, and leads to the next question.

All functions run in the caller's transaction, under the lock of the conversation.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db.models import Q

from cases.models import Case, CaseField, Conversation, Message
from cases.ports import Kind
from cases.services import events, triage
from cases.services.draft_steps import Aside, Outcome, Progress, Stage, Step
from cases.services.questions import BY_NAME, next_question
from cases.services.short_answers import could_be_fact, is_plain_question, privacy_wish
from cases.services.withdrawn import drop_withdrawn

LOOSE_FILES_WITHIN = timedelta(minutes=30)
"""Files sent this long before a report is begun belong to it."""


def open_draft(conversation_id: UUID | str) -> Case | None:
    """The conversation's draft, if there is one."""
    return Case.objects.filter(conversation_id=conversation_id, state=Case.State.DRAF).first()


def create(conversation: Conversation, message: Message, report_type: str = "pengaduan") -> Case:
    """A new draft; files sent shortly before belong to it."""
    draft = Case.objects.create(conversation=conversation, report_type=report_type, draft_stage=Stage.CERITA)
    events.record("draft.started", actor="citizen", case=draft)
    loose = conversation.messages.filter(
        author=Message.Author.CITIZEN,
        case=None,
        pk__lt=message.pk,
        received_at__gte=message.received_at - LOOSE_FILES_WITHIN,
    ).filter(Q(attachments__isnull=False) | Q(kind=Kind.LOCATION.value))
    Message.objects.filter(pk__in=list(loose.values_list("pk", flat=True))).update(case=draft)
    return draft


def append(draft: Case, message: Message) -> Step:
    """Add a message, read the whole again, and go on; while the citizen is still writing, only listen."""
    before = Stage.of(draft)
    had_text = bool(draft.text)
    attach(draft, message)
    if _more_is_waiting(message):
        return Step(Outcome.LISTEN, draft)
    aside = None
    if had_text and message.kind == Kind.TEXT.value and is_plain_question(message.text):
        if before == Stage.LENGKAPI:
            return Step(Outcome.ASK, draft, aside=Aside.QUESTION)  # ours is still open
        aside = Aside.QUESTION
    elif had_text and before not in (Stage.LENGKAPI, Stage.CERITA):
        aside = Aside.ADDED
    return advance(draft, message, aside=aside)


def attach(draft: Case, message: Message) -> None:
    """Make a message's words and files part of the draft, and read the whole again."""
    Message.objects.filter(pk=message.pk).update(case=draft)
    text = message.text.strip() if message.kind != Kind.BUTTON.value else ""
    if text:
        start = len(draft.text) + 1 if draft.text else 0
        draft.text = f"{draft.text}\n{text}" if draft.text else text
        draft.save(update_fields=["text"])
        triage.understand(draft, Progress.of(draft).corrected)
        _keep_answer(draft, text, start)
        drop_withdrawn(draft)
        note_privacy(draft, message)
    events.record("draft.written", actor="citizen", case=draft, message=message.pk)


def note_privacy(draft: Case, message: Message) -> bool:
    """Follow a wish about the reporter's name that stands in the story, unless one was chosen already; returns
    whether it did."""
    wish = privacy_wish(message.text) if message.kind != Kind.BUTTON.value else ""
    if not wish or Progress.of(draft).confidentiality_chosen:
        return False
    set_confidentiality(draft, message, wish)
    return True


def set_confidentiality(draft: Case, message: Message, value: str) -> None:
    """Keep who may know the reporter."""
    draft.confidentiality = value
    draft.save(update_fields=["confidentiality"])
    events.record("draft.confidentiality", actor="citizen", case=draft, message=message.pk, value=value)


def advance(draft: Case, message: Message, *, aside: Aside | None = None) -> Step:
    """Decide what comes next, remember it, and say it."""
    progress = Progress.of(draft)
    before = Stage.of(draft)
    stage, question = _next(draft, progress)
    told = f"{draft.report_type}|{draft.category}|{draft.fraud}" if draft.text else ""
    draft.draft_stage = stage
    draft.save(update_fields=["draft_stage"])
    if question:
        events.record("draft.asked", actor="assistant", case=draft, message=message.pk, about=question, told=told)
    else:
        events.record("draft.stage", actor="assistant", case=draft, message=message.pk, stage=stage.value, told=told)
    again = stage == before == Stage.KERAHASIAAN
    news = bool(told) and told != progress.told
    return Step(Outcome.ASK, draft, news=news, assured=progress.assured, again=again, aside=aside)


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


def _keep_answer(draft: Case, text: str, start: int) -> None:
    """Keep a short answer as the fact that was asked for, when the model found no fact at all in it."""
    question = BY_NAME.get(Progress.of(draft).asking)
    if question is None or not question.keep_as or Stage.of(draft) != Stage.LENGKAPI:
        return
    if not could_be_fact(text, question.keep_as) or draft.fields.filter(name__in=question.fields).exists():
        return
    if not draft.fields.filter(start__gte=start).exists():
        CaseField.objects.create(
            case=draft,
            name=question.keep_as,
            value=text,
            start=start,
            end=start + len(text),
            source=CaseField.Source.CITIZEN,
        )


def _more_is_waiting(message: Message) -> bool:
    """Whether the citizen has written on since: a question put now would come in between."""
    later = message.conversation.messages.filter(
        author=Message.Author.CITIZEN, pk__gt=message.pk, handled_at=None, payload=""
    )
    return later.exclude(kind=Kind.REACTION.value).exists()
