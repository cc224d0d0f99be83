"""Whole conversations, as people write them, from `conversations.yml`."""

from __future__ import annotations

import re
import secrets
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from tests.e2e.api import Api
from tests.system import System

FILE = Path(__file__).with_name("conversations.yml")
CONVERSATIONS: list[dict[str, Any]] = yaml.safe_load(FILE.read_text("utf-8"))
NUMBER = re.compile(r"BKN-\d{4}-\w{5}-\w")
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e221bc33"
    "0000000049454e44ae426082"
)


class Citizen:
    """One person with a phone."""

    def __init__(self, system: System, api: Api, channel: str) -> None:
        self.system = system
        self.api = api
        self.phone = self.api.phone(channel, f"0812{secrets.randbelow(10**8):08d}")

    def do(self, step: dict[str, Any]) -> str:
        """Play one step; returns everything that came back, titles of buttons included."""
        before = len(self.api.replies(self.phone))
        if "days" in step:
            _let_pass(self.system, step["days"])
            return ""
        if "press" in step:
            self.api.press(self.phone, step["press"])
        elif "photo" in step:
            self.api.send_photo(self.phone, PICTURE, step["photo"])
        else:
            for text in step.get("quickly") or [step["write"]]:
                self.api.write(self.phone, text)
        return "\n".join(_readable(message) for message in self.api.wait_for_more(self.phone, before))

    def number(self) -> str:
        """The registration number given last, or "{nomor}" when there is none."""
        found = NUMBER.findall("\n".join(message["text"] for message in self.api.replies(self.phone)))
        return found[-1] if found else "{nomor}"


def _readable(message: dict[str, Any]) -> str:
    return "\n".join([message["text"], *(choice["title"] for choice in message["choices"])])


def _let_pass(system: System, days: int) -> None:
    """Make everything in the history of drafts older; the trigger that protects history is asked to look away."""
    with psycopg.connect(system.database_url) as database:
        database.execute("SET session_replication_role = replica")
        database.execute("UPDATE cases_event SET at = at - make_interval(days => %s)", [days])


@pytest.mark.parametrize("conversation", CONVERSATIONS, ids=[c["name"].replace(" ", "-") for c in CONVERSATIONS])
def test_conversation(system: System, api: Api, conversation: dict[str, Any]) -> None:
    citizen = Citizen(system, api, conversation["channel"])
    for step in conversation["steps"]:
        reply = citizen.do(step)
        number = citizen.number()
        for expected in step.get("says", ()):
            assert expected.replace("{nomor}", number) in reply, f"{step} was answered:\n{reply}"
        for unwanted in step.get("silent", ()):
            assert unwanted not in reply, f"{step} was answered:\n{reply}"
