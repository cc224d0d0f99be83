"""The registry of trained models: which version of which model is live."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import transaction

from cases.models import ModelVersion

MODELS = ("nlu", "triage")


def register_trained(state_dir: Path) -> None:
    """Record the versions that training has made live since; nothing is written when there are none.

    Args:
        state_dir: the installation's state directory, absolute.
    """
    for name in MODELS:
        folder = state_dir / "models" / name
        version = _live(folder)
        if not version or ModelVersion.objects.filter(name=name, version=version, live=True).exists():
            continue
        card = folder / version / "card.json"
        known = json.loads(card.read_text("utf-8")) if card.is_file() else {}
        register_live(name, version, str((folder / version).relative_to(state_dir)), known)


def register_live(name: str, version: str, path: str, card: Mapping[str, Any]) -> ModelVersion:
    """Record a version as the live one of its model; repeating it changes nothing.

    Args:
        name: `nlu` or `triage`.
        version: the version's name on disk.
        path: where it lies, relative to the state directory.
        card: its model card.
    """
    with transaction.atomic():
        ModelVersion.objects.select_for_update().filter(name=name, live=True).exclude(version=version).update(
            live=False
        )
        row, _ = ModelVersion.objects.update_or_create(
            name=name, version=version, defaults={"path": path, "card": dict(card), "live": True}
        )
    return row


def _live(folder: Path) -> str:
    """What a model's pointer file names; read here, because `classifiers` costs seconds to import."""
    try:
        return (folder / "live").read_text("utf-8").strip()
    except FileNotFoundError:
        return ""
