"""`sigap train`: train what is stale."""

from __future__ import annotations

import subprocess
import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from sigap.errors import CommandError
from sigap.house import ASSISTANT_PYTHON, assistant_environment
from sigap.models import KEPT, fingerprint, live_version, models_dir, set_live
from sigap.settings import ROOT, load


class What(StrEnum):
    """What can be trained."""

    NLU = "nlu"
    TRIAGE = "triage"
    ALL = "all"


def train(
    what: Annotated[What, typer.Argument(help="The assistant's model, the triage models, or both.")] = What.ALL,
    force: Annotated[bool, typer.Option("--force", help="Train even what is up to date.")] = False,
) -> None:
    """Train what is stale: what has changed in data, configuration, code or library versions since."""
    state_dir, console = load().sigap_state_dir, Console(highlight=False)
    for name, trainer in (("triage", train_triage), ("nlu", train_nlu)):
        if what not in (What.ALL, name):
            continue
        wanted = fingerprint(name)
        if not force and is_fresh(state_dir, name, wanted):
            console.print(f"{name}: up to date ({live_version(state_dir, name)})")
            continue
        started = time.monotonic()
        version = trainer(state_dir, wanted, console)
        (models_dir(state_dir, name) / "fingerprint").write_text(wanted + "\n", "utf-8")
        console.print(f"{name}: {version} is live, trained in {time.monotonic() - started:.0f} s")


def is_fresh(state_dir: Path, name: str, wanted: str) -> bool:
    """Whether the live model exists and was made of what `wanted` is the fingerprint of."""
    folder = models_dir(state_dir, name)
    stamp, version = folder / "fingerprint", live_version(state_dir, name)
    there = version is not None and any((folder / f"{version}{ending}").exists() for ending in ("", ".tar.gz"))
    return there and stamp.is_file() and stamp.read_text("utf-8").strip() == wanted


def train_nlu(state_dir: Path, version: str, console: Console) -> str:
    """Train the assistant with Rasa, in its own environment. Raises `CommandError`."""
    folder = models_dir(state_dir, "nlu")
    folder.mkdir(parents=True, exist_ok=True)
    command = [
        *(str(ASSISTANT_PYTHON), "-m", "rasa", "train", "--config", "config.yml", "--domain", "domain.yml"),
        *("--data", "nlu_data", "--out", str(folder), "--fixed-model-name", version),
    ]
    _run(command, folder / "train.log", "nlu: training the assistant", console)
    if not (folder / f"{version}.tar.gz").is_file():
        raise CommandError(f"Rasa wrote no model: see {folder / 'train.log'}")
    set_live(state_dir, "nlu", version)
    prune(folder, keep=version)
    return version


def prune(folder: Path, keep: str) -> None:
    """Delete all but the newest models; the live one stays whatever its age."""
    by_age = sorted(folder.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in by_age[KEPT:]:
        if path.name != f"{keep}.tar.gz":
            path.unlink()


def train_triage(state_dir: Path, version: str, console: Console) -> str:
    """Train the triage models; they print their own progress and point to themselves."""
    from sigap.commands.train_triage import train_triage as run

    run(force=True)
    return live_version(state_dir, "triage") or version


def _run(command: list[str], log: Path, title: str, console: Console) -> None:
    """Run a program, show what it does last, keep everything in a file."""
    env = assistant_environment(load())
    with (
        log.open("w", encoding="utf-8") as file,
        subprocess.Popen(
            command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
        ) as process,
        console.status(title) as status,
    ):
        if not console.is_terminal:
            console.print(title)
        lines: list[str] = []
        for line in process.stdout or ():
            file.write(line)
            if text := line.strip():
                lines.append(text)
                status.update(f"{title}: {text[:80]}")
    if process.returncode:
        console.print("\n".join(lines[-15:]), markup=False)
        raise CommandError(f"training failed; the whole log is in {log}")
