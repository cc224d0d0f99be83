"""What rewritten messages cost, in points, with our normaliser and with the same models trained without it.

    .venv/bin/python -m benchmarks.robustness.run [--write]

Trains four models (assistant and triage, each with the normaliser and with lower-casing alone), rewrites
`tests/heldout` and `tests/exam` (rewrites.py), and prints a table; `result.json` holds all figures. `--write` puts
the tables into docs/models.md. Takes some minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import average_precision_score

from benchmarks.documents import markdown_table, replace_block
from benchmarks.robustness.rewrites import OURS, PLAIN, ROOT, available, rewrites, rewritten, rows
from classifiers import TriageModel
from classifiers.model import Thresholds
from classifiers.normalise import Normaliser
from classifiers.training import train

RESULT = Path(__file__).with_name("result.json")
FIGURES = ("FAQ right", "route", "category", "fraud AP", "fraud recall")
ALLOWED = 0.04
Tables = dict[str, dict[str, dict[str, dict[str, float]]]]
"""Figures by model, set, rewrite and name."""


class LowerCase(Normaliser):
    """Words in lower case with their places, and nothing else."""

    def fit(self, X: Any, y: Any = None, terms: Any = ()) -> LowerCase:
        """Nothing to learn."""
        return self

    def _forms(self, token: str) -> list[tuple[str, int, int]]:
        return [(token.lower(), 0, len(token))]


def assistant() -> Tables:
    """Figures of the assistant's models, from its own environment."""
    python = ROOT / "assistant" / ".venv" / "bin" / "python"
    command = [python, "-W", "ignore", "-m", "benchmarks.robustness.inside"]
    finished = subprocess.run(command, cwd=ROOT, env=os.environ, stdout=subprocess.PIPE, check=True, text=True)
    result: Tables = json.loads(finished.stdout)
    return result


def triage() -> Tables:
    """Figures of the triage models."""
    result: Tables = {}
    for name, normaliser in ((OURS, None), (PLAIN, LowerCase({}))):
        trained = train(ROOT / "nlu_data", normaliser=normaliser)
        model = TriageModel(trained.parts, Thresholds(**trained.card.thresholds), name)
        result[name] = {
            folder: {title: figures(model, folder, title) for title in rewrites()} for folder in available()
        }
    return result


def figures(model: TriageModel, folder: str, title: str) -> dict[str, float]:
    """Category accuracy, and ranking and recall of fraud, on one rewritten set."""
    truth, rewrite = rows(folder, "complaints"), rewrites()[title]
    found = list(model.triage_many(rewritten(rewrite, row["text"]) for row in truth))
    fraud = np.array([row["fraud"] for row in truth])
    said = np.array([one.fraud.value == "true" for one in found])
    return {
        "category": float(
            np.mean([one.category.value == row["category"] for one, row in zip(found, truth, strict=True)])
        ),
        "fraud AP": float(average_precision_score(fraud, [one.fraud.probability for one in found])),
        "fraud recall": float(said[fraud].mean()),
    }


def table(figures: Tables, folder: str) -> str:
    """One set: each figure for the unchanged text, then what each rewrite adds, with and without the normaliser."""
    ours, plain = figures[OURS][folder], figures[PLAIN][folder]

    def cell(found: dict[str, dict[str, float]], title: str, name: str) -> str:
        if title == "unchanged":
            return f"{100 * found[title][name]:.1f}"
        return f"{100 * (found[title][name] - found['unchanged'][name]):+.1f}"

    lines = [
        (title, *(f"{cell(ours, title, name)} / {cell(plain, title, name)}" for name in FIGURES)) for title in ours
    ]
    return markdown_table((f"`tests/{folder}`", *FIGURES), lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="put the tables into docs/models.md")
    arguments = parser.parse_args()
    result, other = assistant(), triage()
    for name, sets in other.items():
        for folder, titles in sets.items():
            for title, found in titles.items():
                result[name][folder][title] |= found
    RESULT.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    tables = "\n\n".join(table(result, folder) for folder in available())
    print(tables)
    worst = sorted(
        (titles[title][name] - titles["unchanged"][name], f"{folder}, {title}, {name}")
        for folder, titles in result[OURS].items()
        for title in titles
        for name in FIGURES
    )
    over = [f"{100 * lost:+.1f} {what}" for lost, what in worst if lost < -ALLOWED]
    print("\nMore than four points lost:", *(over or ["nothing"]), sep="\n  ")
    if arguments.write:
        replace_block(ROOT / "docs" / "models.md", "benchmarks.robustness.run", tables)


if __name__ == "__main__":
    main()
