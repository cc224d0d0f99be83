"""Trained models on disk: where they are and which is live. Imports nothing heavy."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from sigap.errors import CommandError
from sigap.settings import ROOT

SOURCES = {
    "nlu": (
        *("config.yml", "domain.yml", "nlu_data/taxonomy.yml", "nlu_data/nlu/*.yml", "nlu_data/rules/*.yml"),
        *("nlu_data/stories/*.yml", "nlu_data/faq/*.yml", "nlu_data/complaints/*.jsonl", "nlu_data/lexicons/*"),
        *("assistant/*.py", "language/*.py", "assistant/requirements.txt"),
    ),
    "triage": (
        *("nlu_data/taxonomy.yml", "nlu_data/complaints/*.jsonl", "nlu_data/fields/*.jsonl", "nlu_data/lexicons/*"),
        *("classifiers/**/*.py", "language/*.py"),
        "requirements/base.txt",
    ),
}
"""What a model is made of: data, configuration, code and the libraries' versions."""
KEPT = 5
"""Versions of a model that stay on disk for a rollback, the live one included."""


def models_dir(state_dir: Path, name: str) -> Path:
    """Directory of a model's versions."""
    return state_dir.absolute() / "models" / name


def fingerprint(name: str, root: Path = ROOT) -> str:
    """Hash of everything the model is made of."""
    digest = hashlib.sha256()
    for path in _files(root, SOURCES[name]):
        digest.update(str(path.relative_to(root)).encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def live_version(state_dir: Path, name: str) -> str | None:
    """What the pointer file `live` names, or None when nothing was trained."""
    pointer = models_dir(state_dir, name) / "live"
    return pointer.read_text("utf-8").strip() or None if pointer.is_file() else None


def live_nlu(state_dir: Path) -> Path:
    """The assistant's model file.

    Raises:
        CommandError: nothing was trained yet, or the file is gone.
    """
    version = live_version(state_dir, "nlu")
    path = models_dir(state_dir, "nlu") / f"{version}.tar.gz"
    if version is None or not path.is_file():
        raise CommandError("the assistant has no trained model: run `sigap train`")
    return path


def live_triage(state_dir: Path) -> Path:
    """The triage model's directory. Raises `CommandError` as `live_nlu` does."""
    version = live_version(state_dir, "triage")
    path = models_dir(state_dir, "triage") / str(version)
    if version is None or not path.is_dir():
        raise CommandError("triage has no trained model: run `sigap train`")
    return path


def set_live(state_dir: Path, name: str, version: str) -> None:
    """Point to another version, atomically."""
    pointer = models_dir(state_dir, name) / "live"
    partial = pointer.with_suffix(".part")
    partial.write_text(version + "\n", "utf-8")
    partial.replace(pointer)


def _files(root: Path, patterns: Iterable[str]) -> list[Path]:
    return sorted({path for pattern in patterns for path in root.glob(pattern) if path.is_file()})
