"""Half a question right after an answer: "kalo pppk gimana", "terus biayanya", "klo utk janda?".

On its own such a message says too little to be understood. Right after an answer, and with no report in the making,
it is a question: about the topic that its own words are sure of, or else about what it says together with the
question before.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from assistant.model import FALLBACK, OUT_OF_SCOPE, Guess
from assistant.nlg import ANSWER_PREFIX, REPORTABLE_ANSWER_PREFIX
from assistant.nlu import selector_output

Parse = dict[str, Any]

STAGE_SLOT = "tahap"
LONGEST = 6  # words
OWN_WORDS = 0.7  # share of the likeliest topic among all topics that a message is sure of by itself
TOGETHER = 0.5  # confidence of the topic of both questions
LONGEST_CHAIN = 4  # half questions in a row
_OPENING = re.compile(
    r"^(?:(?:nah|oh|o|trus|terus|trs|lha|dan|min|kak|pak|bu) )*"
    r"(?:kalo|kalu|klo|klw|kl|kalau|klau|yg|yang|utk|untuk|buat|terus|trus|trs|lalu|nah|dan|lha|berarti|brarti)\b",
    re.IGNORECASE,
)
_UNSURE = frozenset({FALLBACK, OUT_OF_SCOPE})


def opens_as_follow_up(text: str) -> bool:
    """Whether a message is short and begins as if something had been said before."""
    return len(text.split()) <= LONGEST and _OPENING.match(text.strip()) is not None


def question_before(tracker: DialogueStateTracker) -> tuple[str, str] | None:
    """The whole question that was just answered, and the topic of the last answer; None when the last turn was another.

    Args:
        tracker: before the new message.
    """
    if STAGE_SLOT in tracker.slots and tracker.get_slot(STAGE_SLOT) is not None:
        return None
    topic, asked = "", 0
    for event in reversed(tracker.events):
        if isinstance(event, BotUttered) and not asked:
            topic = topic or _topic_answered(event)
        elif isinstance(event, UserUttered):
            asked += 1
            if not topic or not event.text or event.text.startswith("/") or asked > LONGEST_CHAIN:
                return None
            if not opens_as_follow_up(event.text):
                return event.text, topic
    return None


def _topic_answered(event: BotUttered) -> str:
    response = str((event.metadata or {}).get("utter_action") or "")
    prefix = next((p for p in (ANSWER_PREFIX, REPORTABLE_ANSWER_PREFIX) if response.startswith(p)), "")
    return response.removeprefix(prefix) if prefix else ""


async def parse_follow_up(
    text: str, tracker: DialogueStateTracker | None, parse: Callable[[str], Awaitable[Parse]]
) -> Parse | None:
    """What a half question means after the answer before it; None when it is to be understood as any message.

    Args:
        text: what the citizen wrote.
        tracker: of the conversation so far.
        parse: understands a text.
    """
    before = question_before(tracker) if tracker is not None and opens_as_follow_up(text) else None
    if before is None:
        return None
    asked, answered = before
    alone = await parse(text)
    if alone["intent"]["name"] not in _UNSURE:
        return None
    topic, share = _likeliest(alone)
    if share < OWN_WORDS or topic == answered:
        together = await parse(f"{asked} {text}")
        topic, _ = _likeliest(together)
        intent = together["intent"]
        if intent["name"] != "faq" or intent["confidence"] < TOGETHER or topic == answered:
            return None
    return question_about(text, topic)


def _likeliest(parsed: Parse) -> tuple[str, float]:
    """The likeliest topic, with its share of all topics in the ranking."""
    shares = {
        str(guess["full_retrieval_intent_name"]).partition("/")[2]: float(guess["confidence"])
        for guess in parsed.get("intent_ranking") or ()
        if guess.get("full_retrieval_intent_name")
    }
    topic = max(shares, key=lambda name: shares[name], default="")
    return topic, shares[topic] / sum(shares.values()) if topic else 0.0


def question_about(text: str, topic: str) -> Parse:
    """The parse of a text that asks about a topic for certain."""
    intent = {"name": "faq", "confidence": 1.0, "full_retrieval_intent_name": f"faq/{topic}"}
    selected = selector_output([Guess("faq", 1.0, topic)])
    return {"text": text, "intent": intent, "intent_ranking": [intent], "entities": [], "response_selector": selected}
