"""Trains TF-IDF with a linear support-vector machine and reads texts with it: the usual plain answer.

Run in assistant/.venv: linear_peer FOLDER. The folder is as for `rasa_peer`; all labels stand in one flat set, a
topic of the questions is one of them, and out of scope is one too.
"""

from __future__ import annotations

import json
import resource
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import Pipeline, make_pipeline, make_union
from sklearn.svm import LinearSVC

from benchmarks.understanding.export import from_yaml


def pipeline() -> Pipeline:
    """Word 1-2-grams and character 3-5-grams within words; scikit-learn's defaults otherwise."""
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"\w+")  # noqa: S106 - no password
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, min_df=2)
    return make_pipeline(make_union(words, characters), LinearSVC(random_state=42))


def measure(folder: Path, texts: list[str]) -> dict[str, Any]:
    """Train and read."""
    blocks = from_yaml((folder / "nlu.yml").read_text("utf-8"))["nlu"]
    pairs = [(example["text"], block["intent"]) for block in blocks for example in block["examples"]]
    wall, processor = time.perf_counter(), time.process_time()
    model = pipeline().fit([text for text, _ in pairs], [label for _, label in pairs])
    outcome = {
        "training_seconds": round(time.perf_counter() - wall, 1),
        "training_processor_seconds": round(time.process_time() - processor, 1),
        "training_peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
    labels, times = [], []
    for text in texts:
        begun = time.perf_counter()
        labels.append(str(model.predict([text])[0]))
        times.append((time.perf_counter() - begun) * 1000)
    return {**outcome, "labels": labels, "parse_ms": round(statistics.median(times), 2)}


def main() -> None:
    """The command of the module's title."""
    folder = Path(sys.argv[1])
    outcome = measure(folder, json.loads((folder / "texts.json").read_text("utf-8")))
    (folder / "outcome.json").write_text(json.dumps(outcome, ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    main()
