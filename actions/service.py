"""Actions beside reports: state of a case, officers, rating, help, abuse."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.speech import Saying, Speech, in_words, slot_of
from actions.turn import Turn, in_thread
from cases.models import Conversation, Message
from cases.services import conversations, drafts, feedback
from cases.services.case_status import Answer, Status, look_up
from cases.services.office_hours import is_open, next_open_day
from cases.services.texts import render

LOW_SCORE = 2


class CekStatus(Action):
    """Tells the state of a registered case."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_cek_status"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        """Look the number up, or ask for it."""
        return (await in_thread(_status, Turn.of(tracker))).utter(dispatcher)


class BicaraAdmin(Action):
    """Asks for an officer."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_bicara_admin"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        """Flag the conversation and say when to expect an answer."""
        return (await in_thread(_call_officer, Turn.of(tracker))).utter(dispatcher)


class Penilaian(Action):
    """Keeps what the citizen thinks of the service."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_penilaian"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        """Keep the rating and thank for it."""
        turn = Turn.of(tracker)
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
        stage = await in_thread(drafts.stage_of, Turn.of(tracker).conversation)
        return _keeping_place("utter_bantuan_draf" if stage else "utter_bantuan", slot_of(stage)).utter(dispatcher)


class Kasar(Action):
    """Answers abuse once, calmly; the second time an officer is offered and nobody is lectured."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_kasar"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        """The tracker holds the recent turns, this one included."""
        before = [e for e in tracker.events if e.get("event") == "action" and e.get("name") == self.name()]
        dispatcher.utter_message(response="utter_kasar_lagi" if before else "utter_kasar")
        return []


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
    waiting = status.answer == Answer.NOT_FOUND or (status.answer == Answer.ASK_NUMBER and turn.intent == "cek_status")
    return Speech((_status_saying(status),), place or ("nomor" if waiting else None))


def _status_saying(status: Status) -> Saying:
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


def _call_officer(turn: Turn) -> Speech:
    conversations.flag(Conversation.objects.get(pk=turn.conversation), "bicara_admin")
    place = slot_of(drafts.stage_of(turn.conversation))
    now = timezone.now()
    if is_open(now):
        return _keeping_place("utter_petugas_dipanggil", place)
    return Speech((Saying("utter_petugas_luar_jam", {"hari": in_words(next_open_day(now))}),), place)


def _keeping_place(response: str, place: str | None) -> Speech:
    return Speech((Saying(response),), place)
