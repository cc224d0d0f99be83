"""Demo mode: secrets made up once, the simulator as provider, one officer for each role."""

from __future__ import annotations

import json
import os
import secrets
import string
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from pathlib import Path

from sigap.settings import DEMO_FILE

OFFICERS_FILE = "demo-officers.json"
UNIT = "direktorat_pensiun"


def _digits(count: int) -> str:
    return "".join(secrets.choice(string.digits) for _ in range(count))


def _made_up() -> dict[str, str]:
    """Secrets in the shapes that the vendors give out, so that the connectors treat them alike."""
    return {
        "SIGAP_SECRET_KEY": secrets.token_urlsafe(48),
        "SIGAP_FIELD_KEYS": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "SIGAP_ASSISTANT_SECRET": secrets.token_urlsafe(32),
        "SIGAP_TWILIO_ACCOUNT_SID": f"AC{secrets.token_hex(16)}",
        "SIGAP_TWILIO_AUTH_TOKEN": secrets.token_hex(16),
        "SIGAP_TWILIO_SMS_FROM": "+15005550006",  # Twilio's test number
        "SIGAP_TWILIO_WHATSAPP_FROM": "+15005550006",
        "SIGAP_META_APP_SECRET": secrets.token_hex(16),
        "SIGAP_META_VERIFY_TOKEN": secrets.token_urlsafe(16),
        "SIGAP_META_ACCESS_TOKEN": f"EAA{secrets.token_hex(32)}",
        "SIGAP_META_PHONE_NUMBER_ID": _digits(15),
        "SIGAP_TELEGRAM_BOT_TOKEN": f"{_digits(9)}:{secrets.token_urlsafe(26)}",
        "SIGAP_TELEGRAM_SECRET_TOKEN": secrets.token_urlsafe(24),
    }


def ensure_environment(state_dir: Path, port: int) -> Path:
    """Write the demo's settings file, keeping the secrets that it already has.

    Args:
        state_dir: directory of the installation.
        port: where the web process, and so the simulator, listens.

    Returns:
        The file, readable by its owner alone; `sigap.settings` reads it while `SIGAP_SECRET_KEY` is not set elsewhere.
    """
    path = state_dir / DEMO_FILE
    simulator = f"http://127.0.0.1:{port}/simulator/api"
    values = _made_up() | _read(path)
    values |= {
        "SIGAP_DEMO": "1",
        "SIGAP_PORT": str(port),
        "SIGAP_META_API_BASE": f"{simulator}/meta",
        "SIGAP_TWILIO_API_BASE": f"{simulator}/twilio",
        "SIGAP_TELEGRAM_API_BASE": f"{simulator}/telegram",
    }
    head = "# Made by demo mode; ignored once SIGAP_SECRET_KEY is set in the environment or in .env.\n"
    _write_private(path, head + "".join(f"{name}={value}\n" for name, value in values.items()))
    return path


def officer_passwords(state_dir: Path) -> dict[str, str]:
    """The demo officers' passwords by user name; empty before `ensure_officers`."""
    path = state_dir / OFFICERS_FILE
    known: dict[str, str] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return known


def ensure_officers(state_dir: Path, roles: Iterable[str]) -> dict[str, str]:
    """Make up a password for one officer of each role (the user name is the role's code), once."""
    known = officer_passwords(state_dir)
    passwords = {role: known.get(role) or secrets.token_urlsafe(9) for role in roles}
    if passwords != known:
        _write_private(state_dir / OFFICERS_FILE, json.dumps(passwords, indent=2) + "\n")
    return passwords


def _read(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    lines = path.read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def _write_private(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".part")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    partial.replace(path)
