"""Calls to the action server, faster and without loss.

Faster: one kept-alive session instead of a connection for each call, and a JSON-schema validator that is built once
(Rasa builds it anew for each answer, 25 - 50 ms).

Without loss: Rasa logs a failed action and goes on, so the citizen would hear nothing and the message would count as
handled. Here a failure ends the turn before it is stored; the worker keeps the message and tries again.
"""

from __future__ import annotations

import json
import os
from functools import lru_cache
from typing import Any

import aiohttp
from jsonschema import Draft7Validator
from rasa.core.actions.action import RemoteAction
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from assistant.nlg import SECRET_VARIABLE

TIMEOUT_SECONDS = 10.0  # below the worker's patience with us, so that it hears a reason
_REJECTED = 400  # rasa-sdk: the action declines to run, and Rasa knows what to do


class ActionServerFailed(BaseException):
    """A custom action did not run. No `Exception`: Rasa's blanket handler must not swallow it."""


@lru_cache(maxsize=1)
def _validator() -> Draft7Validator:
    return Draft7Validator(RemoteAction.action_response_format_spec())


def _validate(self: RemoteAction, result: Any) -> bool:
    fault = next(_validator().iter_errors(result), None)
    if fault is not None:
        raise ActionServerFailed(f"{self.name()}: unusable answer: {fault.message[:200]}")
    return True


class ActionEndpoint(EndpointConfig):  # type: ignore[misc]
    """Rasa's endpoint with one session, the shared secret, and failures that end the turn."""

    def __init__(self, original: EndpointConfig) -> None:
        """Args: `original` as read from endpoints.yml."""
        super().__init__(url=original.url, **original.kwargs)
        self._session: aiohttp.ClientSession | None = None
        self._headers = {
            "Authorization": f"Bearer {os.environ.get(SECRET_VARIABLE, '')}",
            "Content-Type": "application/json",
        }

    async def request(
        self,
        method: str = "post",
        subpath: str | None = None,
        content_type: str | None = "application/json",
        compress: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Call the action server.

        Raises:
            ActionServerFailed: not reached, not in time, or not answered with 200 or 400.
            ClientResponseError: 400, the action declines.
        """
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS))
        body = json.dumps(kwargs["json"])
        try:
            try:
                status, content = await self._send(self._session, method, body)
            except aiohttp.ServerDisconnectedError:
                # an idle connection was closed as we took it up; actions are idempotent by message id
                status, content = await self._send(self._session, method, body)
        except (TimeoutError, aiohttp.ClientError) as error:
            raise ActionServerFailed(type(error).__name__) from error
        if status == _REJECTED:
            raise ClientResponseError(status, "rejected", content)
        if status != 200:
            raise ActionServerFailed(f"status {status}")
        try:
            return json.loads(content)
        except ValueError as error:
            raise ActionServerFailed("no JSON") from error

    async def _send(self, session: aiohttp.ClientSession, method: str, body: str) -> tuple[int, bytes]:
        async with session.request(method, self.url, data=body, headers=self._headers) as response:
            return response.status, await response.read()

    async def close(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()


def install(agent: Any) -> None:
    """Give a loaded agent our endpoint and the cached validator.

    Args:
        agent: Rasa's `Agent`.
    """
    RemoteAction._validate_action_result = _validate
    if agent.action_endpoint and not isinstance(agent.action_endpoint, ActionEndpoint):
        agent.action_endpoint = ActionEndpoint(agent.action_endpoint)
        if agent.processor:
            agent.processor.action_endpoint = agent.action_endpoint
