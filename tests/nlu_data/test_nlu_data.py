"""The data that models learn from: complete, in codes of the taxonomy, and not the same sentence twice."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest
import yaml

from cases.taxonomy import taxonomy

ROOT = Path(__file__).resolve().parents[2] / "nlu_data"
NEAR = 0.75
"""Token Jaccard from which two examples count as the same sentence."""


def _faq() -> dict[str, dict]:
    topics: dict[str, dict] = {}
    for path in sorted((ROOT / "faq").glob("*.yml")):
        for topic, block in yaml.safe_load(path.read_text("utf-8")).items():
            assert topic not in topics, f"{topic} stands in two files"
            topics[topic] = block
    return topics


def _intents() -> dict[str, list[str]]:
    intents: dict[str, list[str]] = {}
    for path in sorted((ROOT / "nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text("utf-8"))["nlu"]:
            examples = [line[2:].strip() for line in block["examples"].splitlines() if line.startswith("- ")]
            intents.setdefault(block["intent"], []).extend(examples)
    return intents


def _complaints() -> list[dict]:
    return [
        json.loads(line) | {"file": path.name}
        for path in sorted((ROOT / "complaints").glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
        if line.strip()
    ]


FAQ, INTENTS, COMPLAINTS = _faq(), _intents(), _complaints()


def near_duplicates(texts: list[str]) -> list[tuple[str, str]]:
    """Pairs of texts that share most of their words; found through an index of rare words, not all pairs."""
    bags = [frozenset(re.findall(r"\w+", text.lower())) for text in texts]
    frequency = Counter(token for bag in bags for token in bag)
    index: dict[str, list[int]] = defaultdict(list)
    for number, bag in enumerate(bags):
        for token in sorted(bag, key=lambda t: (frequency[t], t))[: max(1, int(len(bag) * (1 - NEAR)) + 1)]:
            index[token].append(number)
    pairs = {pair for numbers in index.values() for pair in combinations(numbers, 2)}
    return [
        (texts[a], texts[b])
        for a, b in sorted(pairs)
        if len(bags[a] | bags[b]) > 3 and len(bags[a] & bags[b]) / len(bags[a] | bags[b]) >= NEAR
    ]


def test_every_faq_topic_has_an_answer_and_no_other_is_there():
    assert set(FAQ) == set(taxonomy().topics)


@pytest.mark.parametrize("topic", sorted(FAQ))
def test_an_answer_is_short_dated_and_says_what_it_rests_on(topic):
    block = FAQ[topic]

    assert 0 < len(block["answer"]) <= 900
    assert block["legal_basis"].strip()
    assert isinstance(block["last_checked"], date)
    assert block["check_at"].strip()
    assert set(block.get("buttons", [])) <= set(FAQ)


@pytest.mark.parametrize("topic", sorted(FAQ))
def test_a_topic_has_enough_different_examples(topic):
    examples = FAQ[topic]["examples"]

    assert len(examples) >= 20
    assert near_duplicates(examples) == []


def test_every_dialogue_intent_has_enough_different_examples():
    assert set(taxonomy().dialogue_intents) <= set(INTENTS)
    for intent in taxonomy().dialogue_intents:
        assert len(INTENTS[intent]) >= 40, intent
        assert near_duplicates(INTENTS[intent]) == [], intent


def test_no_example_stands_under_two_labels():
    owners: dict[str, set[str]] = defaultdict(set)
    for label, examples in [*INTENTS.items(), *((t, b["examples"]) for t, b in FAQ.items())]:
        for example in examples:
            owners[example.casefold().strip(" ?!.")].add(label)

    assert {text: labels for text, labels in owners.items() if len(labels) > 1} == {}


def test_complaints_use_the_codes_of_the_taxonomy():
    words = taxonomy()
    for row in COMPLAINTS:
        assert row["category"] in words.categories, row
        assert row["report_type"] in words.report_types, row
        assert set(row["fraud_types"]) <= set(words.fraud_types), row
        assert bool(row["fraud_types"]) == row["fraud"], row
        assert row["text"].strip() == row["text"] != ""


def test_there_are_enough_complaints_of_every_kind():
    plain = Counter(row["category"] for row in COMPLAINTS if not row["fraud"] and row["report_type"] == "pengaduan")
    fraud = Counter(row["fraud_types"][0] for row in COMPLAINTS if row["fraud"])

    assert {c: n for c in taxonomy().categories if (n := plain[c]) < 80} == {}
    assert {t: n for t in taxonomy().fraud_types if (n := fraud[t]) < 35} == {}
    assert sum(fraud.values()) >= 400
    assert sum(row["file"] == "hard_negatives.jsonl" and not row["fraud"] for row in COMPLAINTS) >= 250


def test_no_complaint_is_told_twice():
    assert near_duplicates([row["text"] for row in COMPLAINTS]) == []


def test_no_real_phone_number_is_in_the_data():
    """Invented numbers carry zeros where real ones do not."""
    digits = re.compile(r"(?<!\d)(?:\+?62|0)8\d[\d\s.-]{7,13}\d(?!\d)")
    found = [m[0] for row in COMPLAINTS for m in digits.finditer(row["text"])]

    assert [number for number in found if "0000" not in re.sub(r"\D", "", number)] == []
