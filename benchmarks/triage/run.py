"""How good and how fast the triage is, beside plain peers, in one run.

    .venv/bin/python -m benchmarks.triage.run [--quick]

Quality on `tests/heldout` (never trained on) and, where `../shared/data` is there, on real complaints; peers are
scikit-learn's TF-IDF with LinearSVC on the same training texts, and a list of keywords. Prints a table and writes
`result.json`; no text of anybody is printed.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import accuracy_score, average_precision_score, f1_score, precision_score, recall_score
from sklearn.pipeline import Pipeline, make_pipeline, make_union
from sklearn.svm import LinearSVC

from benchmarks.triage.data import ROOT, held_out, municipal_fraud, surabaya
from classifiers import TriageModel, load_live
from classifiers.calibration import accuracy_at_coverage, expected_calibration_error
from classifiers.data import load_examples
from classifiers.lexicons import read_pairs
from classifiers.text_classifier import TextClassifier

RESULT = Path(__file__).with_name("result.json")
KEYWORDS = re.compile(
    r"pungli|suap|sogok|gratifikasi|korup|calo|joki|palsu|nepotis|oknum|selingkuh|peras|tipu|uang pelicin|amplop", re.I
)
Row = tuple[str, str, str, str]


def peer() -> Pipeline:
    """The usual answer: word 1-2 and char_wb 3-5 TF-IDF with a linear support-vector machine."""
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"\w+")  # noqa: S106 - no password
    chars = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, min_df=2)
    return make_pipeline(make_union(words, chars), LinearSVC(C=0.3))


def categories(model: TriageModel) -> list[Row]:
    """Category on held-out complaints."""
    rows = held_out("complaints")
    texts, truth = [row["text"] for row in rows], [row["category"] for row in rows]
    results = list(model.triage_many(texts))
    ours = [result.category.value for result in results]
    confidence = np.array([result.category.probability for result in results])
    correct = np.array(ours) == np.array(truth)
    examples = load_examples(ROOT / "nlu_data" / "complaints")
    theirs = peer().fit([e.text for e in examples], [e.category for e in examples]).predict(texts)
    return [
        ("category accuracy", _figure(accuracy_score(truth, ours)), _figure(accuracy_score(truth, theirs)), "0.90"),
        ("category macro-F1", _macro(truth, ours), _macro(truth, theirs), "0.88"),
        ("category ECE", _figure(expected_calibration_error(confidence, correct)), "", "<= 0.03"),
        ("category accuracy at 80 %", _figure(accuracy_at_coverage(confidence, correct, 0.8)), "", ""),
    ]


def fraud(model: TriageModel) -> list[Row]:
    """Fraud on held-out complaints and on real municipal ones (the model is trained on our own data alone)."""
    rows = held_out("complaints")
    truth = np.array([row["fraud"] for row in rows])
    results = [result.fraud for result in model.triage_many(row["text"] for row in rows)]
    said = np.array([result.value == "true" for result in results])
    probability = np.array([result.probability for result in results])
    words = np.array([bool(KEYWORDS.search(row["text"])) for row in rows])
    table = [
        ("fraud AP", _figure(average_precision_score(truth, probability)), _ap(truth, words), ""),
        ("fraud precision", _figure(precision_score(truth, said)), _figure(precision_score(truth, words)), "0.90"),
        ("fraud recall", _figure(recall_score(truth, said)), _figure(recall_score(truth, words)), "0.95"),
        ("fraud ECE", _figure(expected_calibration_error(probability, truth)), "", "<= 0.03"),
    ]
    municipal = municipal_fraud()
    if municipal is None:
        return [*table, ("fraud AP, municipal", "no ../shared", "", "")]
    texts, labels = municipal
    scores = [result.fraud.probability for result in model.triage_many(texts)]
    listed = np.array([bool(KEYWORDS.search(text)) for text in texts])
    return [*table, ("fraud AP, municipal", _figure(average_precision_score(labels, scores)), _ap(labels, listed), "")]


def extraction(model: TriageModel) -> list[Row]:
    """Exact-span F1 of each kind of field on held-out texts."""
    hits, extra, missed = Counter[str](), Counter[str](), Counter[str]()
    for row in held_out("fields"):
        truth = {(field["name"], field["start"], field["end"]) for field in row["fields"]}
        found = {(field.name, field.start, field.end) for field in model.triage(row["text"]).fields}
        hits.update(name for name, _, _ in truth & found)
        extra.update(name for name, _, _ in found - truth)
        missed.update(name for name, _, _ in truth - found)
    easy = {"nip", "nik", "telepon", "jumlah_uang", "waktu", "nomor_dokumen"}
    return [
        (
            f"field F1 {name}",
            _figure(2 * hits[name] / max(2 * hits[name] + extra[name] + missed[name], 1)),
            "",
            "0.90" if name in easy else "0.80",
        )
        for name in sorted(hits | missed)
    ]


def speed(model: TriageModel) -> list[Row]:
    """Milliseconds for one complaint and complaints a second in a batch, fields and evidence included."""
    texts = [row["text"] for row in held_out("complaints")]
    list(model.triage_many(texts))
    single = []
    for text in texts:
        started = time.perf_counter()
        model.triage(text)
        single.append(1000 * (time.perf_counter() - started))
    batches = []
    for _ in range(5):
        started = time.perf_counter()
        list(model.triage_many(texts * 4))
        batches.append(4 * len(texts) / (time.perf_counter() - started))
    return [
        ("ms a complaint, median", f"{statistics.median(single):.2f}", "", "<= 5"),
        ("complaints a second, batch", f"{statistics.median(batches):.0f}", "", ">= 1500"),
    ]


def general(column: str, classes: int, target: tuple[str, str]) -> list[Row]:
    """`sigap classifier` on real complaints, trained on earlier months and tested on later ones."""
    data = surabaya(column, classes)
    if data is None:
        return [(f"classifier {column}", "no ../shared", "", "")]
    (texts, labels), (later, truth) = data
    folder = ROOT / "nlu_data" / "lexicons"
    lexicon = read_pairs(folder / name for name in ("slang.tsv", "singkatan.tsv"))
    model = TextClassifier(lexicon=lexicon).fit(texts, labels)
    table = model.predict_proba(later)
    ours = model.classes_[table.argmax(axis=1)]
    theirs = peer().fit(texts, labels).predict(later)
    confidence, correct = table.max(axis=1), ours == np.array(truth)
    return [
        (f"{column} accuracy", _figure(correct.mean()), _figure(accuracy_score(truth, theirs)), target[0]),
        (f"{column} macro-F1", _macro(truth, ours), _macro(truth, theirs), target[1]),
        (f"{column} ECE", _figure(expected_calibration_error(confidence, correct)), "", "<= 0.03"),
        (f"{column} accuracy at 80 %", _figure(accuracy_at_coverage(confidence, correct, 0.8)), "", ""),
    ]


def _figure(value: Any) -> str:
    return f"{float(value):.3f}"


def _macro(truth: Sequence[str], found: Sequence[str]) -> str:
    return _figure(f1_score(truth, found, average="macro"))


def _ap(truth: Any, scores: Any) -> str:
    return _figure(average_precision_score(truth, scores))


def main() -> None:
    """Run everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="leave out the classifiers on real complaints")
    arguments = parser.parse_args()
    model = load_live()
    rows = [*categories(model), *fraud(model), *extraction(model), *speed(model)]
    if not arguments.quick:
        rows += general("instansi", 15, ("0.905", "0.825")) + general("topik", 30, ("0.80", "0.69"))
    print(f"{'figure':34} {'sigap':>12} {'peer':>8} {'target':>9}")
    for name, ours, theirs, target in rows:
        print(f"{name:34} {ours:>12} {theirs:>8} {target:>9}")
    RESULT.write_text(json.dumps({"model": model.version, "rows": rows}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
