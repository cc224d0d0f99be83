"""Measures understanding by cross-validation and prints a table.

Run in assistant/.venv: python -m assistant.evaluate [--data nlu_data] [--json FILE]

Five folds, stratified by label, seed 42; each fold trains the whole model, calibration included, on four fifths.
Answers count as training text in every fold, as they do in production; questions are only ever tested unseen.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.model_selection import StratifiedKFold

from assistant.data import Example, all_examples, faq_topics
from assistant.model import FALLBACK, OUT_OF_SCOPE, Decision, IntentModel, Thresholds
from assistant.normaliser import load_lexicon
from assistant.training import Options, train
from assistant.understand import ROUTES

FOLDS = 5
SEED = 42


@dataclass(frozen=True)
class Judged:
    """One text with what it is and what the model said without having seen it."""

    text: str
    label: str
    decision: Decision

    @property
    def best(self) -> str:
        """The label of the best guess, thresholds aside."""
        if self.decision.intent == FALLBACK:
            ranking = self.decision.ranking
            guess = ranking[0] if ranking else None
            return "" if guess is None else (f"faq/{guess.topic}" if guess.topic else guess.intent)
        return f"faq/{self.decision.topic}" if self.decision.topic else self.decision.intent

    @property
    def sure(self) -> bool:
        """Whether the assistant would act on it."""
        return self.decision.intent != FALLBACK


def cross_validate(
    root: Path, options: Options | None = None, thresholds: Thresholds | None = None, seed: int = SEED
) -> list[Judged]:
    """Every example judged by a model that did not see it.

    Args:
        root: the data folder.
        options: of training.
        thresholds: of decisions.
        seed: of the folds.
    """
    examples = all_examples(root)
    answers = {topic.code: f"{topic.title}\n{topic.answer}" for topic in faq_topics(root)}
    lexicon = load_lexicon(root / "lexicons")
    labels = np.array([example.label for example in examples])
    judged: dict[int, Judged] = {}
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    for number, (inside, outside) in enumerate(folds.split(labels, labels), start=1):
        sys.stderr.write(f"fold {number} of {FOLDS}\n")
        model = train([examples[i] for i in inside], answers, lexicon, options, thresholds)
        judged |= {int(i): _judge(examples[i], model) for i in outside}
    return [judged[i] for i in sorted(judged)]


def _judge(example: Example, model: IntentModel) -> Judged:
    return Judged(example.text, example.label, model.decide(example.text))


def _share(values: Sequence[bool]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None


def _route(label: str) -> str | None:
    return ROUTES.get(label.partition("/")[0])


def figures(judged: Sequence[Judged]) -> dict[str, Any]:
    """The figures of a cross-validation; shares between 0 and 1."""
    questions = [j for j in judged if j.label.startswith("faq/")]
    outside = [j for j in judged if j.label == OUT_OF_SCOPE]
    inside = [j for j in judged if j.label != OUT_OF_SCOPE]
    refused = [j.decision.intent == OUT_OF_SCOPE for j in inside]
    return {
        "examples": len(judged),
        "labels": len({j.label for j in judged}),
        "label_accuracy": _share([j.best == j.label for j in judged]),
        "route_accuracy": _share([_route(j.best) == _route(j.label) for j in judged]),
        "intent_accuracy": _share([j.best.partition("/")[0] == j.label.partition("/")[0] for j in judged]),
        "topic_accuracy": _share([j.best == j.label for j in questions]),
        "topic_in_first_two": _share([j.label in _first(j, 2) for j in questions]),
        "topic_answered_right": _share([j.sure and j.best == j.label for j in questions]),
        "topic_answered_wrong": _share([j.sure and j.best.startswith("faq/") and j.best != j.label for j in questions]),
        "acted_on_right": _share([j.sure and _route(j.best) == _route(j.label) for j in judged]),
        "acted_on_wrong": _share([j.sure and _route(j.best) != _route(j.label) for j in judged]),
        "asked_back": _share([not j.sure for j in judged]),
        "out_of_scope_recall": _share([j.best == OUT_OF_SCOPE for j in outside]),
        "out_of_scope_refused_or_asked_back": _share([j.best == OUT_OF_SCOPE or not j.sure for j in outside]),
        "in_scope_refused": _share(refused),
        "calibration_error": calibration_error(judged),
        "by_label": _by_label(judged),
        "confusions": _confusions(judged),
    }


def _first(item: Judged, count: int) -> list[str]:
    return [f"faq/{guess.topic}" if guess.topic else guess.intent for guess in item.decision.ranking[:count]]


def calibration_error(judged: Sequence[Judged], bins: int = 10) -> float:
    """Expected calibration error of the best guess's probability."""
    confidence = np.array([j.decision.ranking[0].confidence if j.decision.ranking else 0.0 for j in judged])
    right = np.array([bool(j.decision.ranking) and _first(j, 1)[0] == j.label for j in judged])
    places = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [
        abs(confidence[places == b].mean() - right[places == b].mean()) * (places == b).mean()
        for b in range(bins)
        if (places == b).any()
    ]
    return round(float(sum(gaps)), 4)


def _by_label(judged: Sequence[Judged]) -> dict[str, dict[str, Any]]:
    said = Counter(j.best for j in judged)
    right = Counter(j.label for j in judged if j.best == j.label)
    total = Counter(j.label for j in judged)
    return {
        label: {
            "examples": total[label],
            "recall": round(right[label] / total[label], 4),
            "precision": round(right[label] / said[label], 4) if said[label] else None,
        }
        for label in sorted(total)
    }


def _confusions(judged: Sequence[Judged], count: int = 30) -> list[dict[str, Any]]:
    wrong = Counter((j.label, j.best) for j in judged if j.best != j.label)
    return [{"is": label, "said": best, "times": times} for (label, best), times in wrong.most_common(count)]


def table(result: dict[str, Any]) -> str:
    """The figures as text, one a line, then each label and the commonest confusions."""
    lines = [f"{name:38} {value}" for name, value in result.items() if not isinstance(value, list | dict)]
    lines += ["", f"{'label':34} {'n':>5} {'recall':>8} {'precision':>10}"]
    lines += [
        f"{label:34} {row['examples']:5} {row['recall']:8.3f} {row['precision'] or 0:10.3f}"
        for label, row in result["by_label"].items()
    ]
    lines += ["", "commonest confusions"]
    lines += [f"{row['times']:4}  {row['is']} -> {row['said'] or '(nothing)'}" for row in result["confusions"]]
    return "\n".join(lines)


def main() -> int:
    """The command of the module's title."""
    parser = argparse.ArgumentParser(prog="assistant.evaluate", description="cross-validated understanding")
    parser.add_argument("--data", type=Path, default=Path("nlu_data"))
    parser.add_argument("--json", type=Path, help="write the figures there too")
    options = parser.parse_args()
    begun = time.monotonic()
    result = figures(cross_validate(options.data))
    result |= {"seed": SEED, "folds": FOLDS, "options": asdict(Options()), "thresholds": asdict(Thresholds())}
    if options.json:
        options.json.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", "utf-8")
    sys.stdout.write(table(result) + "\n")
    sys.stderr.write(f"took {time.monotonic() - begun:.0f} s\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
