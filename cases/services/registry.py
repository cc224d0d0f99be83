"""The registry of trained models: which version of which model is live."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from cases.models import ModelVersion


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
