"""The processes of an installation, derived from its settings."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psycopg

from sigap.errors import CommandError
from sigap.models import live_nlu
from sigap.postgres import EmbeddedPostgres
from sigap.processes import Child
from sigap.settings import ROOT, Settings, load, setting_name

ASSISTANT_PYTHON = ROOT / "assistant" / ".venv" / "bin" / "python"
PYTHON = sys.executable
LIBRARY_WARNINGS = re.compile(r"/site-packages/.*Warning: |^Implementing implicit namespace packages")
"""Rasa turns deprecation warnings of its own pinned libraries on; nobody here can mend them."""


def own_environment() -> dict[str, str]:
    """Environment of the processes that read our settings: ours, which `sigap.settings` reads."""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "desk.settings",
        "PYTHONUNBUFFERED": "1",
        "PYTHONPATH": str(ROOT),
        # classifiers/ knows the environment only, not a state directory that stands in .env
        "SIGAP_STATE_DIR": str(load().sigap_state_dir.absolute()),
    }


def assistant_environment(settings: Settings) -> dict[str, str]:
    """Environment of Rasa: what it needs and none of the providers' secrets."""
    foreign = {setting_name(name) for name in Settings.model_fields}
    env = {name: value for name, value in os.environ.items() if name not in foreign and name != "PYTHONHOME"}
    secret = settings.sigap_assistant_secret
    return env | {
        "SIGAP_ASSISTANT_SECRET": secret.get_secret_value() if secret else "",
        "SIGAP_ASSISTANT_DATABASE_URL": settings.resolved_assistant_database_url,
        "SIGAP_ACTIONS_URL": settings.actions_url,
        "SIGAP_STATE_DIR": str(settings.sigap_state_dir.absolute()),
        "RASA_TELEMETRY_ENABLED": "false",
        "RASA_CACHE_DIRECTORY": str(settings.sigap_state_dir.absolute() / "cache" / "rasa"),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "PYTHONUNBUFFERED": "1",
        "PYTHONPATH": str(ROOT),
    }


def postgres(server: EmbeddedPostgres) -> Child:
    """The embedded database; stopped last."""

    async def ready() -> bool:
        return await asyncio.to_thread(server.ready)

    return Child(
        name="postgres",
        command=server.command,
        env={name: os.environ[name] for name in ("PATH", "LANG", "TZ") if name in os.environ},
        ready=ready,
        stop_signal=signal.SIGINT,  # "fast shutdown": disconnects everybody, loses nothing
        orphan_signal=signal.SIGINT,
        account=server.account(),
        stage=0,
    )


def assistant(settings: Settings) -> Child:
    """The Rasa server."""

    def command() -> list[str]:
        port = str(settings.sigap_port + 1)
        return [
            *(str(ASSISTANT_PYTHON), "-m", "rasa", "run", "--interface", settings.sigap_assistant_host),
            *("--port", port),
            *("--model", str(live_nlu(settings.sigap_state_dir)), "--endpoints", str(ROOT / "endpoints.yml")),
            *("--credentials", str(ROOT / "credentials.yml")),
        ]

    return Child(
        name="assistant",
        noise=LIBRARY_WARNINGS,
        command=command,
        env=assistant_environment(settings),
        ready=_answers(f"{settings.assistant_url}/webhooks/sigap/health"),
    )


def actions(settings: Settings) -> Child:
    """The action server."""
    return Child(
        name="actions",
        command=lambda: [PYTHON, "-m", "actions"],
        env=own_environment(),
        ready=_answers(f"{settings.actions_url}/health"),
    )


def worker(settings: Settings) -> Child:
    """The worker that handles messages, sends replies and fetches files."""

    async def ready() -> bool:
        return await asyncio.to_thread(_has_worker, settings.resolved_database_url)

    return Child(
        name="worker", command=lambda: [PYTHON, "-m", "sigap.worker"], env=own_environment(), ready=ready, stage=2
    )


def web(settings: Settings) -> Child:
    """Webhooks, desk and simulator."""

    def command() -> list[str]:
        return [
            *(PYTHON, "-m", "uvicorn", "desk.asgi:application", "--host", settings.sigap_host),
            *("--port", str(settings.sigap_port), "--lifespan", "off", "--no-server-header"),
            # Addresses of pages carry what officers search for: reporters' names do not belong in a log.
            *("--no-access-log", "--log-level", "warning", "--timeout-graceful-shutdown", "3"),
        ]

    return Child(
        name="web",
        command=command,
        env=own_environment(),
        ready=_answers(f"http://{_reachable(settings.sigap_host)}:{settings.sigap_port}/healthz"),
        stage=3,
    )


def state_dir(settings: Settings) -> Path:
    """The installation's state directory, absolute."""
    return settings.sigap_state_dir.absolute()


def _reachable(host: str) -> str:
    return "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared, not bound


def _answers(url: str) -> Callable[[], Awaitable[bool]]:
    async def ready() -> bool:
        try:
            async with httpx.AsyncClient(timeout=2, trust_env=False) as client:
                return (await client.get(url)).is_success
        except httpx.HTTPError:
            return False

    return ready


def _has_worker(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=3) as connection:
            alive = connection.execute(
                "SELECT 1 FROM procrastinate_workers WHERE last_heartbeat > now() - interval '20 seconds'"
            )
            return alive.fetchone() is not None
    except psycopg.Error:
        return False


@contextmanager
def running_database(settings: Settings) -> Iterator[None]:
    """The database, for a command: the running one, or the embedded server started for as long as needed."""
    server = EmbeddedPostgres(settings.sigap_state_dir)
    if settings.database_url is not None or server.ready():
        yield
        return
    server.start()
    try:
        yield
    finally:
        server.stop()


def load_django() -> None:
    """Load Django inside a command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "desk.settings")
    import django

    django.setup()


def setup_django() -> None:
    """Load Django inside a command that needs the database.

    Raises:
        CommandError: the database does not answer.
    """
    load_django()
    url = load().resolved_database_url
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError as error:
        raise CommandError("the database does not answer: start Sigap (`sigap up`) or set DATABASE_URL") from error
