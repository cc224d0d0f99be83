"""Texts of the assistant, taken from the action server's list and rendered here.

The list holds what officers may correct: answers from the database, other texts from the domain. It is asked for
again at most every two seconds, with its tag, so a correction is live in seconds and an utterance costs no call.
When the action server cannot be reached, the last list or else the trained domain's own texts are used.
"""

from __future__ import annotations

import asyncio
import copy
import logging
import os
import time
from typing import Any

import aiohttp
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

logger = logging.getLogger(__name__)

SECRET_VARIABLE = "SIGAP_ASSISTANT_SECRET"  # noqa: S105  the setting's name
REVALIDATE_SECONDS = 2.0
ANSWER_PREFIX = "utter_faq/"
REPORTABLE_ANSWER_PREFIX = "utter_faq_lapor/"
"""The same answers with the offer to make a report of the message; only the live list has them."""
_TIMEOUT = aiohttp.ClientTimeout(total=1.0)

Responses = dict[str, list[dict[str, Any]]]


class LiveResponses(TemplatedNaturalLanguageGenerator):  # type: ignore[misc]
    """Rasa's template renderer over a list that is kept fresh. `responses` is the domain's, set by Rasa."""

    def __init__(self, endpoint_config: EndpointConfig, domain: Domain | None = None) -> None:
        """Args: `endpoint_config.url` is the list's address."""
        super().__init__(domain.responses if domain else {})
        self._url = endpoint_config.url
        self._live: Responses = {}
        self._etag = ""
        self._checked_at = float("-inf")
        self._session: aiohttp.ClientSession | None = None
        self._lock = asyncio.Lock()
        self._reachable = True

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> dict[str, Any] | None:
        """Render a response for a channel; None when nobody knows it."""
        await self.refresh()
        kwargs.pop("domain_responses", None)
        if utter_action.startswith(REPORTABLE_ANSWER_PREFIX) and utter_action not in self._live:
            utter_action = ANSWER_PREFIX + utter_action.removeprefix(REPORTABLE_ANSWER_PREFIX)
        slots = tracker.current_slot_values()
        said: dict[str, Any] | None = self.generate_from_slots(utter_action, slots, output_channel, **kwargs)
        return said

    def _random_response_for(
        self, utter_action: str, output_channel: str, filled_slots: dict[str, Any]
    ) -> dict[str, Any] | None:
        texts = self._live if utter_action in self._live else self.responses
        renderer = TemplatedNaturalLanguageGenerator(texts)
        chosen: dict[str, Any] | None = renderer._random_response_for(utter_action, output_channel, filled_slots)
        return chosen

    def _fill_response(
        self, response: dict[str, Any], filled_slots: dict[str, Any] | None = None, **kwargs: Any
    ) -> dict[str, Any]:
        untouched = copy.deepcopy(response)
        try:
            filled: dict[str, Any] = super()._fill_response(response, filled_slots, **kwargs)
        except (ValueError, IndexError, AttributeError):
            # an officer typed a brace: the text is said as it stands
            return untouched
        return filled

    async def refresh(self) -> None:
        """Fetch the list again if it was last asked for more than two seconds ago; never fails."""
        if time.monotonic() - self._checked_at < REVALIDATE_SECONDS:
            return
        if self._lock.locked() and self._live:
            return  # somebody is asking already
        async with self._lock:
            if time.monotonic() - self._checked_at < REVALIDATE_SECONDS:
                return
            try:
                await self._fetch()
                self._reachable = True
            except (TimeoutError, aiohttp.ClientError, ValueError, KeyError, TypeError) as error:
                if self._reachable:
                    logger.warning("texts cannot be fetched (%s): using the last known ones", type(error).__name__)
                self._reachable = False
            self._checked_at = time.monotonic()

    async def _fetch(self) -> None:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=_TIMEOUT)
        headers = {"Authorization": f"Bearer {os.environ.get(SECRET_VARIABLE, '')}"}
        if self._etag:
            headers["If-None-Match"] = self._etag
        async with self._session.get(self._url, headers=headers) as response:
            if response.status == 304:
                return
            response.raise_for_status()
            body = await response.json()
        self._live = {str(key): [dict(variant) for variant in variants] for key, variants in body["responses"].items()}
        self._etag = str(body["etag"])

    async def close(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()
