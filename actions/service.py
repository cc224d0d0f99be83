"""Actions beside reports: state of a case, officers, rating, help, abuse."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.guard import unless_story
from actions.memory import last_reply, not_understood, times_before
from actions.speech import Saying, Speech, in_words, slot_of
from actions.turn import Turn, in_thread
from cases.models import Conversation, Message
from cases.services import conversations, drafts, feedback
from cases.services.case_status import Answer, Status, look_up
from cases.services.lexicon import words_of
from cases.services.office_hours import is_open, next_open_day
from cases.services.short_answers import is_wordless
from cases.services.texts import render

LOW_SCORE = 2
HARDLY_A_SENTENCE = 2  # words


class CekStatus(Action):
    """Tells the state of a registered case."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_cek_status"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        """Look the number up, or ask for it."""
        return (await in_thread(unless_story, Turn.of(tracker), _status)).utter(dispatcher)


class BicaraAdmin(Action):
    """Asks for an officer."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_bicara_admin"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        """Flag the conversation and say when to expect an answer."""
        return (await in_thread(unless_story, Turn.of(tracker), call_officer)).utter(dispatcher)


class Penilaian(Action):
    """Keeps what the citizen thinks of the service."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_penilaian"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        """Keep the rating and thank for it."""
        turn = Turn.of(tracker)
        if not await in_thread(_is_rating, turn):
            dispatcher.utter_message(response=await in_thread(not_understood, turn))
            return []
        score = await in_thread(feedback.rate, turn.conversation, turn.message_id, turn.text)
        low = score is not None and score <= LOW_SCORE
        dispatcher.utter_message(response="utter_terima_penilaian_rendah" if low else "utter_terima_penilaian")
        return []


class Bantuan(Action):
    """Says what can be done here and now."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_bantuan"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        """Help inside a report differs from help outside."""
        return (await in_thread(unless_story, Turn.of(tracker), _help)).utter(dispatcher)


class Kasar(Action):
    """Answers abuse once, calmly; the second time an officer is offered and nobody is lectured."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_kasar"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        """The tracker holds the recent turns, this one included."""
        before = times_before(tracker.events, self.name())
        dispatcher.utter_message(response=_CALM[min(before, len(_CALM) - 1)])
        return []


class LuarTopik(Action):
    """Says that something is not ours; what is hardly a sentence is rather not understood than sent away."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_luar_topik"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        """Send on once in full, then in short."""
        dispatcher.utter_message(response=await in_thread(_not_ours, Turn.of(tracker)))
        return []


_RATEABLE = frozenset({"utter_dikembalikan", "utter_status", "utter_status_tenggat", ""})
"""After these a bare number is a rating; "" is what an officer wrote."""

_CALM = ("utter_kasar", "utter_kasar_lagi", "utter_kasar_tenang")
_STATUS_RESPONSES = {
    Answer.NOT_FOUND: "utter_nomor_tidak_ditemukan",
    Answer.TOO_MANY: "utter_nomor_dibatasi",
    Answer.OTHERS: "utter_status_singkat",
}


def _status(turn: Turn) -> Speech:
    typed = Message.objects.values_list("text", flat=True).get(pk=turn.message_id)
    status = look_up(turn.conversation, turn.message_id, turn.entities.get("nomor") or typed)
    place = slot_of(drafts.stage_of(turn.conversation))
    # Asked for once: whoever then writes of something else is not asked for a number for ever.
    asked = status.answer == Answer.ASK_NUMBER and turn.intent == "cek_status"
    waiting = asked or status.answer in (Answer.NOT_FOUND, Answer.LOST_NUMBER)
    return Speech((_status_saying(status),), place or ("nomor" if waiting else None))


def _status_saying(status: Status) -> Saying:
    if status.answer == Answer.LOST_NUMBER:
        return Saying("utter_nomor_hilang")
    if status.answer == Answer.ASK_NUMBER:
        if not status.own_numbers:
            return Saying("utter_minta_nomor")
        buttons = tuple({"title": n, "payload": f'/cek_status{{"nomor": "{n}"}}'} for n in status.own_numbers)
        return Saying("utter_minta_nomor_atau_pilih", buttons=buttons)
    values = {"nomor": status.number}
    if status.state:
        values["keadaan"] = render(f"utter_keadaan_{status.state}").text
    if status.answer != Answer.OWN or status.registered_on is None:
        return Saying(_STATUS_RESPONSES.get(status.answer, "utter_status_singkat"), values)
    values["tanggal"] = in_words(status.registered_on)
    if status.due_on is None:
        return Saying("utter_status", values)
    return Saying("utter_status_tenggat", {**values, "tenggat": in_words(status.due_on)})


def call_officer(turn: Turn) -> Speech:
    """Flag the conversation, and say when to expect an officer."""
    conversations.flag(Conversation.objects.get(pk=turn.conversation), "bicara_admin")
    place = slot_of(drafts.stage_of(turn.conversation))
    now = timezone.now()
    if is_open(now):
        return _keeping_place("utter_petugas_dipanggil", place)
    return Speech((Saying("utter_petugas_luar_jam", {"hari": in_words(next_open_day(now))}),), place)


def _not_ours(turn: Turn) -> str:
    if is_wordless(turn.text) or len(words_of(turn.text)) <= HARDLY_A_SENTENCE:
        return not_understood(turn)
    said = last_reply(turn.conversation, turn.message_id)
    before = said is not None and said.response_key.startswith("utter_di_luar_topik")
    return "utter_di_luar_topik_lagi" if before else "utter_di_luar_topik"


def _is_rating(turn: Turn) -> bool:
    """A bare number counts only after something that could be rated."""
    if turn.text.strip(" .!0123456789"):
        return True
    said = last_reply(turn.conversation, turn.message_id)
    return said is not None and said.response_key in _RATEABLE


def _help(turn: Turn) -> Speech:
    stage = drafts.stage_of(turn.conversation)
    return _keeping_place("utter_bantuan_draf" if stage else "utter_bantuan", slot_of(stage))


def _keeping_place(response: str, place: str | None) -> Speech:
    return Speech((Saying(response),), place)
