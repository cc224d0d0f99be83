"""Labelled sets: a directory with some of `faq.jsonl`, `routes.jsonl`, `complaints.jsonl` and `fields.jsonl`.

The formats are those of `tests/heldout/README.md`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classifiers.errors import DataError

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """Rows and hashes of the files of one set, by the names of `FILES`; absent files are absent keys."""

    name: str
    rows: Mapping[str, list[Row]]
    hashes: Mapping[str, str]

    def texts(self, file: str) -> list[str]:
        """The texts of one file, in order; none when the set lacks it."""
        return [str(row["text"]) for row in self.rows.get(file, ())]


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _is_names(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


def _is_spans(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(span, dict)
        and isinstance(span.get("name"), str)
        and isinstance(span.get("start"), int)
        and isinstance(span.get("end"), int)
        for span in value
    )


FILES: Mapping[str, Mapping[str, Callable[[object], bool]]] = {
    "faq": {"text": _is_text, "topic": _is_text},
    "routes": {"text": _is_text, "route": _is_text},
    "complaints": {
        "text": _is_text,
        "report_type": _is_text,
        "category": _is_text,
        "fraud": _is_flag,
        "fraud_types": _is_names,
    },
    "fields": {"text": _is_text, "fields": _is_spans},
}
"""Files of a set and the keys that each of their lines must have."""


def read_set(name: str, folder: Path) -> LabelledSet:
    """Read a set.

    Raises:
        DataError: there is no such directory, none of the files is in it, or a line is wrong; names file and line.
    """
    if not folder.is_dir():
        raise DataError(f"{folder}: no such directory")
    found = {file: path for file in FILES if (path := folder / f"{file}.jsonl").is_file()}
    if not found:
        raise DataError(f"{folder}: holds none of {', '.join(f'{file}.jsonl' for file in FILES)}")
    return LabelledSet(
        name=name,
        rows={file: _rows(path, FILES[file]) for file, path in found.items()},
        hashes={file: hashlib.sha256(path.read_bytes()).hexdigest()[:16] for file, path in found.items()},
    )


def _rows(path: Path, keys: Mapping[str, Callable[[object], bool]]) -> list[Row]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: not UTF-8") from error
    rows = [_row(f"{path}:{number}", line, keys) for number, line in enumerate(lines, 1) if line.strip()]
    if not rows:
        raise DataError(f"{path}: no line in it")
    return rows


def _row(place: str, line: str, keys: Mapping[str, Callable[[object], bool]]) -> Row:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise DataError(f"{place}: not JSON") from error
    if not isinstance(row, dict):
        raise DataError(f"{place}: not a JSON object")
    wrong = [key for key, fits in keys.items() if not fits(row.get(key))]
    if wrong:
        raise DataError(f"{place}: missing or of the wrong kind: {', '.join(wrong)}")
    return row
