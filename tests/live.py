"""The installation's own trained models, those that `sigap train all` makes live: what the slow tests measure."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from sigap.models import live_version

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / "var"


def models_are_live() -> bool:
    """Whether both models were trained."""
    return all(live_version(STATE, name) for name in ("nlu", "triage"))


def sigap(*arguments: str, given: str = "") -> str:
    """Standard output of a command on the installation's models.

    Raises:
        RuntimeError: it failed; with what it said.
    """
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("SIGAP_", "DJANGO_"))}
    inherited.pop("DATABASE_URL", None)
    own = {"SIGAP_STATE_DIR": str(STATE), "SIGAP_DEMO": "1", "SIGAP_ENV_FILE": os.devnull}
    done = subprocess.run(
        [sys.executable, "-m", "sigap.cli", *arguments],
        cwd=ROOT,
        env=inherited | own,
        input=given,
        capture_output=True,
        text=True,
        timeout=900,
    )
    if done.returncode:
        raise RuntimeError(f"sigap {arguments[0]}: {done.stderr[-2000:]}")
    return done.stdout


def lines(command: str, texts: list[str]) -> list[dict[str, Any]]:
    """What `sigap understand` or `sigap triage` says of each text."""
    return [json.loads(line) for line in sigap(command, given="".join(f"{text}\n" for text in texts)).splitlines()]
