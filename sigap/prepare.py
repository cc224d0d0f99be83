"""Bringing the databases up to date: `python -m sigap.prepare`, run by `sigap up` and before each deployment.

Safe to repeat and to run on several machines at once: an advisory lock lets one do the work.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from sigap.demo import UNIT, ensure_officers
from sigap.errors import CommandError
from sigap.postgres import ensure_database
from sigap.settings import Settings, SettingsError, load
from sigap.sockets import socket_url

log = logging.getLogger("sigap.prepare")
LOCK = 5_164_217  # any constant of ours; all preparations take the same one


def create_databases(settings: Settings) -> None:
    """Create our database and the assistant's where they do not exist.

    Raises:
        CommandError: the server refuses us.
    """
    for url in (settings.resolved_database_url, settings.resolved_assistant_database_url):
        if settings.database_url is None:
            ensure_database(socket_url(settings.sigap_state_dir, "postgres"), urlsplit(url).path.lstrip("/"))
            continue
        try:
            psycopg.connect(url, connect_timeout=10).close()
        except psycopg.OperationalError as error:
            _create(url, error)


def _create(url: str, reason: psycopg.OperationalError) -> None:
    parts = urlsplit(url)
    name = parts.path.lstrip("/")
    try:
        ensure_database(urlunsplit(parts._replace(path="/postgres")), name)
    except psycopg.Error as error:
        why = str(reason if isinstance(error, psycopg.OperationalError) else error).strip().splitlines()[0]
        raise CommandError(f"the database {name} cannot be opened or created: {why}") from error


def prepare(settings: Settings) -> None:
    """Migrate, sync roles, seed answers, register the live models; in demo mode make the demo officers."""
    from django.conf import settings as django_settings
    from django.db import connection

    from cases.services.answers import seed_answers
    from cases.services.registry import register_trained
    from cases.services.roles import sync_roles
    from desk.translation import compile_catalogues

    compile_catalogues()
    Path(django_settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            _migrate()
            sync_roles()
            seeded = seed_answers()
            if seeded.created or seeded.updated:
                log.info("answers: %d new, %d updated, %d kept as edited", seeded.created, seeded.updated, seeded.kept)
            register_trained(settings.sigap_state_dir.absolute())
            if settings.sigap_demo:
                _demo_officers(settings)
            _name_channels()
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _migrate() -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        log.info("database: applying %d migrations", len(plan))
        call_command("migrate", interactive=False, verbosity=0)


def _demo_officers(settings: Settings) -> None:
    from django.contrib.auth.models import User

    from cases.managers import PEJABAT_PENGHUBUNG
    from cases.services.officers import add_officer
    from cases.taxonomy import taxonomy

    for role, password in ensure_officers(settings.sigap_state_dir, taxonomy().roles).items():
        if not User.objects.filter(username=role).exists():
            add_officer(role, password, [role], UNIT if role == PEJABAT_PENGHUBUNG else "")


def _name_channels() -> None:
    from connectors.registry import CONNECTORS

    for connector in CONNECTORS:
        missing = connector.missing_settings()
        if missing:
            log.warning("channel %s is off: set %s", connector.code, ", ".join(missing))


def main() -> int:
    """Entry of the process."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "desk.settings")
    try:
        settings = load()
        create_databases(settings)
        import django

        django.setup()
        prepare(settings)
    except (CommandError, SettingsError, psycopg.OperationalError) as error:
        log.error("%s", error)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
