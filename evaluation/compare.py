"""Comparison of a report with the one before it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = "report.json"


@dataclass(frozen=True, slots=True)
class Change:
    """One figure then and now; `noticeable` when what it was lies outside the interval of what it is."""

    set_name: str
    key: str
    before: float
    now: float
    noticeable: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """All figures that both reports have; `other_texts` names the sets whose files differ."""

    name: str
    created: str
    models: Mapping[str, str]
    other_texts: tuple[str, ...]
    changes: tuple[Change, ...]


def newest_report(folder: Path, besides: Path) -> tuple[Path, dict[str, Any]] | None:
    """The directory and content of the report made last, or None; what is no report of ours is passed over.

    Args:
        folder: whose directories hold reports.
        besides: a directory to leave out, the one being written.
    """
    found = []
    for path in sorted(folder.glob(f"*/{FILE}")):
        if path.parent.resolve() == besides.resolve():
            continue
        try:
            content = json.loads(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, json.JSONDecodeError):
            continue
        if isinstance(content, dict) and {"created", "models", "sets"} <= set(content):
            found.append((str(content["created"]), path.parent, content))
    return max(found, key=lambda entry: entry[:2])[1:] if found else None


def compare(now: Mapping[str, Any], before: Mapping[str, Any], name: str) -> Comparison:
    """Compare two reports.

    Args:
        now: what `report.json` holds of the new one.
        before: of the old one.
        name: of the old one's directory.
    """
    changes, other_texts = [], []
    for set_name, measured in now["sets"].items():
        earlier = before["sets"].get(set_name)
        if earlier is None:
            continue
        if earlier["hashes"] != measured["hashes"]:
            other_texts.append(set_name)
        for key, figure in measured["figures"].items():
            if key in earlier["figures"]:
                value = float(earlier["figures"][key]["value"])
                outside = not figure["low"] <= value <= figure["high"]
                changes.append(Change(set_name, key, value, figure["value"], outside and value != figure["value"]))
    models = {kind: str(about["version"]) for kind, about in before["models"].items()}
    return Comparison(name, str(before["created"]), models, tuple(other_texts), tuple(changes))
