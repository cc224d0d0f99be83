"""`sigap chat` in script mode, over real HTTP, the simulated provider and the real connector's sender."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from cases.ports import Button, OutgoingPart
from connectors import http
from connectors.registry import CONNECTORS
from connectors.simulator import dispatch
from connectors.simulator.models import SimulatedPhone, SimulatedWebhook
from sigap.cli import main

pytestmark = pytest.mark.django_db(transaction=True)
BUTTONS = (Button(title="Ya", payload="/setuju"), Button(title="Belum", payload="/tolak"))
QUICK = ["--quiet", "1", "--wait", "10"]


class Officer(threading.Thread):
    """Answers every message of a citizen through the real sender, as the worker would: twice, buttons last."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._senders = {connector.code: connector for connector in CONNECTORS}
        self._leaving = threading.Event()
        self._answered: set[int] = set()

    def run(self) -> None:
        while not self._leaving.wait(0.1):
            for webhook in SimulatedWebhook.objects.select_related("phone", "message").filter(marks="").order_by("pk"):
                if webhook.pk not in self._answered:
                    self._answered.add(webhook.pk)
                    self._answer(webhook)
        connection.close()

    def _answer(self, webhook: SimulatedWebhook) -> None:
        sender, address = self._senders[webhook.phone.channel], webhook.phone.address
        said = webhook.message.payload or webhook.message.text
        sender.send(OutgoingPart(address=address, text=f"Anda menulis: {said}"))
        buttons = BUTTONS if sender.limits.buttons else ()
        sender.send(OutgoingPart(address=address, text="Sudah jelas?", buttons=buttons))

    def leave(self) -> None:
        self._leaving.set()
        self.join(5)


@pytest.fixture
def running(live_server: Any, configure: Callable[..., object], monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The application on a real port with the simulated providers; nothing answers by itself."""
    monkeypatch.setattr(dispatch, "wake", lambda: None)
    api = f"{live_server.url}/simulator/api"
    configure(
        SIGAP_PORT=live_server.url.rpartition(":")[2],
        SIGAP_META_API_BASE=f"{api}/meta",
        SIGAP_TWILIO_API_BASE=f"{api}/twilio",
        SIGAP_TELEGRAM_API_BASE=f"{api}/telegram",
    )
    yield live_server.url
    http.client().close()
    http.client.cache_clear()


@pytest.fixture
def officer(running: str) -> Iterator[None]:
    """Somebody who answers."""
    at_work = Officer()
    at_work.start()
    yield
    at_work.leave()


def _script(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


@pytest.mark.parametrize("channel", ["whatsapp", "sms", "telegram"])
def test_each_line_is_sent_and_its_replies_are_printed_in_order(
    channel: str, officer: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    _script(monkeypatch, "halo", "", "syarat pensiun")

    assert main(["chat", "--channel", channel, *QUICK]) == 0

    lines = [line for line in capsys.readouterr().out.splitlines() if not line.startswith("  [")]
    assert lines == [
        *("> halo", "Anda menulis: halo", "Sudah jelas?"),
        *("> syarat pensiun", "Anda menulis: syarat pensiun", "Sudah jelas?"),
    ]


@pytest.mark.parametrize("channel", ["whatsapp", "telegram"])
def test_a_buttons_number_presses_it(
    channel: str, officer: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    _script(monkeypatch, "halo", "2", "9")

    main(["chat", "--channel", channel, *QUICK])

    output = capsys.readouterr().out
    assert "  [1] Ya\n  [2] Belum" in output
    assert "> 2\nAnda menulis: /tolak" in output
    assert "> 9\nAnda menulis: 9" in output  # no such button: a text


def test_without_a_number_every_talk_is_a_new_citizens(officer: None, monkeypatch: pytest.MonkeyPatch):
    for _ in range(2):
        _script(monkeypatch, "halo")
        main(["chat", *QUICK])
    assert SimulatedPhone.objects.count() == 2


def test_a_given_number_continues_the_talk_without_repeating_it(
    officer: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    for text in ("satu", "dua"):
        _script(monkeypatch, text)
        main(["chat", "--channel", "sms", "--number", "0811 0000 0099", *QUICK])
    assert SimulatedPhone.objects.count() == 1
    assert capsys.readouterr().out.count("Anda menulis: satu") == 1


def test_a_message_without_a_reply_is_said_and_fails_the_script(
    running: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    _script(monkeypatch, "halo")
    assert main(["chat", "--wait", "1"]) == 1
    assert "no reply within 1 seconds" in capsys.readouterr().err


def test_when_nothing_runs_it_says_how_to_start(
    configure: Callable[..., object], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    configure(SIGAP_PORT="9")
    _script(monkeypatch, "halo")
    assert main(["chat"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("sigap: nothing is running at http://127.0.0.1:9/")
    assert "make run" in captured.err


def test_a_number_that_is_none_is_refused_with_a_sentence(
    running: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    _script(monkeypatch, "halo")
    assert main(["chat", "--number", "halo"]) == 1
    assert "Nomor belum benar" in capsys.readouterr().err
