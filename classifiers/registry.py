"""Models on disk: one directory per version, a `live` file that names the one in use, no pickle anywhere."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from skops import io as skops_io

from classifiers.card import Card, read_card
from classifiers.errors import ModelError
from classifiers.model import Parts, Thresholds, TriageModel

# The only types beyond numpy, scipy and scikit-learn that a model file may hold.
TRUSTED = (
    "classifiers.extract.FieldExtractor",
    "classifiers.extract.tagger.SpanTagger",
    "classifiers.features.NgramVectorizer",
    "classifiers.heads.LinearHead",
    "classifiers.normalise.Normaliser",
    "classifiers.text_classifier.TextClassifier",
    "classifiers.vectors.WordVectors",
)
FILE = "model.skops"
LIVE = "live"
ROOT = Path(__file__).resolve().parent.parent
_loaded: dict[Path, tuple[str, TriageModel]] = {}
_lock = threading.Lock()


def models_dir(state_dir: Path | None = None) -> Path:
    """Where triage models live: under the given state directory, `SIGAP_STATE_DIR`, or `var` of the project."""
    base = state_dir or Path(os.environ.get("SIGAP_STATE_DIR") or ROOT / "var")
    return base / "models" / "triage"


def save_object(content: Any, file: Path) -> None:
    """Write a model to a file."""
    skops_io.dump(content, file)


def load_object(file: Path) -> Any:
    """Read a model from a file written by `save_object`.

    Raises:
        ModelError: the file is missing or damaged, or holds a type that is not on our list.
    """
    try:
        unknown = set(skops_io.get_untrusted_types(file=file)) - set(TRUSTED)
        if unknown:
            raise ModelError(f"{file}: holds types we do not trust: {', '.join(sorted(unknown))}")
        return skops_io.load(file, trusted=list(TRUSTED))
    except (OSError, BadZipFile, KeyError, ValueError) as error:
        raise ModelError(f"{file}: not a readable model ({error})") from error


def save(parts: Parts, card: Card, folder: Path, extras: Callable[[Path], None] | None = None) -> Path:
    """Store a model as a new version; nothing is visible under its name until it is whole.

    Args:
        parts: what was trained.
        card: its card; names the version.
        folder: the directory of all versions.
        extras: writes further files (the report) into the directory it is given.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / card.version
    with tempfile.TemporaryDirectory(dir=folder, prefix=".new-") as temporary:
        staged = Path(temporary) / card.version
        staged.mkdir()
        save_object({name: getattr(parts, name) for name in Parts.__slots__}, staged / FILE)
        card.write(staged)
        if extras:
            extras(staged)
        staged.rename(target)
    return target


def promote(version: str, folder: Path) -> None:
    """Make a stored version the live one, in one step.

    Raises:
        ModelError: there is no such version.
    """
    read_card(folder / version)
    pointer = folder / f".{LIVE}-{os.getpid()}"
    pointer.write_text(version + "\n", "utf-8")
    pointer.replace(folder / LIVE)


def prune(folder: Path, kept: int) -> None:
    """Remove all but the newest versions; the live one always stays."""
    live = live_version(folder)
    versions = sorted((path.name for path in folder.iterdir() if (path / FILE).is_file()), reverse=True)
    for version in versions[kept:]:
        if version != live:
            shutil.rmtree(folder / version)


def live_version(folder: Path) -> str | None:
    """The version in use, or None before the first training."""
    try:
        return (folder / LIVE).read_text("utf-8").strip() or None
    except FileNotFoundError:
        return None


def load(folder: Path) -> TriageModel:
    """Load one stored version.

    Raises:
        ModelError: it is missing, damaged or lacks thresholds.
    """
    card = read_card(folder)
    content = load_object(folder / FILE)
    try:
        return TriageModel(Parts(**content), Thresholds(**card.thresholds), card.version)
    except TypeError as error:
        raise ModelError(f"{folder}: model and card do not fit this program ({error})") from error


def load_live(state_dir: Path | None = None) -> TriageModel:
    """The live triage model, loaded once per process and again after another version went live.

    Args:
        state_dir: state directory; by default `SIGAP_STATE_DIR` or the project's `var`.

    Raises:
        ModelError: nothing is live, or the model cannot be read; the text says what to do.
    """
    folder = models_dir(state_dir)
    version = live_version(folder)
    if version is None:
        raise ModelError(f"{folder}: no triage model is live; run: sigap train triage")
    with _lock:
        cached = _loaded.get(folder)
        if cached is None or cached[0] != version:
            cached = _loaded[folder] = (version, load(folder / version))
    return cached[1]
