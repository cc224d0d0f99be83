"""Actions around a report in the making."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.guard import story, unless_story
from actions.speech import STAGE_SLOT, Saying, Speech, speech_for
from actions.turn import Turn, in_thread
from cases.models import Message
from cases.ports import Kind
from cases.services import drafts
from cases.services.answers import title_of
from cases.services.draft_steps import Outcome, Step
from cases.services.short_answers import tells_something


class MulaiLapor(Action):
    """Opens a draft and asks for the story."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_mulai_lapor"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        """Begin, or go on where the draft is; who already tells something need not tell it again."""
        turn = Turn.of(tracker)
        begin = drafts.write if turn.is_typed and tells_something(turn.text) else drafts.begin
        return await _say(dispatcher, lambda: begin(turn.conversation, turn.message_id))


class Tulis(Action):
    """Takes a message as part of the report, or as the answer to what was asked; a question in it is answered first."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_tulis"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        """Write, and say what comes next."""
        return (await in_thread(_write, Turn.of(tracker))).utter(dispatcher)


class Pilih(Action):
    """Acts on a button of the draft."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_pilih"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        """Do what the button's intent names; a category comes as entity."""
        turn = Turn.of(tracker)
        chosen = turn.intent.removeprefix("pilih_")
        if chosen == "kategori":
            chosen = f"kategori:{turn.entities.get('kategori', '')}"
        return await _say(dispatcher, lambda: drafts.choose(turn.conversation, turn.message_id, chosen))


class Batal(Action):
    """Discards the draft, or the question for a number."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_batal"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        """Discard, say so, offer to take it back."""
        turn = Turn.of(tracker)
        if tracker.get_slot(STAGE_SLOT) == "nomor":
            return Speech((Saying("utter_baik"),)).utter(dispatcher)
        return (await in_thread(unless_story, turn, _cancel)).utter(dispatcher)


class Lanjutkan(Action):
    """Takes a discarded draft up again."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_lanjutkan"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        """Resume where it was, with what was written meanwhile."""
        turn = Turn.of(tracker)
        return await _say(dispatcher, lambda: drafts.resume(turn.conversation, turn.message_id))


class MulaiBaru(Action):
    """Puts a draft left long ago aside and begins a new one."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_mulai_baru"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        """Begin anew, with what was written meanwhile."""
        turn = Turn.of(tracker)
        return await _say(dispatcher, lambda: drafts.start_over(turn.conversation, turn.message_id))


class LanjutkanDraf(Action):
    """After an answer in the middle of a report: back to the question that is open."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_lanjutkan_draf"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        """Repeat the open question, if there is a draft."""
        turn = Turn.of(tracker)
        return await _say(dispatcher, lambda: drafts.go_on(turn.conversation, turn.message_id))


class JadikanLaporan(Action):
    """Makes a report of the message that was not understood."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_jadikan_laporan"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        """Adopt the last written message."""
        turn = Turn.of(tracker)
        return await _say(dispatcher, lambda: drafts.adopt(turn.conversation, turn.message_id))


class Lampiran(Action):
    """A message without words: attached to the open draft, else acknowledged and asked about."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_lampiran"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        """Attach or acknowledge."""
        turn = Turn.of(tracker)
        return (await in_thread(_take_file, turn)).utter(dispatcher)


_ACKNOWLEDGED = {
    Kind.IMAGE.value: "utter_lampiran_diterima",
    Kind.DOCUMENT.value: "utter_lampiran_diterima",
    Kind.LOCATION.value: "utter_lampiran_diterima",
    Kind.AUDIO.value: "utter_suara",
    Kind.VIDEO.value: "utter_suara",
}
_BELONGS_TO_A_REPORT = frozenset(_ACKNOWLEDGED)


def _take_file(turn: Turn) -> Speech:
    kind = Message.objects.values_list("kind", flat=True).get(pk=turn.message_id)
    draft = drafts.open_draft(turn.conversation)
    if draft is None or kind not in _BELONGS_TO_A_REPORT:
        said = Speech((Saying(_ACKNOWLEDGED.get(kind, "utter_tidak_didukung")),))
        return said if draft is None else Speech(said.sayings, speech_for(Step(Outcome.ASK, draft)).stage)
    after = story(turn)
    unheard = _ACKNOWLEDGED[kind] == "utter_suara"
    return Speech((Saying("utter_suara"), *after.sayings), after.stage) if unheard else after


_AFTER_ANSWER = {"utter_permintaan_informasi": None, "utter_pertanyaan_dicatat": Saying("utter_ditambahkan")}
"""What passes a question on to an officer, and what is said instead when it was just answered."""


def _write(turn: Turn) -> Speech:
    speech = speech_for(drafts.write(turn.conversation, turn.message_id, turn.sure_intent))
    if not title_of(turn.asked):
        return speech
    rest = (_AFTER_ANSWER.get(saying.response, saying) for saying in speech.sayings)
    return Speech((Saying(f"utter_faq_draf/{turn.asked}"), *filter(None, rest)), speech.stage)


def _cancel(turn: Turn) -> Speech:
    return speech_for(drafts.cancel(turn.conversation, turn.message_id))


async def _say(dispatcher: CollectingDispatcher, operation: Callable[[], Step]) -> list[Any]:
    """Run one step of the draft beside the event loop and say what follows from it."""
    speech = await in_thread(lambda: speech_for(operation()))
    return speech.utter(dispatcher)
