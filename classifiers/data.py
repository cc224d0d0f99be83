"""Training texts: reading, checking, grouping near-duplicates, splitting without leaks."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold

from classifiers.errors import DataError
from classifiers.normalise import Normaliser

SHINGLE = 4
SIMILAR = 0.6
"""Texts whose character shingles have at least this Jaccard similarity retell the same thing."""
SIGNATURE = 96
BANDS = 32
_PRIME = (1 << 61) - 1


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled complaint."""

    text: str
    report_type: str
    category: str
    fraud: bool
    fraud_types: tuple[str, ...]
    group: str


def load_examples(folder: Path) -> list[Example]:
    """Read every `*.jsonl` of a folder.

    Raises:
        DataError: the folder holds nothing, or a line lacks a key or has the wrong type; names file and line.
    """
    files = sorted(folder.glob("*.jsonl"))
    examples = [_example(row, where) for file in files for where, row in json_lines(file)]
    if not examples:
        raise DataError(f"{folder}: no complaints to learn from (*.jsonl)")
    return examples


def json_lines(file: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield `(file:line, object)` of a JSON-lines file.

    Raises:
        DataError: the file cannot be read or a line is no JSON object in UTF-8.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise DataError(f"{file}: cannot be read ({error.strerror})") from error
    for number, raw in enumerate(content.splitlines(), start=1):
        if not raw.strip():
            continue
        where = f"{file}:{number}"
        try:
            row = json.loads(raw.decode("utf-8"))
        except (UnicodeDecodeError, json.JSONDecodeError) as error:
            raise DataError(f"{where}: not a JSON object in UTF-8 ({error})") from error
        if not isinstance(row, dict):
            raise DataError(f"{where}: not a JSON object")
        yield where, row


def _example(row: dict[str, Any], where: str) -> Example:
    for key, kind in (("text", str), ("report_type", str), ("category", str), ("fraud", bool), ("fraud_types", list)):
        if not isinstance(row.get(key), kind):
            raise DataError(f"{where}: key '{key}' is missing or not of type {kind.__name__}")
    if not row["text"].strip():
        raise DataError(f"{where}: key 'text' is empty")
    return Example(
        text=row["text"],
        report_type=row["report_type"],
        category=row["category"],
        fraud=row["fraud"],
        fraud_types=tuple(row["fraud_types"]) if row["fraud"] else (),
        group=str(row.get("group") or where),
    )


def load_labelled(file: Path) -> tuple[list[str], list[str]]:
    """Read `{"text", "label"}` lines.

    Raises:
        DataError: the file holds nothing usable; names the line.
    """
    texts, labels = [], []
    for where, row in json_lines(file):
        for key in ("text", "label"):
            if not isinstance(row.get(key), str):
                raise DataError(f"{where}: key '{key}' is missing or not a string")
        texts.append(row["text"])
        labels.append(row["label"])
    if not texts:
        raise DataError(f"{file}: no labelled lines")
    return texts, labels


def group_texts(texts: Sequence[str], groups: Sequence[str] | None = None) -> NDArray[np.int64]:
    """Number the groups of texts that must stay on one side of a split.

    Texts belong together when they carry the same group name or when their character shingles overlap by
    `SIMILAR` or more (candidates by MinHash in bands, then the exact Jaccard similarity).

    Args:
        texts: the texts.
        groups: a name per text; None for no names.
    """
    parent = list(range(len(texts)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    first: dict[str, int] = {}
    for index, name in enumerate(groups or ()):
        parent[root(index)] = root(first.setdefault(name, index))
    shingles = [_shingles(text) for text in texts]
    for left, right in _candidates(shingles):
        if root(left) != root(right) and _jaccard(shingles[left], shingles[right]) >= SIMILAR:
            parent[root(left)] = root(right)
    return np.array([root(index) for index in range(len(texts))], dtype=np.int64)


def near_duplicates(texts: Sequence[str], similarity: float = SIMILAR) -> list[tuple[int, int, float]]:
    """Pairs of texts that are at least that similar, with their similarity."""
    shingles = [_shingles(text) for text in texts]
    pairs = ((left, right, _jaccard(shingles[left], shingles[right])) for left, right in _candidates(shingles))
    return sorted(pair for pair in pairs if pair[2] >= similarity)


def _shingles(text: str) -> frozenset[int]:
    line = " ".join(Normaliser().words(text).words)
    pieces = {line[start : start + SHINGLE] for start in range(max(1, len(line) - SHINGLE + 1))}
    return frozenset(
        int.from_bytes(hashlib.blake2b(piece.encode(), digest_size=7).digest(), "big") for piece in pieces if piece
    )


def _jaccard(left: frozenset[int], right: frozenset[int]) -> float:
    if not left or not right:
        return 1.0 if left == right else 0.0
    return len(left & right) / len(left | right)


def _candidates(shingles: Sequence[frozenset[int]]) -> Iterable[tuple[int, int]]:
    """Pairs whose MinHash signatures agree in at least one band; copies pair with the first of their kind only."""
    generator = np.random.default_rng(0)
    factors = generator.integers(1, _PRIME, size=SIGNATURE, dtype=np.uint64)
    width = SIGNATURE // BANDS
    buckets: dict[tuple[int, bytes], list[int]] = defaultdict(list)
    first: dict[frozenset[int], int] = {}
    pairs: set[tuple[int, int]] = set()
    for index, pieces in enumerate(shingles):
        if pieces in first:
            pairs.add((first[pieces], index))
            continue
        first[pieces] = index
        if not pieces:
            continue
        hashes = np.fromiter(pieces, dtype=np.uint64)
        # Multiplication modulo 2**64 by odd factors, then the high bits: a cheap universal hash.
        signature = ((hashes[:, None] * (factors | np.uint64(1))) >> np.uint64(16)).min(axis=0)
        for band in range(BANDS):
            buckets[band, signature[band * width : (band + 1) * width].tobytes()].append(index)
    return pairs.union(*(combinations(members, 2) for members in buckets.values()))


def folds(
    targets: Sequence[Any], groups: NDArray[np.int64], count: int, seed: int
) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Stratified folds that never part a group: (training rows, held-out rows) each.

    Raises:
        DataError: a class has fewer groups than there are folds.
    """
    labels = np.asarray([str(target) for target in targets])
    for label in np.unique(labels):
        if len(np.unique(groups[labels == label])) < count:
            raise DataError(f"class '{label}' has fewer than {count} unrelated examples")
    splitter = StratifiedGroupKFold(count, shuffle=True, random_state=seed)
    return [(np.asarray(train), np.asarray(test)) for train, test in splitter.split(labels, labels, groups)]


def digest(paths: Iterable[Path], *extra: str) -> str:
    """A short content hash over files (names included) and further strings."""
    state = hashlib.sha256()
    for path in sorted(paths, key=lambda item: item.as_posix()):
        state.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    for item in extra:
        state.update(b"\1" + item.encode())
    return state.hexdigest()[:16]
