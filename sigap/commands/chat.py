"""`sigap chat`: a citizen in the terminal, through the simulated provider and the real connector."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any

import httpx
import typer

from sigap.errors import CommandError
from sigap.settings import load

WAIT_SECONDS = 60.0
QUIET_SECONDS = 2.0
POLL_SECONDS = 0.2
HINT = "start it with `make run`, or `sigap up --demo`"


class ChatChannel(StrEnum):
    """What the citizen holds in the hand."""

    WHATSAPP = "whatsapp"
    SMS = "sms"
    TELEGRAM = "telegram"


SIMULATED = {
    ChatChannel.WHATSAPP: "whatsapp_meta",
    ChatChannel.SMS: "sms_twilio",
    ChatChannel.TELEGRAM: "telegram",
}


def chat(
    channel: Annotated[ChatChannel, typer.Option(help="Channel to write on.")] = ChatChannel.WHATSAPP,
    number: Annotated[
        str | None,
        typer.Option(help="Citizen's number (Telegram: numeric id), to continue a talk; default: a new one."),
    ] = None,
    name: Annotated[str, typer.Option(help="Citizen's profile name.")] = "Warga",
    quiet: Annotated[
        float, typer.Option(min=0.2, help="Seconds without another reply that end a turn.")
    ] = QUIET_SECONDS,
    wait: Annotated[float, typer.Option(min=1, help="Seconds to wait for the first reply.")] = WAIT_SECONDS,
) -> None:
    """Talk to the running system from the terminal, or pipe a script into it: one message a line.

    The number in front of a button presses it. Ends at the end of input.
    """
    base = f"http://127.0.0.1:{load().sigap_port}/simulator/"
    # this machine is never behind a proxy
    with httpx.Client(base_url=base, timeout=20, trust_env=False) as client:
        phone = Phone(client)
        phone.open(SIMULATED[channel], number or _new_number(channel), name)
        if sys.stdin.isatty():
            print(f"{phone.name} ({phone.address}) on {channel.value}; end with Ctrl-D")
        unanswered = _talk(phone, quiet=quiet, wait=wait)
    if unanswered and not sys.stdin.isatty():
        raise CommandError(f"{unanswered} of the messages got no reply; is every process of `sigap up` running?")


def _talk(phone: Phone, *, quiet: float, wait: float) -> int:
    """Send line after line and print what comes back. Returns how many got no reply."""
    unanswered = 0
    for line in _lines():
        phone.say(line)
        replies = 0
        for message in phone.replies(quiet=quiet, wait=wait):
            replies += 1
            print(_shown(message), flush=True)
        if not replies:
            unanswered += 1
            print(f"sigap: no reply within {wait:.0f} seconds", file=sys.stderr)
    return unanswered


def _new_number(channel: ChatChannel) -> str:
    """An invented citizen's address: a fresh one gives a fresh conversation."""
    digits = f"{random.randrange(10**7):07d}"  # noqa: S311 - not a secret
    return f"79{digits}" if channel is ChatChannel.TELEGRAM else f"+62812{digits}0"


def _lines() -> Iterator[str]:
    """What the citizen types, or a script's lines, shown as they are sent."""
    interactive = sys.stdin.isatty()
    while True:
        try:
            line = input("> ") if interactive else sys.stdin.readline()
        except EOFError:
            print()
            return
        if not interactive and not line:
            return
        if not line.strip():
            continue
        if not interactive:
            print(f"> {line.strip()}", flush=True)
        yield line.strip()


def _shown(message: dict[str, Any]) -> str:
    """A reply as the terminal shows it: the text, then its buttons with a number each."""
    lines = [str(message["text"])] if message["text"] else []
    if message["media"]:
        lines.append(f"[{message['media']['name'] or 'berkas'}]")
    lines += [f"  [{number}] {choice['title']}" for number, choice in enumerate(message["choices"], 1)]
    if message["status"] == "failed":
        lines.append(f"  ({message['reason']})")
    return "\n".join(lines)


class Phone:
    """A citizen's phone at the simulated provider of the running system.

    Args:
        client: whose base address is the simulator's.
    """

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self._base = str(client.base_url)
        self._token = ""
        self._path = ""
        self._seen = 0
        self._offered: dict[str, Any] | None = None
        self.name = ""
        self.address = ""

    def open(self, channel: str, address: str, name: str) -> None:
        """Take the phone in the hand.

        Raises:
            CommandError: nothing is running, the simulator is off, or the number is not one.
        """
        response = self._request("GET", "")
        if response.status_code == 404:
            raise CommandError(f"what runs at {self._base} has no simulator: it needs SIGAP_DEMO=1")
        if response.status_code != 200:
            raise CommandError(f"the running system answered {response.status_code}; its log says why")
        self._token = response.cookies.get("csrftoken") or ""
        opened = self._post("phones", {"channel": channel, "address": address, "name": name})
        self._path, self.name, self.address = f"phones/{opened['id']}", opened["name"], opened["address"]
        self._seen = max((message["id"] for message in self._messages()), default=0)

    def say(self, line: str) -> None:
        """Send a line, or press the button that it numbers in the newest reply."""
        choices = self._offered["choices"] if self._offered else []
        if self._offered and line.isdigit() and 1 <= int(line) <= len(choices):
            self._post(f"{self._path}/press", {"message": self._offered["id"], "index": int(line) - 1})
        else:
            self._post(f"{self._path}/text", {"text": line})

    def replies(self, *, quiet: float, wait: float) -> Iterator[dict[str, Any]]:
        """The replies as they arrive, until none has come for `quiet` seconds; at most `wait` for the first."""
        deadline = time.monotonic() + wait
        while time.monotonic() < deadline:
            for message in self._new_replies():
                deadline = time.monotonic() + quiet
                yield message
            time.sleep(POLL_SECONDS)
        self._post(f"{self._path}/seen", {})

    def _new_replies(self) -> list[dict[str, Any]]:
        fresh = [message for message in self._messages() if message["id"] > self._seen]
        self._seen = max((message["id"] for message in fresh), default=self._seen)
        found = [message for message in fresh if message["author"] == "sigap"]
        if found:
            self._offered = found[-1] if found[-1]["choices"] else None
        return found

    def _messages(self) -> list[dict[str, Any]]:
        response = self._request("GET", self._path)
        if response.is_error:
            raise CommandError(f"the simulator answered {response.status_code}; the system's log says why")
        messages: list[dict[str, Any]] = response.json()["messages"]
        return messages

    def _post(self, path: str, data: dict[str, Any]) -> dict[str, Any]:
        # by hand: behind a public https address the cookie is "secure", and we are on plain http here
        headers = {"X-CSRFToken": self._token, "Cookie": f"csrftoken={self._token}"}
        response = self._request("POST", path, json=data, headers=headers)
        is_json = response.headers.get("content-type", "").startswith("application/json")
        body: dict[str, Any] = response.json() if is_json else {}
        if response.is_error:
            raise CommandError(str(body.get("error") or f"the simulator answered {response.status_code}"))
        return body

    def _request(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            response = self._client.request(method, path, **options)
        except httpx.ConnectError:
            raise CommandError(f"nothing is running at {self._base}; {HINT}") from None
        except httpx.HTTPError as error:
            raise CommandError(f"the running system stopped answering ({type(error).__name__})") from None
        return response
