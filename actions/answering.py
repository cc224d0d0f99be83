"""Actions around answers: guessing when unsure, answering a chosen topic, keeping whether an answer helped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.guard import story
from actions.memory import asked_back_last_time, last_reply, not_understood
from actions.service import call_officer
from actions.speech import Saying, Speech, choice, speech_for
from actions.turn import REPORTS, Turn, in_thread
from cases.models import Message
from cases.services import drafts, feedback
from cases.services.answers import title_of
from cases.services.short_answers import (
    asks_whether_needed,
    is_command,
    is_plain_question,
    is_privacy_wish_only,
    is_wordless,
    tells_something,
)

GUESSES = 2
MOST = 0.35
CONFIDENT = 0.8
"""Probability of all kinds of reports together from which an unsure story is taken as one."""
_REPORTS = REPORTS | {"mulai_lapor"}
_OFFERS_OFFICER = frozenset({"utter_kasar_lagi", "utter_tawarkan_petugas", "utter_kurang_membantu"})
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
        turn = Turn.of(tracker)
        if looks_like_report(turn):
            # Nothing is sent without a yes, so a story is better taken than asked about.
            return (await in_thread(story, turn)).utter(dispatcher)
        if asked_back_last_time(tracker.events, self.name()):
            dispatcher.utter_message(response="utter_tawarkan_petugas")
            return []
        buttons = [] if is_wordless(turn.text) else await in_thread(_guesses, turn)
        if buttons:
            dispatcher.utter_message(response="utter_ragu", buttons=buttons)
        else:
            dispatcher.utter_message(response=await in_thread(not_understood, turn))
        return []


class JawabDalamDraf(Action):
    """Answers a question inside a report, then comes back to where the citizen was; a story stays a story."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_jawab_dalam_draf"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        """Answer, or write."""
        return (await in_thread(_answer_in_draft, Turn.of(tracker))).utter(dispatcher)


class Setuju(Action):
    """A plain yes: to what we offered last, else to nothing in particular."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_setuju"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        """Do what was offered."""
        return (await in_thread(_yes, Turn.of(tracker))).utter(dispatcher)


class Tolak(Action):
    """A plain no: to what we offered last, else to nothing in particular."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_tolak"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        """Accept it, and say how to go on."""
        return (await in_thread(_no, Turn.of(tracker))).utter(dispatcher)


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
        speech = await in_thread(_rated, turn, helped=turn.intent == "membantu_ya")
        dispatcher.utter_message(response=speech.sayings[0].response)
        return []


def looks_like_report(turn: Turn) -> bool:
    """Whether an unsure message is most likely some kind of report, and holds enough to be one."""
    ranked = [guess for guess in turn.parsed.get("intent_ranking") or () if guess.get("name") != "nlu_fallback"]
    likely = sum(float(g.get("confidence") or 0.0) for g in ranked if g.get("name") in _REPORTS)
    return bool(ranked) and ranked[0].get("name") in _REPORTS and likely >= MOST and tells_something(turn.text)


def _answer_in_draft(turn: Turn) -> Speech:
    asked = is_command("faq", turn.text) if turn.confidence >= CONFIDENT else is_plain_question(turn.text)
    if not turn.topic or not asked or is_privacy_wish_only(turn.text) or asks_whether_needed(turn.text):
        return story(turn)
    after = speech_for(drafts.go_on(turn.conversation, turn.message_id))
    return Speech((Saying(f"utter_faq_draf/{turn.topic}"), *after.sayings), after.stage)


def _yes(turn: Turn) -> Speech:
    said = last_reply(turn.conversation, turn.message_id)
    key = said.response_key if said else ""
    if key in _OFFERS_OFFICER:
        return call_officer(turn)
    if key == "utter_lampiran_diterima":
        return speech_for(drafts.begin(turn.conversation, turn.message_id))
    if said and key == "utter_ragu":
        return Speech((Saying("utter_pilih_salah_satu", buttons=tuple(said.buttons)),))
    if said and _only_offers_report(said):
        return speech_for(drafts.adopt(turn.conversation, turn.message_id))
    return _rated(turn, helped=True) if said and said.buttons and _is_answer(key) else Speech((Saying("utter_baik"),))


def _no(turn: Turn) -> Speech:
    said = last_reply(turn.conversation, turn.message_id)
    key = said.response_key if said else ""
    if key == "utter_ragu":
        return Speech((Saying("utter_tawarkan_petugas"),))
    if said and said.buttons and _is_answer(key) and not _only_offers_report(said):
        return _rated(turn, helped=False)
    return Speech((Saying("utter_baik" if key in _OFFERS_OFFICER else "utter_baik_tidak"),))


def _rated(turn: Turn, *, helped: bool) -> Speech:
    feedback.answer_helped(turn.conversation, turn.message_id, helped=helped)
    return Speech((Saying("utter_senang_membantu" if helped else "utter_kurang_membantu"),))


def _is_answer(key: str) -> bool:
    return bool(feedback.ANSWER_KEY.match(key))


def _only_offers_report(said: Message) -> bool:
    """Whether an answer asked nothing but to make a report of the message, as on channels without buttons."""
    return _is_answer(said.response_key) and [b["payload"] for b in said.buttons] == [_PAYLOADS["lapor"]]


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
            button = choice(f"utter_tebakan_{name}", payload)
            if button["title"] not in {b["title"] for b in buttons.values()}:
                buttons.setdefault(payload, button)
        if len(buttons) == GUESSES:
            break
    return [*buttons.values(), choice("utter_bukan_itu", "/bukan_itu")] if buttons else []


def _ranked(parsed: Mapping[str, Any]) -> Iterator[str]:
    """Intents from the likeliest on; a guess at an answer is `faq/<topic>`."""
    for guess in parsed.get("intent_ranking") or ():
        yield str(guess.get("full_retrieval_intent_name") or guess.get("name") or "")
