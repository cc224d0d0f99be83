"""Every process is killed in the middle of the work: nothing is lost, nothing is said twice."""

from __future__ import annotations

import secrets
import time

import psycopg
import pytest

from tests.e2e.api import Api
from tests.system import System

QUESTION = "brp hari cuti tahunan pns dlm setahun"
MESSAGES = 6


@pytest.mark.parametrize("victim", ["worker", "assistant", "actions", "web", "postgres"])
def test_killing_a_process_loses_and_doubles_nothing(system: System, api: Api, victim: str) -> None:
    phones = [api.phone("whatsapp_meta", f"0811{secrets.randbelow(10**8):08d}") for _ in range(MESSAGES)]
    for number, phone in enumerate(phones):
        api.write(phone, QUESTION)
        if number == MESSAGES // 2:
            system.children()[victim].kill()

    answered = _answers(system, len(phones), since=phones)

    assert answered == [1] * MESSAGES


def test_while_the_assistant_hangs_the_citizen_is_told_once_and_answered_later(system: System, api: Api) -> None:
    phone = api.phone("telegram", str(secrets.randbelow(10**9) + 10**9))
    assistant = system.children()["assistant"]
    assistant.suspend()
    try:
        api.write(phone, QUESTION)
        told = api.wait_for_more(phone, 0)
    finally:
        assistant.resume()
    answered = api.wait_for_more(phone, 1)

    assert [reply["text"][:34] for reply in told] == ["Pesan Anda sudah kami terima dan s"]
    assert "12 hari" in answered[0]["text"]
    assert len(api.replies(phone)) == 2


def _answers(system: System, expected: int, since: list[int]) -> list[int]:
    """How many answers each of the phones received, once all have one (or after four minutes)."""
    deadline = time.monotonic() + 240
    counts: list[int] = []
    while time.monotonic() < deadline:
        try:
            with psycopg.connect(system.database_url, connect_timeout=3) as database:
                rows = database.execute(
                    "SELECT phone_id, count(*) FROM simulator_simulatedmessage "
                    "WHERE author = 'sigap' AND text LIKE %s AND phone_id = ANY(%s) GROUP BY phone_id",
                    ["%12 hari%", since],
                ).fetchall()
            counts = sorted(count for _, count in rows)
        except psycopg.Error:
            counts = []
        if len(counts) >= expected:
            time.sleep(3)  # a second copy would arrive about now
            return counts
        time.sleep(1)
    return counts
