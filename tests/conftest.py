"""What every test gets: its own PostgreSQL, its own secrets, no way off this host, logs that keep secrets.

The environment is set here, before Django reads its settings (pytest-django reads them after this file because
`DJANGO_SETTINGS_MODULE` is set here and not in pyproject.toml). The database server starts with the first test
that needs it.
"""

from __future__ import annotations

import atexit
import logging
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

STATE = Path(tempfile.mkdtemp(prefix="sigap-test-"))
atexit.register(shutil.rmtree, STATE, ignore_errors=True)
(STATE / "static").mkdir()

DEAD_END = "http://127.0.0.1:9"  # port "discard": what a test did not point elsewhere fails at once
SECRETS = {
    "SIGAP_SECRET_KEY": secrets.token_urlsafe(48),
    "SIGAP_FIELD_KEYS": "ASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4mrze8=",
    "SIGAP_ASSISTANT_SECRET": "test-assistant-secret-1f0c",
    "SIGAP_TWILIO_AUTH_TOKEN": "test0twilio0auth0token0000000001",
    "SIGAP_META_APP_SECRET": "test-meta-app-secret-7a3e",
    "SIGAP_META_VERIFY_TOKEN": "test-meta-verify-token-55d1",
    "SIGAP_META_ACCESS_TOKEN": "test-meta-access-token-9b20",
    "SIGAP_TELEGRAM_BOT_TOKEN": "123456789:test-telegram-bot-token-c4e8aaaaaaa",
    "SIGAP_TELEGRAM_SECRET_TOKEN": "test-telegram-secret-token-e6f2",
}
PLAIN = {
    "SIGAP_ENV_FILE": os.devnull,
    "SIGAP_STATE_DIR": str(STATE),
    "SIGAP_DEMO": "1",
    "SIGAP_PORT": "18800",
    "SIGAP_PUBLIC_URL": "https://sigap.example.go.id",
    "SIGAP_TWILIO_ACCOUNT_SID": "AC0123456789abcdef0123456789abcdef",
    "SIGAP_TWILIO_SMS_FROM": "+15005550006",
    "SIGAP_TWILIO_WHATSAPP_FROM": "+15005550006",
    "SIGAP_TWILIO_API_BASE": DEAD_END,
    "SIGAP_META_PHONE_NUMBER_ID": "106540352242922",
    "SIGAP_META_API_BASE": DEAD_END,
    "SIGAP_TELEGRAM_API_BASE": DEAD_END,
}
GIVEN_DATABASE = os.environ.get("SIGAP_TEST_DATABASE_URL")

for _name in [name for name in os.environ if name.startswith("SIGAP_")]:
    del os.environ[_name]
os.environ.update(SECRETS | PLAIN)
os.environ["DJANGO_SETTINGS_MODULE"] = "desk.settings"

from sigap.postgres import EmbeddedPostgres, socket_url  # noqa: E402 - after the environment
from sigap.settings import Settings, load  # noqa: E402

os.environ["DATABASE_URL"] = GIVEN_DATABASE or socket_url(STATE, "sigap")

import django  # noqa: E402

django.setup()  # now, because conftest files below this one import models

from desk.translation import compile_catalogues  # noqa: E402 - after the set-up

compile_catalogues()  # as `sigap up` does: compiled catalogues are not in the repository

PHONE_NUMBER = re.compile(r"(?<![\w.-])\+?(?:62|1500)\d{7,12}(?!\w)")
"""Indonesian numbers in E.164, with or without the plus, and Twilio's test numbers."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser's tests come last: they are the slowest, and Playwright keeps an event loop in the main thread."""
    items.sort(key=lambda item: item.get_closest_marker("e2e") is not None)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A running PostgreSQL server: the address of its `postgres` database (or the given test database)."""
    if GIVEN_DATABASE:
        yield GIVEN_DATABASE
        return
    # Durability is not under test here; skipping fsync makes the suite faster.
    server = EmbeddedPostgres(STATE, {"fsync": "off", "full_page_writes": "off", "max_connections": "200"})
    server.start()
    yield socket_url(STATE, "postgres")
    server.stop()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(postgres: str) -> None:
    """Start the server before pytest-django creates the test database."""


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Settings]]:
    """Change settings for one test: `configure(SIGAP_META_API_BASE=url, SIGAP_DEMO=None)`; None unsets."""

    def change(**values: str | None) -> Settings:
        for name, value in values.items():
            if value is None:
                monkeypatch.delenv(name, raising=False)
            else:
                monkeypatch.setenv(name, value)
        load.cache_clear()
        return load()

    yield change
    monkeypatch.undo()
    load.cache_clear()


def leaks(text: str, *more: str) -> list[str]:
    """What must not be readable in a log: names of configured secrets, values given, phone numbers."""
    found = [name for name, value in SECRETS.items() if value in text]
    found += [f"value {value[:3]}..." for value in more if value and value in text]
    return found + ["a phone number" for _ in PHONE_NUMBER.findall(text)]


@pytest.fixture
def assert_logs_hide(caplog: pytest.LogCaptureFixture) -> Callable[..., None]:
    """Assert now that the log so far shows no secret, no phone number and none of the given values."""

    def check(*values: str) -> None:
        assert leaks(caplog.text, *values) == []

    return check


@pytest.fixture(autouse=True)
def _logs_keep_secrets(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """No test may leave a secret or a phone number in the log."""
    yield
    plain = logging.Formatter()
    written = "\n".join(plain.format(record) for phase in ("setup", "call") for record in caplog.get_records(phase))
    assert leaks(written) == [], "the log of this test shows what logs must not show"
