"""The HTTP side: Rasa's action webhook and the texts of the assistant, on loopback and only with the secret."""

from __future__ import annotations

import hmac
import logging
import warnings
from typing import Any

from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, empty, json

from actions.registry import ACTIONS
from actions.turn import in_thread
from cases.services import triage
from cases.services.answers import responses

log = logging.getLogger(__name__)
OPEN_PATHS = frozenset({"/health"})


class Executor(ActionExecutor):
    """Runs actions without Rasa's domain: none of ours reads it, and it would be sent along with every call."""

    def update_and_return_domain(self, payload: dict[str, Any], action_name: str) -> dict[str, Any]:
        """The domain when Rasa sends one after all, else an empty one instead of asking for it."""
        return payload.get("domain") or {}


def build(secret: str) -> Sanic:
    """The action server's application.

    Args:
        secret: what callers show as `Authorization: Bearer ...` or, as Rasa's endpoint configuration can only send
            a fixed query, as `?token=...`.

    Raises:
        ValueError: the secret is empty.
    """
    if not secret:
        raise ValueError("the action server needs SIGAP_ASSISTANT_SECRET")
    # rasa-sdk 3.21 answers a 3.6 server correctly (docs/adr); its remark about the difference is noise per call.
    warnings.filterwarnings("ignore", module=r"rasa_sdk\.utils")
    executor = Executor()
    for action in ACTIONS:
        executor.register_action(action)
    app = create_app(executor, cors_origins=[])
    app.config.ACCESS_LOG = False  # the query may carry the secret

    @app.on_request  # type: ignore[untyped-decorator]  # sanic is not typed for us
    async def require_secret(request: Request) -> HTTPResponse | None:
        shown = (request.token or request.args.get("token") or "").encode()
        if request.path in OPEN_PATHS or hmac.compare_digest(shown, secret.encode()):
            return None
        return empty(status=403)

    @app.after_server_start  # type: ignore[untyped-decorator]
    async def load_model(app: Sanic) -> None:
        app.add_task(in_thread(triage.warm_up))  # beside the first answers, which need no model

    @app.get("/responses")  # type: ignore[untyped-decorator]
    async def texts(request: Request) -> HTTPResponse:
        etag, everything = await in_thread(responses)
        if request.headers.get("if-none-match") == etag:
            return empty(status=304, headers={"ETag": etag})
        return json({"etag": etag, "responses": everything}, headers={"ETag": etag})

    return app
