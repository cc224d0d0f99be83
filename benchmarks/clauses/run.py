"""Questions and reports in one message: how many are found, and how many other messages are taken for such.

    assistant/.venv/bin/python -m benchmarks.clauses.run [--json FILE]

Trains on four fifths of our examples, twice with different fifths left out. What was left out is judged as it stands
(false alarms), and paired at random: a question and a complaint or suggestion joined by a sentence's end, a line or
the words that people use, in either order (detection). Same data and seed, same figures.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.model_selection import StratifiedKFold

from assistant.clauses import REPORTS, understood
from assistant.data import Example, all_examples, faq_topics
from assistant.model import IntentModel
from assistant.normaliser import load_lexicon
from assistant.training import train

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "nlu_data"
SEED = 42
PARTS, USED = 5, 2
PAIRS = 1200  # for each part
LONGEST = 900  # characters of a report in a pair
JOINED = (  # {q}: the question, {r}: the report
    *("{r}. {q}", "{r}\n{q}", "{r}, terus {q}", "{r}. btw {q}", "{r}. oh ya {q}", "{r}. sekalian mau tanya {q}"),
    *("{r}. {q}? makasih min", "{q}? {r}", "{q}. {r}", "{q}\n{r}", "min mau tanya, {q}? {r}"),
)


@dataclass(frozen=True)
class Pair:
    """A question and a report in one message."""

    text: str
    topic: str
    question: str
    report: str


def held_out() -> Iterator[tuple[IntentModel, list[Example]]]:
    """A model and the examples that it has not seen, for each part."""
    examples = all_examples(DATA)
    labels = np.array([example.label for example in examples])
    answers = {topic.code: f"{topic.title}\n{topic.answer}" for topic in faq_topics(DATA)}
    folds = StratifiedKFold(PARTS, shuffle=True, random_state=SEED).split(labels, labels)
    for (inside, outside), _ in zip(folds, range(USED), strict=False):
        sys.stderr.write("training\n")
        model = train([examples[i] for i in inside], answers, load_lexicon(DATA / "lexicons"))
        yield model, [examples[i] for i in outside]


def pairs(examples: Sequence[Example], rng: random.Random) -> Iterator[Pair]:
    """Random pairs, joined in random ways."""
    questions = [e for e in examples if e.label.startswith("faq/")]
    reports = [e for e in examples if e.label in ("lapor", "aspirasi") and len(e.text) < LONGEST]
    for _ in range(PAIRS):
        question, report, form = rng.choice(questions), rng.choice(reports), rng.choice(JOINED)
        asked = _bare(question.text) if "{q}?" in form else question.text.strip()
        told = _bare(report.text) if "{r}." in form or "{r}," in form else report.text.strip()
        text = form.format(q=asked, r=told).replace("?.", "?")
        yield Pair(text, question.label.removeprefix("faq/"), question.text, report.text)


def _bare(text: str) -> str:
    return text.strip().rstrip(".?! ")


def main() -> int:
    """Measure and print; figures are shares."""
    parser = argparse.ArgumentParser(prog="benchmarks.clauses.run", description="question and report in one message")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    options = parser.parse_args()
    rng = random.Random(SEED)
    found, clear, alarms, spent = [], [], [], []
    for model, examples in held_out():
        for example in examples:
            decision = understood(model, example.text)
            alarms.append(decision.intent in REPORTS and decision.topic is not None)
        for pair in pairs(examples, rng):
            start = time.process_time()
            decision = understood(model, pair.text)
            spent.append(time.process_time() - start)
            both = decision.intent in REPORTS and decision.topic is not None
            found.append((both, both and decision.topic == pair.topic))
            if model.decide(pair.question).intent == "faq" and model.decide(pair.report).intent in REPORTS:
                clear.append(found[-1])
    result = {
        "pairs": len(found),
        "found": statistics.mean(both for both, _ in found),
        "found with the right topic": statistics.mean(right for _, right in found),
        "pairs of which each part is understood alone": len(clear),
        "found of these": statistics.mean(both for both, _ in clear),
        "found of these with the right topic": statistics.mean(right for _, right in clear),
        "single messages": len(alarms),
        "false alarms": statistics.mean(alarms),
        "median milliseconds for a pair": 1000 * statistics.median(spent),
    }
    result = {name: round(value, 4) for name, value in result.items()}
    sys.stdout.write("".join(f"{name:46} {value}\n" for name, value in result.items()))
    if options.json:
        options.json.write_text(json.dumps(result, indent=2) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
