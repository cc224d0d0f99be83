"""Word lists from `nlu_data/lexicons`: read once at training, kept inside the saved model afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from classifiers.errors import DataError


def read_pairs(paths: Iterable[Path]) -> dict[str, str]:
    """Read tab separated `informal<TAB>formal` lines; later files win.

    Args:
        paths: files to read; missing ones are skipped, because an agency may do without a list.

    Raises:
        DataError: a line does not hold exactly two columns.
    """
    pairs: dict[str, str] = {}
    for path in paths:
        if not path.is_file():
            continue
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            if not line.strip() or line.startswith("#"):
                continue
            columns = line.split("\t")
            if len(columns) != 2:
                raise DataError(f"{path}:{number}: expected informal<TAB>formal, found {len(columns)} columns")
            pairs[columns[0].strip().lower()] = columns[1].strip().lower()
    return pairs


def read_terms(path: Path) -> tuple[str, ...]:
    """Read a list with one term a line (`#` starts a comment); a missing file is an empty list."""
    if not path.is_file():
        return ()
    lines = (line.split("#", 1)[0].strip() for line in path.read_text("utf-8").splitlines())
    return tuple(dict.fromkeys(line.lower() for line in lines if line))


def word_set(text: str) -> frozenset[str]:
    """The words of a blank separated list; keeps long lists readable in code."""
    return frozenset(text.split())
