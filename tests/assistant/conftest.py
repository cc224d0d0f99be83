"""A database for the assistant, and a running assistant trained on the small project."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from tests.assistant.actions_double import ActionsDouble
from tests.system import free_port

ROOT = Path(__file__).resolve().parents[2]
PROJECT = Path(__file__).parent / "project"
PYTHON = ROOT / "assistant" / ".venv" / "bin" / "python"
SECRET = "test-assistant-secret-1f0c"


@pytest.fixture(scope="session")
def assistant_database(postgres: str) -> str:
    """Address of an empty database for the tracker store."""
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS assistant_test WITH (FORCE)")
        connection.execute("CREATE DATABASE assistant_test")
        parameters = connection.info.get_parameters() | {"dbname": "assistant_test"}
    return psycopg.conninfo.make_conninfo(**parameters)


@dataclass
class Assistant:
    """The running server, as the worker sees it."""

    url: str
    actions: ActionsDouble
    actions_port: int
    database: str
    model: Path

    def post(self, body: Any, secret: str | None = SECRET) -> httpx.Response:
        """Send a raw body."""
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        return httpx.post(f"{self.url}/webhooks/sigap/webhook", json=body, headers=headers, timeout=30)

    def send(
        self, sender: str, text: str, message_id: str, channel: str = "whatsapp", **metadata: Any
    ) -> httpx.Response:
        """Send one message."""
        meta = {"kind": "text", "attachments": 0} | metadata
        body = {"sender": sender, "message_id": message_id, "text": text, "channel": channel, "metadata": meta}
        return self.post(body)

    def say(self, sender: str, text: str, message_id: str, channel: str = "whatsapp", **metadata: Any) -> list[Any]:
        """Send one message and return the replies."""
        response = self.send(sender, text, message_id, channel, **metadata)
        assert response.status_code == 200, response.text
        messages: list[Any] = response.json()["messages"]
        return messages


def environment(tmp: Path, database: str, actions_port: int) -> dict[str, str]:
    """What the supervisor gives the assistant."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "ignore",
        "SIGAP_ASSISTANT_SECRET": SECRET,
        "SIGAP_ASSISTANT_DATABASE_URL": database,
        "SIGAP_ACTIONS_URL": f"http://127.0.0.1:{actions_port}",
        "RASA_TELEMETRY_ENABLED": "false",
        "RASA_CACHE_DIRECTORY": str(tmp / "cache"),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
    }


def train(tmp: Path, env: dict[str, str]) -> Path:
    """Train the small project with Rasa's own command."""
    command = [
        *(PYTHON, "-m", "rasa", "train", "--skip-validation", "--config", PROJECT / "config.yml"),
        *("--domain", PROJECT / "domain.yml", "--data", PROJECT / "nlu_data"),
        *("--out", tmp, "--fixed-model-name", "small"),
    ]
    finished = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=240)
    assert finished.returncode == 0, finished.stderr[-4000:]
    return tmp / "small.tar.gz"


@pytest.fixture(scope="session")
def running_assistant(tmp_path_factory: pytest.TempPathFactory, assistant_database: str) -> Iterator[Assistant]:
    """Rasa with our parts, our endpoints.yml and credentials.yml, a real database and a double of the actions."""
    tmp = tmp_path_factory.mktemp("assistant")
    actions = ActionsDouble(SECRET)
    actions_port = actions.start()
    env = environment(tmp, assistant_database, actions_port)
    model = train(tmp, env)
    port = free_port(1)
    command = [
        *(PYTHON, "-m", "rasa", "run", "--interface", "127.0.0.1", "--port", str(port), "--model", model),
        *("--endpoints", ROOT / "endpoints.yml", "--credentials", ROOT / "credentials.yml"),
    ]
    with (tmp / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url, process, tmp / "log")
        yield Assistant(url, actions, actions_port, assistant_database, model)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        actions.stop()


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{url}/webhooks/sigap/health", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    pytest.fail("the assistant did not start:\n" + log.read_text("utf-8", "replace")[-4000:])


@pytest.fixture
def assistant(running_assistant: Assistant) -> Assistant:
    """The running server with its actions back in working order."""
    running_assistant.actions.reset()
    return running_assistant
