"""The way in: `POST /webhooks/sigap/webhook`, for our worker alone.

Answers with everything the assistant says to one message. A message that was answered before gets the same answer
again, read from the conversation, and nothing runs twice. When the turn cannot be completed (action server or
database away) the answer is 503 and nothing is stored: the caller tries again.
"""

from __future__ import annotations

import hmac
import logging
import os
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from json import JSONDecodeError, loads
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json

from assistant.action_calls import ActionEndpoint, ActionServerFailed, install
from assistant.follow_up import parse_follow_up
from assistant.model import Guess
from assistant.nlg import SECRET_VARIABLE, LiveResponses
from assistant.nlu import selector_output
from assistant.runner import DirectRunner
from assistant.tracker_store import RowTrackerStore, StoreUnavailable

logger = logging.getLogger(__name__)

ATTACHMENT_INTENT = "lampiran"
_PAYLOAD = re.compile(r"^/([\w-]+)(?:/([\w-]+))?\s*(\{.*\})?$", re.DOTALL)
_BAD = "sender, message_id, text and channel are needed, all text"


class SecretMissing(RasaException):  # type: ignore[misc]
    """The channel may not open without its secret."""


@dataclass(frozen=True)
class Inbound:
    """One message as the worker hands it over."""

    sender: str
    message_id: str
    text: str
    channel: str
    metadata: dict[str, Any]

    @classmethod
    def of(cls, body: Any) -> Inbound:
        """Check and take over.

        Raises:
            ValueError: a field is missing or of the wrong type.
        """
        names = ("sender", "message_id", "text", "channel")
        if not isinstance(body, dict) or not all(isinstance(body.get(name), str) for name in names):
            raise ValueError(_BAD)
        metadata = body.get("metadata") or {}
        if not (body["sender"] and body["message_id"] and body["channel"] and isinstance(metadata, dict)):
            raise ValueError(_BAD)
        return cls(body["sender"], body["message_id"], body["text"].replace("\x00", ""), body["channel"], metadata)


class TurnOutput(CollectingOutputChannel):  # type: ignore[misc]
    """Collects what is said in one turn, under the name of the citizen's channel."""

    def __init__(self, channel: str) -> None:
        super().__init__()
        self._channel = channel

    def name(self) -> str:
        """The channel, so that responses with `channel: sms` are chosen for it."""
        return self._channel

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keep a message as it would be read back from the conversation."""
        self.messages.append(reply(message))


def reply(message: dict[str, Any]) -> dict[str, Any]:
    """A bot utterance in the words of the interface."""
    buttons = [{"title": b.get("title", ""), "payload": b.get("payload", "")} for b in message.get("buttons") or ()]
    return {"text": message.get("text") or "", "buttons": buttons, "response": message.get("utter_action") or ""}


def earlier_replies(tracker: DialogueStateTracker, message_id: str) -> list[dict[str, Any]] | None:
    """What was said to the latest message, if that is the given one; None if it is another."""
    replies: list[dict[str, Any]] = []
    for event in reversed(tracker.events):
        if isinstance(event, BotUttered):
            replies.append(reply(event.message()))
        elif isinstance(event, UserUttered):
            return replies[::-1] if event.message_id == message_id else None
    return None


def payload_parse(text: str, intents: list[str]) -> dict[str, Any] | None:
    """Read `/intent`, `/intent{"entity": "value"}` or `/faq/topic`; None when it is not one of our payloads.

    Args:
        text: the message's text.
        intents: those of the domain; a payload of a menu from before a retraining may name another.
    """
    match = _PAYLOAD.match(text.strip())
    if match is None or match[1] not in intents:
        return None
    try:
        values = loads(match[3]) if match[3] else {}
    except JSONDecodeError:
        return None
    entities = [{"entity": name, "value": value, "start": 0, "end": 0} for name, value in values.items()]
    intent = {"name": match[1], "confidence": 1.0}
    parsed = {"text": text, "intent": intent, "intent_ranking": [intent], "entities": entities}
    if match[2]:
        intent["full_retrieval_intent_name"] = f"{match[1]}/{match[2]}"
        parsed["response_selector"] = selector_output([Guess("faq", 1.0, match[2])])
    return parsed


class SigapInput(InputChannel):  # type: ignore[misc]
    """The channel of the module's title."""

    def __init__(self, secret: str) -> None:
        self._expected = f"Bearer {secret}".encode()

    @classmethod
    def name(cls) -> str:
        """Part of the address."""
        return "sigap"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> SigapInput:
        """Create from the environment.

        Raises:
            SecretMissing: SIGAP_ASSISTANT_SECRET is not set.
        """
        secret = os.environ.get(SECRET_VARIABLE, "")
        if not secret:
            raise SecretMissing(f"{SECRET_VARIABLE} is not set: the assistant does not start without it")
        return cls(secret)

    def _trusted(self, request: Request) -> bool:
        shown = request.headers.get("authorization", "").encode()
        return hmac.compare_digest(shown, self._expected)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes; the handler Rasa offers is not used, for it hides failures."""
        blueprint = Blueprint("sigap_channel")

        @blueprint.listener("after_server_start")  # type: ignore[untyped-decorator]
        async def prepare(app: Sanic, _: Any) -> None:
            prepare_agent(app.ctx.agent)

        @blueprint.listener("before_server_stop")  # type: ignore[untyped-decorator]
        async def close(app: Sanic, _: Any) -> None:
            await close_agent(app.ctx.agent)

        @blueprint.get("/health")  # type: ignore[untyped-decorator]
        async def health(request: Request) -> HTTPResponse:
            agent = getattr(request.app.ctx, "agent", None)
            ready = bool(agent and agent.is_ready())
            return json({"ready": ready}, status=200 if ready else 503)

        @blueprint.post("/webhook")  # type: ignore[untyped-decorator]
        async def webhook(request: Request) -> HTTPResponse:
            if not self._trusted(request):
                return json({"error": "unauthorised"}, status=401)
            try:
                inbound = Inbound.of(loads(request.body))
            except ValueError as error:
                return json({"error": str(error)}, status=400)
            return await _answer(request.app.ctx.agent, inbound)

        return blueprint


def prepare_agent(agent: Any) -> None:
    """Put our parts in place of Rasa's where endpoints.yml cannot.

    Rasa wraps every tracker store so that failures fall back to memory. A conversation that goes on in memory is lost
    with the process and forgets its draft's stage, so the wrapper is taken off: a failing store fails the turn.
    """
    if isinstance(agent.tracker_store, FailSafeTrackerStore):
        agent.tracker_store = agent.tracker_store._tracker_store
    if agent.processor:
        agent.processor.tracker_store = agent.tracker_store
        if isinstance(agent.processor.graph_runner, DaskGraphRunner):
            agent.processor.graph_runner = DirectRunner(agent.processor.graph_runner)
    install(agent)


async def close_agent(agent: Any) -> None:
    """Close what our parts opened; parts that were not replaced have nothing to close."""
    for part in (agent.tracker_store, agent.action_endpoint, agent.nlg):
        if isinstance(part, RowTrackerStore | ActionEndpoint | LiveResponses):
            await part.close()


async def _answer(agent: Any, inbound: Inbound) -> HTTPResponse:
    if not agent.is_ready():
        return json({"error": "no model is loaded"}, status=503)
    try:
        async with agent.lock_store.lock(inbound.sender):
            messages = await _turn(agent, inbound)
    except (ActionServerFailed, StoreUnavailable) as error:
        logger.error("message %s: %s: %s", inbound.message_id, type(error).__name__, error)
        return json({"error": type(error).__name__}, status=503)
    return json({"messages": messages})


async def _turn(agent: Any, inbound: Inbound) -> list[dict[str, Any]]:
    store = agent.tracker_store
    tracker = await store.peek(inbound.sender)
    try:
        if tracker is not None and (said := earlier_replies(tracker, inbound.message_id)) is not None:
            return said
        output = TurnOutput(inbound.channel)
        message = _user_message(inbound, output, agent.domain.intents)
        if message.parse_data is None:
            message.parse_data = await _follow_up(agent, message, tracker)
        await agent.processor.handle_message(message)
        return list(output.messages)
    finally:
        store.forget(inbound.sender)


async def _follow_up(agent: Any, message: UserMessage, tracker: DialogueStateTracker | None) -> dict[str, Any] | None:
    async def parse(text: str) -> dict[str, Any]:
        parsed: dict[str, Any] = await agent.processor.parse_message(UserMessage(text, sender_id=message.sender_id))
        return parsed

    return await parse_follow_up(message.text, tracker, parse)


def _user_message(inbound: Inbound, output: TurnOutput, intents: list[str]) -> UserMessage:
    text = inbound.text.strip()
    parsed = payload_parse(text, intents) if text.startswith("/") else None
    if parsed is None:
        text = text.lstrip("/")  # RegexMessageHandler would take it for a payload
        if not text and inbound.metadata.get("kind", "text") != "text":
            parsed = payload_parse(f"/{ATTACHMENT_INTENT}", intents)
    return UserMessage(
        parsed["text"] if parsed else text,
        output,
        inbound.sender,
        parse_data=parsed,
        input_channel=inbound.channel,
        message_id=inbound.message_id,
        metadata=inbound.metadata,
    )
