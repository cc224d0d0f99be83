"""`sigap run`: one process in the foreground, for systemd and containers."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from typing import Annotated

import typer

from sigap import house
from sigap.commands.up import require_secrets
from sigap.settings import load


class Process(StrEnum):
    """What can be run by itself."""

    PREPARE = "prepare"
    WEB = "web"
    WORKER = "worker"
    ACTIONS = "actions"
    ASSISTANT = "assistant"


def run(
    process: Annotated[Process, typer.Argument(help="Which process; `prepare` brings the database up to date.")],
) -> None:
    """Run one process instead of all: for systemd, compose and Kubernetes (deploy/)."""
    settings = load()
    if process is Process.PREPARE:
        _become([sys.executable, "-m", "sigap.prepare"], house.own_environment())
    require_secrets(settings)
    children = {
        Process.WEB: house.web,
        Process.WORKER: house.worker,
        Process.ACTIONS: house.actions,
        Process.ASSISTANT: house.assistant,
    }
    child = children[process](settings)
    _become(list(child.command()), dict(child.env))


def _become(command: list[str], env: dict[str, str]) -> None:
    """Replace this process, so that signals and exit code are the program's own."""
    os.execve(command[0], command, env)  # noqa: S606 - our own, fixed programs
