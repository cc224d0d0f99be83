"""Reads what the assistant learns from: `nlu/`, `faq/` and `complaints/` under nlu_data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

# the intent of a message that is itself a report, by its kind
REPORT_INTENTS = {"pengaduan": "lapor", "aspirasi": "aspirasi", "permintaan_informasi": "minta_informasi"}


@dataclass(frozen=True)
class Example:
    """One thing a citizen may write, with its label: an intent, or `faq/<topic>`."""

    text: str
    label: str
    group: str = ""  # texts of one group must not be split between training and test


@dataclass(frozen=True)
class Topic:
    """A question people ask, with its answer."""

    code: str
    title: str
    answer: str


def _yaml(path: Path) -> Any:
    # YAML 1.2: "- no" and "- ya" are words here, not booleans
    return YAML(typ="safe", pure=False).load(path.read_text("utf-8")) or {}


def _faq_blocks(root: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted((root / "faq").glob("*.yml")):
        yield from _yaml(path).items()


def faq_topics(root: Path) -> list[Topic]:
    """Every topic of `faq/*.yml`."""
    return [Topic(code, str(block["title"]), str(block["answer"]).strip()) for code, block in _faq_blocks(root)]


def faq_examples(root: Path) -> list[Example]:
    """Every example question of `faq/*.yml`, labelled `faq/<topic>`."""
    return [
        Example(str(text), f"faq/{code}", group=f"faq/{code}")
        for code, block in _faq_blocks(root)
        for text in block["examples"]
    ]


def complaint_examples(root: Path) -> list[Example]:
    """Every text of `complaints/*.jsonl`, labelled by its report type."""
    examples: list[Example] = []
    for path in sorted((root / "complaints").glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            if line.strip():
                row = json.loads(line)
                label = REPORT_INTENTS[row["report_type"]]
                examples.append(Example(row["text"], label, group=str(row.get("group", ""))))
    return examples


def intent_examples(root: Path) -> list[Example]:
    """Every example of Rasa's own files in `nlu/`."""
    examples: list[Example] = []
    for path in sorted((root / "nlu").glob("*.yml")):
        for block in _yaml(path).get("nlu", ()):
            for line in str(block.get("examples", "")).splitlines():
                if line.startswith("- "):
                    examples.append(Example(line[2:].strip(), block["intent"]))
    return examples


def all_examples(root: Path) -> list[Example]:
    """Everything the assistant's intents are learned from."""
    return intent_examples(root) + faq_examples(root) + complaint_examples(root)
