"""Where the embedded PostgreSQL of an installation is found."""

from __future__ import annotations

import hashlib
from pathlib import Path
from urllib.parse import quote

LONGEST_SOCKET_PATH = 100  # Linux allows 107 bytes for the whole path, macOS 103


def socket_dir(state_dir: Path) -> Path:
    """Where the server of this installation has its socket: in the state directory, or in /tmp if that is too deep."""
    inside = state_dir.absolute() / "run"
    if len(str(inside / ".s.PGSQL.5432").encode()) <= LONGEST_SOCKET_PATH:
        return inside
    return Path("/tmp") / f"sigap-{hashlib.sha256(str(inside).encode()).hexdigest()[:16]}"  # noqa: S108 - checked below


def socket_url(state_dir: Path, database: str) -> str:
    """Address of a database on the embedded server."""
    return f"postgresql://postgres@/{database}?host={quote(str(socket_dir(state_dir)), safe='/')}"
