"""Actions around answers: guessing when unsure, answering a chosen topic, keeping whether an answer helped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.speech import choice
from actions.turn import Turn, in_thread
from cases.services import feedback
from cases.services.answers import title_of

GUESSES = 2
_PAYLOADS = {
    "lapor": "/jadikan_laporan",
    "aspirasi": "/jadikan_laporan",
    "minta_informasi": "/jadikan_laporan",
    "mulai_lapor": "/mulai_lapor",
    "cek_status": "/cek_status",
    "bicara_admin": "/bicara_admin",
    "bantuan": "/bantuan",
}
"""Guesses worth offering and what their button does; a greeting is not worth asking about."""


class Ragu(Action):
    """Asks back once with the two best guesses; the second time in a row it offers an officer."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_ragu"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        """Guess, or stop guessing."""
        if _asked_back_last_time(tracker.events, self.name()):
            dispatcher.utter_message(response="utter_tawarkan_petugas")
            return []
        buttons = await in_thread(_guesses, Turn.of(tracker))
        if buttons:
            dispatcher.utter_message(response="utter_ragu", buttons=buttons)
        else:
            dispatcher.utter_message(response="utter_tidak_paham")
        return []


class JawabTopik(Action):
    """Answers the topic of a pressed button."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_jawab_topik"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        """The topic comes as entity; one that has no answer (any more) is not understood."""
        topic = Turn.of(tracker).entities.get("topik", "")
        known = await in_thread(title_of, topic)
        dispatcher.utter_message(response=f"utter_faq/{topic}" if known else "utter_tidak_paham")
        return []


class UmpanBalik(Action):
    """Keeps whether the last answer helped."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_umpan_balik"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        """Keep it, and offer more where it did not help."""
        turn = Turn.of(tracker)
        helped = turn.intent == "membantu_ya"
        await in_thread(feedback.answer_helped, turn.conversation, turn.message_id, helped=helped)
        dispatcher.utter_message(response="utter_senang_membantu" if helped else "utter_kurang_membantu")
        return []


def _asked_back_last_time(events: list[dict[str, Any]], action: str) -> bool:
    """Whether the turn before this one ended in the same action."""
    turns = 0
    for event in reversed(events):
        if event.get("event") == "user":
            turns += 1
        elif turns == 1 and event.get("event") == "action" and event.get("name") == action:
            return True
        if turns == 2:
            break
    return False


def _guesses(turn: Turn) -> list[dict[str, str]]:
    """Buttons of the best guesses and of "neither"; empty when nothing is worth guessing."""
    buttons: dict[str, dict[str, str]] = {}
    for name in _ranked(turn.parsed):
        topic = name.removeprefix("faq/")
        if topic != name:
            if title := title_of(topic):
                payload = f'/tanya{{"topik": "{topic}"}}'
                buttons[payload] = {"title": title, "payload": payload}
        elif payload := _PAYLOADS.get(name, ""):
            buttons.setdefault(payload, choice(f"utter_tebakan_{name}", payload))
        if len(buttons) == GUESSES:
            break
    return [*buttons.values(), choice("utter_bukan_itu", "/bukan_itu")] if buttons else []


def _ranked(parsed: Mapping[str, Any]) -> Iterator[str]:
    """Intents from the likeliest on; a guess at an answer is `faq/<topic>`."""
    for guess in parsed.get("intent_ranking") or ():
        yield str(guess.get("full_retrieval_intent_name") or guess.get("name") or "")
