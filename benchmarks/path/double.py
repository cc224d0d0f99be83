"""Meta's sending API at the network edge: takes what our sender posts, checks its shape, notes the time."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from typing import Any

import uvicorn

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class MetaDouble:
    """An ASGI app that answers `POST /<version>/<phone id>/messages` as the Graph API does.

    `arrivals[number]` are the times (`time.perf_counter`) at which replies to a citizen's number arrived.
    """

    def __init__(self) -> None:
        self.arrivals: dict[str, deque[float]] = defaultdict(deque)
        self.received = 0
        self.malformed: list[str] = []
        self._server: uvicorn.Server | None = None

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """One HTTP request."""
        if scope["type"] != "http":
            return
        now = time.perf_counter()
        body = b""
        while True:
            event = await receive()
            body += event.get("body", b"")
            if not event.get("more_body"):
                break
        status, answer = self._take(scope["path"], body, now)
        content = json.dumps(answer).encode()
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    def _take(self, path: str, body: bytes, now: float) -> tuple[int, dict[str, Any]]:
        message = json.loads(body or b"{}")
        if message.get("status") == "read":  # read receipts and typing indicators are not replies
            return 200, {"success": True}
        if not path.endswith("/messages") or message.get("messaging_product") != "whatsapp" or "to" not in message:
            self.malformed.append(path)
            return 400, {"error": {"code": 100, "message": "(#100) Invalid parameter"}}
        self.received += 1
        number = str(message["to"]).lstrip("+")
        self.arrivals[number].append(now)
        return 200, {"messaging_product": "whatsapp", "messages": [{"id": f"wamid.bench.{self.received}"}]}

    def start(self, port: int) -> None:
        """Serve on loopback in a thread until `stop`."""
        config = uvicorn.Config(self, host="127.0.0.1", port=port, log_level="warning", lifespan="off")
        self._server = uvicorn.Server(config)
        threading.Thread(target=lambda: asyncio.run(self._server.serve()), daemon=True).start()  # type: ignore[union-attr]
        while not self._server.started:
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop serving."""
        if self._server:
            self._server.should_exit = True
