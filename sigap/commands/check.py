"""`sigap check`: what is missing, and the setting or command that mends it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sigap.house import ASSISTANT_PYTHON, load_django
from sigap.models import fingerprint, live_version, models_dir
from sigap.settings import Settings, load


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `fatal` findings that are not `good` make the command fail."""

    what: str
    good: bool
    say: str
    fatal: bool = True


def check() -> None:
    """Look at settings, secrets, database, models and webhooks; exit code 1 when something essential is missing."""
    settings = load()
    shown = Table(show_header=False, box=None)
    failed = False
    for finding in findings(settings):
        mark = "[green]ok[/]" if finding.good else "[red]missing[/]" if finding.fatal else "[yellow]note[/]"
        shown.add_row(mark, finding.what, escape(finding.say))
        failed = failed or (finding.fatal and not finding.good)
    Console().print(shown)
    if failed:
        raise typer.Exit(1)


def findings(settings: Settings) -> Iterator[Finding]:
    """Everything that is looked at, in order."""
    yield from _secrets(settings)
    yield from _database(settings)
    yield from _models(settings)
    yield from _channels(settings)


def _secrets(settings: Settings) -> Iterator[Finding]:
    for name, purpose in (
        ("sigap_secret_key", "signs sessions"),
        ("sigap_field_keys", "encrypts reporters' identity"),
        ("sigap_assistant_secret", "guards assistant and actions"),
    ):
        there = getattr(settings, name) is not None
        yield Finding(name.upper(), there, purpose if there else f"{purpose}: set {name.upper()}")
    if settings.sigap_demo:
        yield Finding("SIGAP_DEMO", False, "demo mode: the simulator is open; never let citizens in", fatal=False)


def _database(settings: Settings) -> Iterator[Finding]:
    embedded = settings.database_url is None
    try:
        with psycopg.connect(settings.resolved_database_url, connect_timeout=5) as connection:
            version = connection.info.server_version // 10000
    except psycopg.OperationalError:
        mend = "embedded and not running: `sigap up` starts it" if embedded else "does not answer: see DATABASE_URL"
        yield Finding("database", False, mend, fatal=not embedded)
        return
    yield Finding("database", version >= 14, f"PostgreSQL {version}" + ("" if version >= 14 else ": 14 is the oldest"))
    load_django()
    from django.db import connection as django_connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(django_connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    say = f"{waiting} migrations are waiting: run `python -m sigap.prepare`" if waiting else "up to date"
    yield Finding("migrations", not waiting, say)


def _models(settings: Settings) -> Iterator[Finding]:
    there = ASSISTANT_PYTHON.is_file()
    yield Finding("assistant/.venv", there, "installed" if there else "not installed: run `make run`")
    for name in ("nlu", "triage"):
        version = live_version(settings.sigap_state_dir, name)
        if version is None:
            yield Finding(f"model {name}", False, f"not trained: run `sigap train {name}`")
            continue
        stamp = models_dir(settings.sigap_state_dir, name) / "fingerprint"
        fresh = stamp.is_file() and stamp.read_text("utf-8").strip() == fingerprint(name)
        say = version if fresh else f"{version} is older than its data or configuration: run `sigap train {name}`"
        yield Finding(f"model {name}", fresh, say, fatal=False)


def _channels(settings: Settings) -> Iterator[Finding]:
    load_django()
    from connectors.registry import CONNECTORS

    off = 0
    for connector in CONNECTORS:
        missing = connector.missing_settings()
        off += bool(missing)
        addresses = " ".join(f"{settings.public_url}/webhooks/{path}" for path in connector.paths)
        say = f"off: set {', '.join(missing)}" if missing else f"webhook {addresses}"
        yield Finding(f"channel {connector.code}", not missing, say, fatal=False)
    if off == len(CONNECTORS):
        yield Finding("channels", False, "no channel is on: set the settings of at least one")
    if not settings.sigap_demo and not settings.public_url.startswith("https://"):
        yield Finding("SIGAP_PUBLIC_URL", False, "providers deliver to https addresses only: set SIGAP_PUBLIC_URL")
