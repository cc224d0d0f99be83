"""`sigap up`: start everything and keep it running."""

from __future__ import annotations

import asyncio
import fcntl
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from sigap import demo, house
from sigap.errors import CommandError
from sigap.models import live_nlu, live_triage, live_version
from sigap.postgres import EmbeddedPostgres
from sigap.prepare import create_databases
from sigap.processes import Child, Supervisor, log
from sigap.settings import Settings, load
from sigap.welcome import welcome

SECONDS_TO_START = 180.0
ESSENTIAL = ("sigap_secret_key", "sigap_field_keys", "sigap_assistant_secret")


def up(
    demo_mode: Annotated[
        bool, typer.Option("--demo", help="Make up secrets, open the simulator, create demo officers.")
    ] = False,
    port: Annotated[int | None, typer.Option(help="Port of the web process; default SIGAP_PORT.")] = None,
) -> None:
    """Start and supervise postgres (when DATABASE_URL is unset), web, worker, actions and assistant."""
    settings = settings_for(demo_mode=demo_mode, port=port)
    live_nlu(settings.sigap_state_dir)
    live_triage(settings.sigap_state_dir)
    with only_one(house.state_dir(settings)):
        for number in range(settings.sigap_port, settings.sigap_port + 3):
            _require_free(number)
        asyncio.run(run(settings))


def settings_for(*, demo_mode: bool, port: int | None) -> Settings:
    """The settings to run with; in demo mode its file is made first.

    Raises:
        CommandError: not a demo, and a secret is missing.
    """
    if port is not None:
        os.environ["SIGAP_PORT"] = str(port)
    demo_mode = demo_mode or os.environ.get("SIGAP_DEMO", "").lower() in {"1", "true", "yes", "on"}
    if demo_mode:
        os.environ["SIGAP_DEMO"] = "1"
        first = load()
        demo.ensure_environment(house.state_dir(first), first.sigap_port)
        load.cache_clear()
        return load()
    settings = load()
    require_secrets(settings)
    return settings


def require_secrets(settings: Settings) -> None:
    """Refuse to start without the secrets that everything hangs on. Raises `CommandError` naming them."""
    missing = [name.upper() for name in ESSENTIAL if getattr(settings, name) is None]
    if missing or _is_made_up(settings):
        names = ", ".join(missing) or "SIGAP_SECRET_KEY"
        raise CommandError(f"not started: set {names} (docs/operator.md), or try `sigap up --demo`")


def _is_made_up(settings: Settings) -> bool:
    """Whether the secrets come from an earlier demo: they must not serve citizens by accident."""
    return settings.sigap_demo and "SIGAP_DEMO" not in os.environ


@contextmanager
def only_one(state_dir: Path) -> Iterator[None]:
    """Hold the installation's lock. Raises `CommandError` when another supervisor has it."""
    state_dir.mkdir(parents=True, exist_ok=True)
    with (state_dir / "sigap.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandError(f"Sigap is already running from {state_dir}") from None
        yield


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise CommandError(f"port {port} is in use: choose another with --port or SIGAP_PORT") from None


async def run(settings: Settings) -> None:
    """Bring everything up, keep it running until a signal, bring it down.

    Raises:
        CommandError: a process is not ready in time or died too often.
    """
    supervisor, stop = Supervisor(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def ask() -> None:
        if stop.is_set():
            supervisor.kill()  # asked twice: no more patience
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, ask)
    rising = asyncio.create_task(_rise(supervisor, settings))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([rising, stopping], return_when=asyncio.FIRST_COMPLETED)
        if rising.done():
            rising.result()
            stopping.cancel()
            await supervisor.wait(stop)
    finally:
        rising.cancel()
        log("sigap", "stopping")
        await supervisor.stop()
        log("sigap", "stopped")


async def _rise(supervisor: Supervisor, settings: Settings) -> None:
    if settings.database_url is None:
        server = EmbeddedPostgres(settings.sigap_state_dir)
        await asyncio.to_thread(server.prepare)
        await asyncio.to_thread(server.wait_for_previous)
        supervisor.start(house.postgres(server))
        await supervisor.wait_ready(["postgres"], SECONDS_TO_START)
    await asyncio.to_thread(create_databases, settings)
    supervisor.start(house.assistant(settings))  # the slowest to start: first
    await _prepare()
    children: list[Child] = [house.actions(settings), house.worker(settings), house.web(settings)]
    for child in children:
        supervisor.start(child)
    await supervisor.wait_ready(["web", "actions", "worker", "assistant"], SECONDS_TO_START)
    welcome(settings, Console() if sys.stdout.isatty() else Console(width=100))
    supervisor.watch(_follow_model(supervisor, settings))


async def _prepare() -> None:
    process = await asyncio.create_subprocess_exec(
        house.PYTHON,
        "-m",
        "sigap.prepare",
        env=house.own_environment(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    for line in said.decode("utf-8", "replace").splitlines():
        log("prepare", line)
    if process.returncode:
        raise CommandError("the database could not be prepared; the reason is above")


async def _follow_model(supervisor: Supervisor, settings: Settings) -> None:
    """Restart the assistant when another model became live."""
    known = live_version(settings.sigap_state_dir, "nlu")
    while True:
        await asyncio.sleep(3)
        current = live_version(settings.sigap_state_dir, "nlu")
        if current and current != known:
            log("sigap", f"model {current} is live; the assistant starts anew")
            known = current
            await supervisor.keepers["assistant"].restart()
