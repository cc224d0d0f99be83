"""How good the general classifier (`sigap classifier`) is on real complaints of later months, beside peers, in one run.

    .venv/bin/python -m benchmarks.classifier.run [--only rolling|peers|fraud] [--months 6 7 8 9 10 11]

Reads `../shared/data` where it is there and says so where it is not. `rolling` trains on the first months and tests on
the next two, for several lengths, and prints what each step of ours adds to the plain peer (means, points); a single
split says little, because rare classes have a handful of texts each. `peers` adds fastText and spaCy on the last
split, with calibration and speed. `fraud` is `benchmarks/classifier/fraud.py`. Writes
`result.json`; prints no text of anybody.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import accuracy_score, f1_score

from benchmarks.classifier.data import Split, rolling
from benchmarks.classifier.fraud import average_precisions
from benchmarks.classifier.peers import fasttext, linear_svc, spacy_textcat
from benchmarks.triage.data import ROOT, SURABAYA
from classifiers.calibration import accuracy_at_coverage, expected_calibration_error
from classifiers.lexicons import read_pairs
from classifiers.text_classifier import TextClassifier

RESULT = Path(__file__).with_name("result.json")
TASKS = (("agency", "instansi", 15), ("topic", "topik", 30))
LAST = 11
WARM = 2000
"""Texts of other months that a model has read before its speed is taken."""
PLAIN: dict[str, Any] = {"char_range": (3, 5), "min_df_word": 2}
PEER = "TF-IDF, LinearSVC"
STEPS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("our words and stems", PLAIN | {"members": (("svc", 0.3, 0.0),)}),
    ("rare classes weigh more", PLAIN | {"members": (("svc", 0.1, 0.75),)}),
    ("more n-grams, words seen once", {"members": (("svc", 0.1, 0.75),)}),
    ("and by what features tell of each class", {"members": (("svc", 0.1, 0.75), ("lift", 0.1, 0.75))}),
    ("and of all classes (as shipped)", {}),
)


def classifier(**options: Any) -> TextClassifier:
    """Ours, with the lexicons of the project."""
    folder = ROOT / "nlu_data" / "lexicons"
    return TextClassifier(lexicon=read_pairs(folder / name for name in ("slang.tsv", "singkatan.tsv")), **options)


def figures(truth: Sequence[str], found: Sequence[str]) -> tuple[float, float]:
    """Accuracy and macro-F1 over the classes of the test months, in percent."""
    names = sorted(set(truth))
    return 100 * accuracy_score(truth, found), 100 * f1_score(truth, found, average="macro", labels=names)


def steps(months: Sequence[int]) -> dict[str, Any]:
    """Accuracy and macro-F1 of the peer and of each step of ours on every split."""
    result: dict[str, Any] = {}
    for task, column, classes in TASKS:
        table: dict[str, list[tuple[float, float]]] = {}
        for months_known in months:
            split = next(rolling(column, classes, range(months_known, months_known + 1)))
            ways: list[tuple[str, Callable[[], Any]]] = [(PEER, linear_svc)]
            # Calibration changes no answer, so the folds are left out.
            ways += [(name, lambda o=options: classifier(fold_count=0, **o)) for name, options in STEPS]
            for name, make in ways:
                found = make().fit(split.texts, split.labels).predict(split.later)
                table.setdefault(name, []).append(figures(split.truth, found))
                say(f"{task}, {months_known} months, {name}: {table[name][-1][0]:.1f} / {table[name][-1][1]:.1f}")
        result[task] = table
    return result


def peers() -> dict[str, Any]:
    """Everybody on the last split, with calibration and speed."""
    result: dict[str, Any] = {}
    for task, column, classes in TASKS:
        split = next(rolling(column, classes, range(LAST, LAST + 1)))
        rows: dict[str, Any] = {"sigap": _calibrated(split)}
        started = time.process_time()
        plain = linear_svc().fit(split.texts, split.labels)
        trained = time.process_time() - started
        started = time.process_time()
        found = plain.predict(split.later)
        rows[PEER] = _row(split, found, trained, len(split.later) / (time.process_time() - started))
        for name, way in (("fastText", fasttext), ("spaCy textcat", spacy_textcat)):
            say(f"{task}: {name}")
            started = time.process_time()
            labels, speed = way(split.texts, split.labels, split.later)
            rows[name] = _row(split, labels, None if way is fasttext else time.process_time() - started, speed)
        result[task] = rows
    return result


def _calibrated(split: Split) -> dict[str, Any]:
    started = time.process_time()
    model = classifier().fit(split.texts, split.labels)
    trained = time.process_time() - started
    model.predict_proba(split.texts[-WARM:])  # words are looked up once and kept
    started = time.process_time()
    table = model.predict_proba(split.later)
    speed = len(split.later) / (time.process_time() - started)
    found = model.classes_[table.argmax(axis=1)]
    confidence, correct = table.max(axis=1), found == np.array(split.truth)
    answered = confidence >= model.threshold_
    return _row(split, found, trained, speed) | {
        "ece": expected_calibration_error(confidence, correct),
        "accuracy_at_80": 100 * accuracy_at_coverage(confidence, correct, 0.8),
        "answered": 100 * float(answered.mean()),
        "accuracy_answered": 100 * float(correct[answered].mean()),
    }


def _row(split: Split, found: Sequence[str], trained: float | None, speed: float) -> dict[str, Any]:
    accuracy, macro = figures(split.truth, found)
    return {"accuracy": accuracy, "macro_f1": macro, "training_cpu_seconds": trained, "texts_a_second": speed}


def say(text: str) -> None:
    """Tell what has been done; the only prints are here and in `show`."""
    print(text, flush=True)


def show(result: dict[str, Any]) -> None:
    """The tables."""
    for task, table in result.get("rolling", {}).items():
        base = np.array(table[PEER])
        say(f"\n{task}: {PEER} {base[:, 0].mean():.1f} / {base[:, 1].mean():.1f}; gains in points, mean (each split)")
        for name, rows in list(table.items())[1:]:
            gain = np.array(rows) - base
            each = " ".join(f"{a:+.1f}/{f:+.1f}" for a, f in gain)
            say(f"  {name:40} {gain[:, 0].mean():+.2f} / {gain[:, 1].mean():+.2f}   ({each})")
    for task, rows in result.get("peers", {}).items():
        say(f"\n{task}, last two months: accuracy, macro-F1, texts a second")
        for name, row in rows.items():
            say(f"  {name:20} {row['accuracy']:.1f} {row['macro_f1']:.1f} {row['texts_a_second']:.0f}")
            if "ece" in row:
                say(
                    f"  {'':20} ECE {row['ece']:.3f}, {row['accuracy_at_80']:.1f} at 80 % coverage, answered "
                    f"{row['answered']:.1f} %, of these right {row['accuracy_answered']:.1f} %"
                )
    if result.get("fraud"):
        say("\nfraud on municipal complaints: average precision, near-duplicates apart and at random")
        for name, row in result["fraud"].items():
            say(f"  {name:50} {row['apart']:.3f} {row['random']:.3f}")


def main() -> None:
    """Run what was asked for, print tables, keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=("rolling", "peers", "fraud"), help="one part; default: all")
    parser.add_argument("--months", type=int, nargs="+", default=list(range(6, 12)), help="months trained on")
    options = parser.parse_args()
    if not SURABAYA.is_file():
        say("no ../shared/data here: nothing to measure on")
        return
    result = json.loads(RESULT.read_text("utf-8")) if RESULT.is_file() else {}
    parts: dict[str, Callable[[], Any]] = {
        "rolling": lambda: steps(options.months),
        "peers": peers,
        "fraud": lambda: average_precisions(ROOT / "nlu_data" / "complaints"),
    }
    for name, part in parts.items():
        if options.only in (None, name):
            result[name] = part()
            RESULT.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    show(result)


if __name__ == "__main__":
    main()
