"""Stands where our action server stands: same routes, answers set by the test, every call kept."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


def _hang_up(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


class ActionsDouble:
    """Serves on a loopback port between `start` and `stop`.

    `status` is what an action call gets; `answers` maps an action to its events and responses; `texts` is the list
    of responses with its `etag`.
    """

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.calls: list[dict[str, Any]] = []
        self.asked_for_texts = 0
        self.reset()
        self._server: ThreadingHTTPServer | None = None
        self._connections: list[socket.socket] = []

    def reset(self) -> None:
        """Back to a server that works and says nothing of its own."""
        self.status = 200
        self.body: bytes | None = None
        self.answers: dict[str, dict[str, Any]] = {}
        self.texts: dict[str, Any] = {}
        self.etag = '"0"'
        self.calls.clear()

    def start(self, port: int = 0) -> int:
        """Listen; returns the port."""
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return int(self._server.server_address[1])

    def stop(self) -> None:
        """Stop listening and hang up, as a killed process would."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
        for connection in self._connections:
            _hang_up(connection)
        self._connections.clear()

    def _handler(double) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                super().setup()
                double._connections.append(self.connection)

            def do_GET(self) -> None:
                double.asked_for_texts += 1
                if not self._trusted():
                    self._send(403, b"")
                elif self.headers.get("If-None-Match") == double.etag:
                    self._send(304, b"")
                else:
                    self._send(200, json.dumps({"etag": double.etag, "responses": double.texts}).encode())

            def do_POST(self) -> None:
                call = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if not self._trusted():
                    self._send(403, b"")
                    return
                double.calls.append(call)
                answer = double.answers.get(call["next_action"], {"events": [], "responses": []})
                self._send(double.status, double.body if double.body is not None else json.dumps(answer).encode())

            def _trusted(self) -> bool:
                return self.headers.get("Authorization") == f"Bearer {double.secret}"

            def _send(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                """Quiet."""

        return Handler
