"""A part of the training data, the same for every peer: stock Rasa's networks take many hours for all of it."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from ruamel.yaml import YAML

from assistant.data import Example, complaint_examples, faq_examples, intent_examples


def sample(examples: Sequence[Example], per_label: int | None, words: int | None = None) -> list[Example]:
    """At most so many examples of each label, none longer than so many words, in the order given.

    Which ones is decided by a hash of the text: by nothing that a peer could profit from, and the same in every run.

    Args:
        examples: all of them.
        per_label: None for all.
        words: None for any length.
    """
    texts: defaultdict[str, list[str]] = defaultdict(list)
    for example in examples:
        if words is None or len(example.text.split()) <= words:
            texts[example.label].append(example.text)
    kept = {(label, text) for label, each in texts.items() for text in sorted(set(each), key=_order)[:per_label]}
    return [example for example in examples if (example.label, example.text) in kept]


def _order(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def sampled_copy(source: Path, target: Path, per_label: int | None, words: int | None) -> int:
    """Copy `nlu_data` with the sample in place of all examples; rules, answers and lexicons stay as they are.

    Returns:
        How many examples the copy holds.
    """
    shutil.copytree(source, target)
    questions, intents, reports = (
        sample(read(source), per_label, words) for read in (faq_examples, intent_examples, complaint_examples)
    )
    for path in (target / "faq").glob("*.yml"):
        _thin_questions(path, {example.text for example in questions})
    for path in (target / "nlu").glob("*.yml"):
        _thin_intents(path, {(example.label, example.text) for example in intents})
    for path in (target / "complaints").glob("*.jsonl"):
        _thin_reports(path, {example.text for example in reports})
    return len(questions) + len(intents) + len(reports)


def _thin_questions(path: Path, kept: set[str]) -> None:
    yaml = YAML(typ="safe", pure=False)
    topics = yaml.load(path.read_text("utf-8")) or {}
    for topic in topics.values():
        topic["examples"] = [text for text in map(str, topic["examples"]) if text in kept]
    path.write_text("".join(f"{code}: {json.dumps(topic, default=str)}\n" for code, topic in topics.items()), "utf-8")


def _thin_intents(path: Path, kept: set[tuple[str, str]]) -> None:
    lines, intent = [], ""
    for line in path.read_text("utf-8").splitlines():
        if "intent:" in line:
            intent = line.partition("intent:")[2].strip()
        text = line.strip()
        if not text.startswith("- ") or "intent:" in text or (intent, text[2:].strip()) in kept:
            lines.append(line)
    path.write_text("\n".join(lines) + "\n", "utf-8")


def _thin_reports(path: Path, kept: set[str]) -> None:
    rows = [line for line in path.read_text("utf-8").splitlines() if line.strip() and json.loads(line)["text"] in kept]
    path.write_text("".join(f"{row}\n" for row in rows), "utf-8")
