"""Figures of stored triage models as Markdown: cross-validated (from their cards) and on `tests/heldout`.

    .venv/bin/python -m benchmarks.triage.tables [VERSION ...] [--write]

Without a version: the live model. With several: one column each, to compare before a promotion or a rollback.
`--write` replaces the tables in docs/models.md. In brackets: 95 % intervals from 1,000 bootstrap samples, seed 7.
Set SIGAP_STATE_DIR to read models from elsewhere.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, f1_score

from benchmarks.documents import markdown_table, replace_block
from classifiers import Triage, registry
from classifiers.calibration import expected_calibration_error
from classifiers.card import Card, read_card

ROOT = Path(__file__).resolve().parents[2]
SAMPLES, SEED = 1_000, 7
Indices = NDArray[np.int64]
Figure = Callable[[Indices], float]


def held_out(name: str) -> list[dict[str, Any]]:
    """Rows of a held-out file."""
    lines = (ROOT / "tests" / "heldout" / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def interval(figure: Figure, count: int) -> str:
    """A figure with its bootstrap interval over `count` rows."""
    generator = np.random.default_rng(SEED)
    samples = [figure(generator.integers(0, count, count)) for _ in range(SAMPLES)]
    low, high = np.percentile(samples, [2.5, 97.5])
    return f"{figure(np.arange(count)):.3f} ({low:.3f}-{high:.3f})"


def decisions(name: str, rows: Sequence[dict[str, Any]], results: Sequence[Triage]) -> list[tuple[str, str]]:
    """Accuracy, macro-F1, calibration and abstention of a decision between classes."""
    made = [getattr(result, name) for result in results]
    truth, found = np.array([row[name] for row in rows]), np.array([decision.value for decision in made])
    confidence = np.array([decision.probability for decision in made])
    answered = np.array([not decision.abstained for decision in made])
    right, count = truth == found, len(rows)

    def macro(at: Indices) -> float:
        return float(f1_score(truth[at], found[at], average="macro", zero_division=0.0))

    return [
        (f"{name}: accuracy", interval(lambda at: float(right[at].mean()), count)),
        (f"{name}: macro-F1", interval(macro, count)),
        (f"{name}: calibration error (ECE)", f"{expected_calibration_error(confidence, right):.3f}"),
        (f"{name}: answered without abstaining", f"{answered.mean():.3f}"),
        (f"{name}: accuracy where answered", f"{right[answered].mean():.3f}" if answered.any() else "-"),
    ]


def fraud(rows: Sequence[dict[str, Any]], results: Sequence[Triage]) -> list[tuple[str, str]]:
    """Fraud indication: ranking, decision, calibration, abstention, and its types where both say fraud."""
    truth = np.array([row["fraud"] for row in rows])
    probability = np.array([result.fraud.probability for result in results])
    said = np.array([result.fraud.value == "true" for result in results])
    doubt = np.array([result.fraud.abstained for result in results])
    count = len(rows)

    def share(at: Indices, among: NDArray[np.bool_]) -> float:
        return float((truth & said)[at].sum() / max(int(among[at].sum()), 1))

    both = np.flatnonzero(truth & said)
    named = [results[i].fraud_types[0].value in rows[i]["fraud_types"] for i in both]
    return [
        ("fraud: average precision", interval(lambda at: average_precision_score(truth[at], probability[at]), count)),
        ("fraud: precision", interval(lambda at: share(at, said), count)),
        ("fraud: recall", interval(lambda at: share(at, truth), count)),
        ("fraud: calibration error (ECE)", f"{expected_calibration_error(probability, truth):.3f}"),
        ("fraud: abstained", f"{doubt.mean():.3f}"),
        ("fraud: first type named is right", f"{np.mean(named):.3f} of {len(named)}"),
    ]


def fields(rows: Sequence[dict[str, Any]], results: Sequence[Triage]) -> list[tuple[str, str]]:
    """F1 of each kind of field; only the exact span counts."""
    pairs = []
    for row, result in zip(rows, results, strict=True):
        truth = {(field["name"], field["start"], field["end"]) for field in row["fields"]}
        pairs.append((truth, {(field.name, field.start, field.end) for field in result.fields}))
    table = []
    for name in sorted({span[0] for truth, found in pairs for span in truth | found}):
        hits = sum(span[0] == name for truth, found in pairs for span in truth & found)
        wrong = sum(span[0] == name for truth, found in pairs for span in truth ^ found)
        spans = sum(span[0] == name for truth, _ in pairs for span in truth)
        table.append((f"field {name}: F1, exact span", f"{2 * hits / max(2 * hits + wrong, 1):.3f} ({spans} spans)"))
    return table


def held_out_rows(folder: Path) -> list[tuple[str, str]]:
    """Everything measured on `tests/heldout` of one stored model."""
    model = registry.load(folder)
    complaints, spans = held_out("complaints"), held_out("fields")
    results = list(model.triage_many(row["text"] for row in complaints))
    found = list(model.triage_many(row["text"] for row in spans))
    return [
        *decisions("category", complaints, results),
        *decisions("report_type", complaints, results),
        *fraud(complaints, results),
        *fields(spans, found),
    ]


def cross_validated_rows(card: Card) -> list[tuple[str, str]]:
    """The headline of each decision, from a card."""
    rows = []
    for name, figures in sorted(card.metrics.items()):
        title = name.replace("fraud_type:", "fraud type ")
        if "macro_f1" in figures:
            said = f"accuracy {figures['accuracy']:.3f}, macro-F1 {figures['macro_f1']:.3f}, ECE {figures['ece']:.3f}"
        else:
            said = f"AP {figures['average_precision']:.3f}, precision {figures['precision']:.3f}, "
            said += f"recall {figures['recall']:.3f}, ECE {figures['ece']:.3f}; "
            said += f"{figures['positives']} of {figures['rows']}"
        rows.append((title, said))
    return rows


def side_by_side(columns: Sequence[Sequence[tuple[str, str]]]) -> list[tuple[str, ...]]:
    """One row per name; a version that lacks it shows a dash."""
    names = list(dict.fromkeys(name for column in columns for name, _ in column))
    tables = [dict(column) for column in columns]
    return [(name, *(table.get(name, "-") for table in tables)) for name in names]


def report(folders: Sequence[Path]) -> str:
    """Both tables for some stored models."""
    cards = [read_card(folder) for folder in folders]
    versions = [f"`{card.version}`" for card in cards]
    about = [
        ("trained on", *(f"{card.counts['texts']} texts, {card.counts['groups']} groups" for card in cards)),
        ("data", *(f"`{card.data_hash}`" for card in cards)),
    ]
    return "\n\n".join(
        [
            "Cross-validated, five folds:",
            markdown_table(
                ("decision", *versions), [*about, *side_by_side([cross_validated_rows(card) for card in cards])]
            ),
            "On `tests/heldout`, never trained on:",
            markdown_table(("figure", *versions), side_by_side([held_out_rows(folder) for folder in folders])),
        ]
    )


def main() -> None:
    """Print the tables, or write them into the document."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("versions", nargs="*", metavar="VERSION", help="directory names below models/triage")
    parser.add_argument("--write", action="store_true", help="replace the tables in docs/models.md")
    arguments = parser.parse_args()
    folder = registry.models_dir(Path(os.environ.get("SIGAP_STATE_DIR") or ROOT / "var"))
    live = registry.live_version(folder)
    if not arguments.versions and live is None:
        parser.error("no triage model is live; run: sigap train triage")
    text = report([folder / version for version in arguments.versions or [str(live)]])
    if arguments.write:
        replace_block(ROOT / "docs" / "models.md", "benchmarks.triage.tables", text)
    else:
        print(text)


if __name__ == "__main__":
    main()
