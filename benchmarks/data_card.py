"""The data card: what lies in `nlu_data/`, `tests/heldout/` and `tests/exam/`, counted, as Markdown.

    .venv/bin/python -m benchmarks.data_card [--write]

`--write` replaces the tables in docs/models.md. The share of informal text counts texts that hold at least one word
which the slang list (`nlu_data/lexicons/slang.tsv`) rewrites: a marker, not a judgement.
"""

from __future__ import annotations

import json
import re
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml

from benchmarks.documents import markdown_table, print_or_write
from classifiers.data import SIMILAR, near_duplicates
from classifiers.lexicons import read_pairs

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "nlu_data"
HELD_OUT = [file for name in ("heldout", "exam") for file in sorted((ROOT / "tests" / name).glob("*.jsonl"))]
WORD = re.compile(r"[\w.'/-]+")
HEADER = ("file", "texts", "labels", "words, median (longest)", "informal")


def jsonl_texts(file: Path) -> list[tuple[str, str]]:
    """Text and label of each line; the label is the field that the file is about."""
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
    return [(row["text"], str(row.get("category") or row.get("topic") or row.get("route") or "")) for row in rows]


def faq_texts(file: Path) -> list[tuple[str, str]]:
    """Every example question with its topic."""
    topics = yaml.safe_load(file.read_text("utf-8"))
    return [(str(text), topic) for topic, block in topics.items() for text in block["examples"]]


def intent_texts(file: Path) -> list[tuple[str, str]]:
    """Every example of a Rasa file with its intent."""
    blocks = yaml.safe_load(file.read_text("utf-8"))["nlu"]
    return [
        (line[2:].strip(), block["intent"])
        for block in blocks
        for line in block["examples"].splitlines()
        if line.startswith("- ")
    ]


def row(name: str, texts: Sequence[tuple[str, str]], slang: frozenset[str]) -> tuple[str, ...]:
    """One line of the table: counts, lengths in words, share of texts with a slang word."""
    words = [[word.lower() for word in WORD.findall(text)] for text, _ in texts]
    lengths = [len(found) for found in words]
    informal = sum(any(word in slang for word in found) for found in words) / len(texts)
    labels = len({label for _, label in texts if label})
    return (
        f"`{name}`",
        str(len(texts)),
        str(labels or ""),
        f"{statistics.median(lengths):.0f} ({max(lengths)})",
        f"{informal:.0%}",
    )


def files() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Every file with texts, in the order of the card."""
    for file in sorted((DATA / "complaints").glob("*.jsonl")):
        yield f"complaints/{file.name}", jsonl_texts(file)
    for file in sorted((DATA / "fields").glob("*.jsonl")):
        yield f"fields/{file.name}", jsonl_texts(file)
    for file in sorted((DATA / "faq").glob("*.yml")):
        yield f"faq/{file.name}", faq_texts(file)
    for file in sorted((DATA / "nlu").glob("*.yml")):
        yield f"nlu/{file.name}", intent_texts(file)
    for file in HELD_OUT:
        yield f"tests/{file.parent.name}/{file.name}", jsonl_texts(file)


def styles() -> list[tuple[str, str]]:
    """How many complaints the writers marked with which register."""
    counts = Counter(
        json.loads(line).get("style", "none")
        for file in sorted((DATA / "complaints").glob("*.jsonl"))
        for line in file.read_text("utf-8").splitlines()
        if line.strip()
    )
    total = sum(counts.values())
    return [(name, f"{count} ({count / total:.0%})") for name, count in counts.most_common()]


def leaks() -> list[tuple[str, str, str]]:
    """How many held-out texts have a near-duplicate among the training texts of any kind, and how many long ones."""
    training = [text for name, texts in files() if not name.startswith("tests/") for text, _ in texts]
    rows = []
    for file in HELD_OUT:
        tested = [text for text, _ in jsonl_texts(file)]
        pairs = near_duplicates([*training, *tested])
        found = {right for left, right, _ in pairs if left < len(training) <= right}
        long = sum(len(tested[number - len(training)].split()) >= 5 for number in found)
        rows.append((f"`tests/{file.parent.name}/{file.name}`", f"{len(found)} of {len(tested)}", str(long)))
    return rows


def card() -> str:
    """The whole card as Markdown."""
    slang = frozenset(read_pairs([DATA / "lexicons" / "slang.tsv"]))
    listed = list(files())
    rows = [row(name, texts, slang) for name, texts in listed]
    for title, folder in (("complaints", "complaints/"), ("questions", "faq/"), ("intents", "nlu/")):
        texts = [text for name, found in listed if name.startswith(folder) for text in found]
        rows.append(row(f"all {title}", texts, slang))
    return "\n\n".join(
        [
            markdown_table(HEADER, rows),
            markdown_table(("register of complaints", "texts"), styles()),
            (
                f"Held-out texts that resemble a training text (character 4-grams, Jaccard {SIMILAR} or more), and "
                "those among them of five words or more; shorter ones, greetings and the like, everybody writes alike:"
            ),
            markdown_table(("file", "with a twin", "of five words or more"), leaks()),
        ]
    )


def main() -> None:
    """Print the card, or write it into the document."""
    print_or_write(__doc__ or "", ROOT / "docs" / "models.md", "benchmarks.data_card", card)


if __name__ == "__main__":
    main()
