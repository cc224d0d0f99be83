"""Our pipeline on CLINC150, English text with out-of-scope queries, beside the figures published with it.

    .venv/bin/python -m benchmarks.understanding.clinc [--data FILE] [--write]

Larson et al., "An Evaluation Dataset for Intent Classification and Out-of-Scope Prediction", EMNLP 2019: 150 intents,
15,000 queries to train on, 3,000 to validate, 4,500 to test; 100, 100 and 1,000 more that belong to none. In-scope
accuracy is over the 4,500 (an intent refused is wrong), out-of-scope recall over the 1,000. `--write` replaces the
table in docs/models.md.

The pipeline is the assistant's: normaliser (without the Indonesian lexicon), features, linear support vectors,
temperature and out-of-scope shift from three folds. Features are made for Indonesian and stay as they are. Thresholds
are chosen on the validation part alone. The data are not shipped: they are read from ../shared where that is there.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.data import Example
from assistant.model import OUT_OF_SCOPE, IntentModel
from assistant.training import train
from benchmarks.documents import markdown_table, replace_block
from evaluation.figures import Figure, share
from sigap.settings import ROOT

DATA = ROOT.parent / "shared" / "data" / "intents" / "clinc150_full.json"
MODULE = "benchmarks.understanding.clinc"
RESULT = Path(__file__).with_name("clinc.json")
REFUSED = 0.04
"""Share of in-scope queries that may be refused on validation data: what this project wants of its assistant."""
PUBLISHED = (("SVM", 0.910, 0.145), ("MLP", 0.935, 0.474), ("BERT", 0.969, 0.403))
"""In-scope accuracy and out-of-scope recall of the paper, trained with out-of-scope queries, full data."""

Floats = NDArray[np.float64]
Labels = NDArray[np.str_]
Rows = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Scored:
    """Queries with their true label, the best intent, its probability, and whether out of scope is more probable."""

    truth: Labels
    best: Labels
    confidence: Floats
    outside: NDArray[np.bool_]

    def said(self, threshold: float | None) -> Labels:
        """What is answered: refused below the threshold, or, without one, where out of scope is the best guess."""
        refused = self.outside if threshold is None else self.confidence < threshold
        return np.where(refused, OUT_OF_SCOPE, self.best)

    def figures(self, threshold: float | None) -> dict[str, Figure]:
        """In-scope accuracy, out-of-scope recall, and the share of in-scope queries refused."""
        said, inside = self.said(threshold), self.truth != OUT_OF_SCOPE
        return {
            "in_scope_accuracy": share("in_scope_accuracy", (said == self.truth)[inside]),
            "oos_recall": share("oos_recall", (said == OUT_OF_SCOPE)[~inside]),
            "in_scope_refused": share("in_scope_refused", (said == OUT_OF_SCOPE)[inside]),
        }


def best_threshold(scored: Scored) -> float:
    """The threshold with the most right answers, refusals included; the lowest of several."""
    grid = np.unique(scored.confidence)
    return float(max(grid, key=lambda t: ((scored.said(t) == scored.truth).mean(), -t)))


def refusing_threshold(scored: Scored, refused: float) -> float:
    """The highest threshold that refuses at most this share of the in-scope queries."""
    inside = np.sort(scored.confidence[scored.truth != OUT_OF_SCOPE])
    return float(inside[min(int(len(inside) * refused), len(inside) - 1)])


def labelled(rows: Rows) -> list[Example]:
    """The data's rows as examples; its `oos` is our label of what is out of scope."""
    return [Example(text, OUT_OF_SCOPE if label == "oos" else label) for text, label in rows]


def score(model: IntentModel, examples: Sequence[Example]) -> Scored:
    """Read queries; one without a known word is refused at any threshold."""
    intents = np.array([label != OUT_OF_SCOPE for label in model.labels])
    names = np.array(model.labels)
    best, confidence, outside = [], [], []
    for example in examples:
        logits = model.logits(example.text)
        if logits is None:
            best.append(OUT_OF_SCOPE)
            confidence.append(-1.0)
            outside.append(True)
            continue
        probabilities = model.probabilities(logits)
        among = np.where(intents, probabilities, -1.0)
        best.append(str(names[among.argmax()]))
        confidence.append(float(among.max()))
        outside.append(bool(names[probabilities.argmax()] == OUT_OF_SCOPE))
    truth = np.array([example.label for example in examples])
    return Scored(truth, np.array(best), np.array(confidence), np.array(outside))


def measure(data: dict[str, Rows]) -> dict[str, Any]:
    """Train, choose thresholds on validation data, test."""
    begun = time.perf_counter()
    model = train(labelled([*data["train"], *data["oos_train"]]))
    seconds = time.perf_counter() - begun
    validation = score(model, labelled([*data["val"], *data["oos_val"]]))
    test = score(model, labelled([*data["test"], *data["oos_test"]]))
    points: dict[str, float | None] = {
        "best guess": None,
        "threshold: most right on validation": best_threshold(validation),
        f"threshold: {REFUSED:.0%} of in-scope refused on validation": refusing_threshold(validation, REFUSED),
    }
    return {
        "rows": {name: len(rows) for name, rows in data.items()},
        "training_seconds": round(seconds, 1),
        "points": [
            {"name": name, "threshold": threshold, "test": _plain(test.figures(threshold))}
            | {"validation": _plain(validation.figures(threshold))}
            for name, threshold in points.items()
        ],
        "curve": [_on_curve(validation, test, refused) for refused in (0.01, 0.02, 0.04, 0.08, 0.16)],
    }


def _on_curve(validation: Scored, test: Scored, refused: float) -> dict[str, float]:
    figures = test.figures(refusing_threshold(validation, refused))
    return {"refused_on_validation": refused} | {name: round(each.value, 4) for name, each in figures.items()}


def _plain(figures: dict[str, Figure]) -> dict[str, list[float]]:
    return {name: [round(n, 4) for n in (each.value, each.low, each.high)] for name, each in figures.items()}


def table(result: dict[str, Any]) -> str:
    """Our points and the published ones as Markdown."""
    rows = [
        (f"ours, {point['name']}", *(_interval(point["test"][key]) for key in ("in_scope_accuracy", "oos_recall")))
        for point in result["points"]
    ]
    rows += [
        (f"{name}, published", f"{100 * inside:.1f}", f"{100 * outside:.1f}") for name, inside, outside in PUBLISHED
    ]
    return markdown_table(("CLINC150, full", "in-scope accuracy, %", "out-of-scope recall, %"), rows)


def _interval(figure: Sequence[float]) -> str:
    value, low, high = (100 * number for number in figure)
    return f"{value:.1f} ({low:.1f}-{high:.1f})"


def main() -> None:
    """The command of the module's title."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA, help="clinc150_full.json, data_full.json of the paper")
    parser.add_argument("--write", action="store_true", help="replace the table in docs/models.md")
    arguments = parser.parse_args()
    if not arguments.data.is_file():
        print(f"{arguments.data.name} is not there: nothing measured; name the file with --data")
        return
    result = measure(json.loads(arguments.data.read_text("utf-8")))
    RESULT.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    if arguments.write:
        replace_block(ROOT / "docs" / "models.md", MODULE, table(result))
    print(table(result))


if __name__ == "__main__":
    main()
