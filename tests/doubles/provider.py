"""A provider's API on a real local port: refuses what the vendor would refuse, records what it took.

The checks are the simulator's own (`connectors.simulator.shapes`), so the demo phone and the tests agree.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

from connectors.simulator.shapes import ShapeError, meta, telegram, twilio
from sigap.settings import load


@dataclass
class Taken:
    """One request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON, or None."""
        return json.loads(self.body) if self.headers.get("content-type", "").startswith("application/json") else None

    @property
    def form(self) -> dict[str, list[str]]:
        """The body as an urlencoded form."""
        return parse_qs(self.body.decode(), keep_blank_values=True)

    @property
    def parts(self) -> tuple[dict[str, str], dict[str, bytes]]:
        """Fields and files of a multipart form."""
        head = f"Content-Type: {self.headers['content-type']}\r\n\r\n".encode()
        message: EmailMessage = BytesParser(policy=HTTP).parsebytes(head + self.body)  # type: ignore[assignment]
        fields, files = {}, {}
        for part in message.iter_parts():
            name = str(part.get_param("name", header="content-disposition"))
            content = part.get_payload(decode=True)
            if part.get_filename():
                files[name] = content
            else:
                fields[name] = content.decode()
        return fields, files


@dataclass
class Answer:
    """What the double says."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    def bytes(self) -> bytes:
        """The body on the wire."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


HANG_UP = Answer(status=0)
"""Take the request, then close the connection without a word."""


class ProviderDouble:
    """One vendor on a local port. `answers` are given first, one a request; then the vendor's own."""

    def __init__(self, vendor: str) -> None:
        self.vendor = vendor
        self.taken: list[Taken] = []
        self.refused: list[ShapeError] = []
        self.answers: deque[Answer] = deque()
        self.files: dict[str, Answer] = {}
        self._ids = count(1)
        self._lock = threading.Lock()
        self.base = ""

    def answer(self, request: Taken) -> Answer:
        """Record a request and decide."""
        with self._lock:
            self.taken.append(request)
            if self.answers:
                return self.answers.popleft()
        path = urlsplit(request.path).path
        if path in self.files:
            return self.files[path]
        return {"meta": self._meta, "twilio": self._twilio, "telegram": self._telegram}[self.vendor](request, path)

    def _refuse(self, faults: list[ShapeError], render: Any) -> Answer | None:
        if not faults:
            return None
        self.refused.append(faults[0])
        return Answer(faults[0].status, render.answer(faults[0]))

    def _meta(self, request: Taken, path: str) -> Answer:
        settings = load()
        faults = meta.auth_errors(request.headers, [settings.sigap_meta_access_token.get_secret_value()])
        if path.endswith("/media"):
            fields, files = request.parts
            faults += meta.upload_errors(fields, files)
            return self._refuse(faults, meta) or Answer(body={"id": f"{next(self._ids)}"})
        if path != f"/v23.0/{settings.sigap_meta_phone_number_id}/messages":
            faults.append(ShapeError(400, 100, f"Unknown path components: {path}"))
        faults += meta.message_errors(request.json)
        return self._refuse(faults, meta) or Answer(
            body={"messaging_product": "whatsapp", "messages": [{"id": f"wamid.{next(self._ids)}"}]}
        )

    def _twilio(self, request: Taken, path: str) -> Answer:
        settings = load()
        account = settings.sigap_twilio_account_sid
        faults = twilio.auth_errors(
            request.headers, account, settings.sigap_twilio_auth_token.get_secret_value().split(",")
        )
        if path != f"/2010-04-01/Accounts/{account}/Messages.json":
            faults.append(ShapeError(404, 20404, f"The requested resource {path} was not found"))
        faults += twilio.message_errors(request.form)
        sid = f"SM{next(self._ids):032x}"
        return self._refuse(faults, twilio) or Answer(201, {"sid": sid, "status": "queued", "account_sid": account})

    def _telegram(self, request: Taken, path: str) -> Answer:
        _, bot, method = path.split("/")
        faults = telegram.auth_errors(bot[3:], [load().sigap_telegram_bot_token.get_secret_value()])
        fields, files = (request.json, {}) if request.json is not None else request.parts
        faults += telegram.method_errors(method, fields, files)
        message = {"message_id": next(self._ids), "date": 1795200000, "chat": {"id": int(fields.get("chat_id", 0))}}
        return self._refuse(faults, telegram) or Answer(body={"ok": True, "result": message})


@contextmanager
def serving(vendor: str) -> Iterator[ProviderDouble]:
    """Run a double until the block ends; its `base` is the address to configure."""
    double = ProviderDouble(vendor)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = double.answer(Taken(self.command, self.path, headers, self.rfile.read(length)))
            if answer is HANG_UP:
                self.close_connection = True
                return
            content = answer.bytes()
            self.send_response(answer.status)
            for name, value in {"Content-Length": str(len(content)), **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST

        def log_message(self, *_: object) -> None:
            """Say nothing: addresses carry Telegram's token."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    double.base = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield double
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
