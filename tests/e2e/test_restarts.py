"""Every process is killed in the middle of the work: nothing is lost, nothing is said twice."""

from __future__ import annotations

import time

import httpx
import psycopg
import pytest

QUESTION = "brp hari cuti tahunan pns dlm setahun"
MESSAGES = 6


class Api:
    """Phones without a browser: the simulator's HTTP interface."""

    def __init__(self, url: str) -> None:
        self.client = httpx.Client(base_url=url, timeout=30)
        self.client.get("/simulator/")
        self.headers = {"X-CSRFToken": self.client.cookies["csrftoken"]}

    def post(self, path: str, data: dict) -> dict:
        """POST, again for a while if the phone itself cannot work because web or database is being restarted."""
        deadline = time.monotonic() + 60
        while True:
            try:
                response = self.client.post(f"/simulator/{path}", json=data, headers=self.headers)
                if response.status_code < 500 or time.monotonic() > deadline:
                    response.raise_for_status()
                    return response.json()
                time.sleep(0.5)
            except httpx.TransportError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.5)

    def phone(self, channel: str, address: str) -> int:
        """Open a phone; returns its id."""
        return self.post("phones", {"channel": channel, "address": address})["id"]

    def write(self, phone: int, text: str) -> None:
        """Send a text as the citizen."""
        self.post(f"phones/{phone}/text", {"text": text})


@pytest.mark.parametrize("victim", ["worker", "assistant", "actions", "web", "postgres"])
def test_killing_a_process_loses_and_doubles_nothing(system, victim):
    api = Api(system.url)
    phones = [api.phone("whatsapp_meta", f"0811000{hash(victim) % 90 + 10}{n:02d}9") for n in range(MESSAGES)]
    for number, phone in enumerate(phones):
        api.write(phone, QUESTION)
        if number == MESSAGES // 2:
            system.children()[victim].kill()

    answered = _answers(system, len(phones), since=phones)

    assert answered == [1] * MESSAGES


def _answers(system, expected: int, since: list[int]) -> list[int]:
    """How many answers each of the phones received, once all have one (or after two minutes)."""
    deadline = time.monotonic() + 120
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
