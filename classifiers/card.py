"""The model card: what a model was trained on, how well it does, and the thresholds it decides by."""

from __future__ import annotations

import json
import platform
from dataclasses import asdict, dataclass, fields
from importlib.metadata import version
from pathlib import Path
from typing import Any

from classifiers.errors import ModelError

LIBRARIES = ("numpy", "scipy", "scikit-learn", "spacy", "skops")
FILE = "card.json"


@dataclass(frozen=True, slots=True)
class Card:
    """What stands beside every saved model.

    `thresholds` and `metrics` belong to the kind of model; `fingerprint` is the hash over data, word lists and code
    that tells whether the model is stale.
    """

    name: str
    version: str
    created: str
    fingerprint: str
    data_hash: str
    counts: dict[str, Any]
    thresholds: dict[str, Any]
    metrics: dict[str, Any]
    seed: int
    libraries: dict[str, str]

    def write(self, folder: Path) -> None:
        """Write `card.json` into a model directory."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=2, sort_keys=True)
        (folder / FILE).write_text(text + "\n", "utf-8")


def read_card(folder: Path) -> Card:
    """Read the card of a model directory.

    Raises:
        ModelError: there is none, or it lacks a key or has an unknown one.
    """
    file = folder / FILE
    try:
        content = json.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ModelError(f"{file}: no readable model card ({error})") from error
    expected = {field.name for field in fields(Card)}
    if not isinstance(content, dict) or set(content) != expected:
        wrong = sorted(expected.symmetric_difference(content)) if isinstance(content, dict) else ["not an object"]
        raise ModelError(f"{file}: missing or unknown keys: {', '.join(wrong)}")
    return Card(**content)


def library_versions() -> dict[str, str]:
    """Versions of everything that takes part in a prediction."""
    return {"python": platform.python_version()} | {name: version(name) for name in LIBRARIES}
