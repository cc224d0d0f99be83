"""The action server over HTTP: nobody without the secret, texts with a tag."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from django.conf import settings
from django.utils import timezone

from actions.server import build
from cases.models import Answer
from cases.ports import Channel
from cases.services.answers import seed_answers
from cases.services.intake import conversation_for
from sigap.settings import load
from sigap.sockets import socket_url
from tests.conftest import GIVEN_DATABASE, STATE
from tests.system import free_port

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def address(django_db_setup: None) -> Iterator[str]:
    """A running action server on the test database."""
    url = f"http://127.0.0.1:{free_port()}"
    database = socket_url(STATE, str(settings.DATABASES["default"]["NAME"]))
    process = subprocess.Popen(
        [sys.executable, "-m", "actions"],
        cwd=ROOT,
        env=os.environ | {"SIGAP_ACTIONS_URL": url, "DATABASE_URL": GIVEN_DATABASE or database},
    )
    try:
        _wait_for(f"{url}/health", process)
        yield url
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(150):
        assert process.poll() is None
        with contextlib.suppress(httpx.TransportError):
            httpx.get(url, timeout=1)
            return
        time.sleep(0.2)
    raise AssertionError("the action server does not answer")


def bearer() -> dict[str, str]:
    secret = load().sigap_assistant_secret
    assert secret is not None
    return {"Authorization": f"Bearer {secret.get_secret_value()}"}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("path", ["/webhook", "/responses", "/actions", "/nothing"])
@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": ""}])
def test_nothing_is_answered_without_the_secret(address: str, method: str, path: str, headers: dict[str, str]) -> None:
    assert httpx.request(method, address + path, headers=headers).status_code == 403


def test_the_secret_opens_as_header_and_as_query(address: str) -> None:
    shown = bearer()
    token = shown["Authorization"].removeprefix("Bearer ")
    for request in ({"headers": shown}, {"params": {"token": token}}):
        names = {entry["name"] for entry in httpx.get(f"{address}/actions", **request).json()}
        assert "action_tulis" in names


def test_a_server_without_a_secret_is_not_built() -> None:
    with pytest.raises(ValueError, match="SIGAP_ASSISTANT_SECRET"):
        build("")


@pytest.mark.django_db(transaction=True)
def test_texts_come_with_a_tag_and_again_only_when_one_changed(address: str) -> None:
    seed_answers()
    first = httpx.get(f"{address}/responses", headers=bearer())
    assert first.json()["etag"] == first.headers["etag"]
    assert first.json()["responses"]["utter_sapa"]
    unchanged = {**bearer(), "If-None-Match": first.headers["etag"]}
    assert httpx.get(f"{address}/responses", headers=unchanged).status_code == 304

    Answer.objects.filter(topic="jam_layanan").update(text="Hari ini tutup.")

    second = httpx.get(f"{address}/responses", headers=unchanged)
    assert second.json()["responses"]["utter_faq/jam_layanan"][1] == {"text": "Hari ini tutup.", "channel": "sms"}


@pytest.mark.django_db(transaction=True)
def test_an_action_runs_as_rasa_calls_it(address: str) -> None:
    conversation = conversation_for("memory", Channel.TELEGRAM, "chat-1")
    message = conversation.messages.create(author="citizen", text="mau lapor", sent_at=timezone.now())
    tracker = {
        "sender_id": str(conversation.pk),
        "slots": {},
        "latest_message": {"text": "mau lapor", "intent": {"name": "mulai_lapor"}, "message_id": str(message.pk)},
        "events": [],
    }
    call = {"next_action": "action_mulai_lapor", "tracker": tracker, "sender_id": "x", "version": "3.6.21"}
    answer = httpx.post(f"{address}/webhook", headers=bearer(), json=call).json()

    assert "responses" in answer, answer
    assert [r["response"] for r in answer["responses"]] == ["utter_ceritakan"]
    assert [(e["name"], e["value"]) for e in answer["events"]] == [("tahap", "cerita")]
