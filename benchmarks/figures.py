"""Figures of the models as Markdown, beside the targets: on the sets that nobody trains on, and cross-validated.

    .venv/bin/python -m benchmarks.figures [VERSION ...] [--write]

Without a version: the live models, as `sigap evaluate` measures them. With several: stored triage models, one column
each, to compare before a promotion or a rollback. `--write` replaces the tables in docs/models.md. In brackets: 95 %
bootstrap intervals. Set SIGAP_STATE_DIR to read models from elsewhere.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.documents import markdown_table, replace_block
from classifiers import registry
from classifiers.card import Card, read_card
from evaluation.measure import measure_set
from evaluation.report import cross_validated_rows, headline_rows
from evaluation.sets import LabelledSet
from sigap.commands.evaluate import chosen_sets, measure
from sigap.settings import ROOT, load

MODULE = "benchmarks.figures"


def about(card: Card) -> list[tuple[str, str]]:
    """What a triage model was trained on, as the first rows of its column."""
    return [
        ("trained on", f"{card.counts['texts']} texts, {card.counts['groups']} groups"),
        ("data", f"`{card.data_hash}`"),
    ]


def cross_validated(cards: Sequence[Card]) -> str:
    """Cross-validated figures, one column per stored triage model; what one lacks is a dash."""
    columns = [dict([*about(card), *cross_validated_rows(card.metrics)]) for card in cards]
    names = list(dict.fromkeys(name for column in columns for name in column))
    rows = [(name, *(column.get(name, "-") for column in columns)) for name in names]
    return markdown_table(("decision", *(f"`{card.version}`" for card in cards)), rows)


def live(sets: Sequence[LabelledSet]) -> str:
    """The live models: every figure of every set, then the triage cross-validated."""
    settings = load()

    said: set[str] = set()

    def show(text: str, share: float) -> None:
        if text not in said:  # once for each step, not for each text
            said.add(text)
            print(f"{share:4.0%} {text}", file=sys.stderr)

    made = measure(sets, settings, show, created=f"{datetime.now(UTC):%Y-%m-%d}", command="")
    versions = ", ".join(f"{name} `{known['version']}`" for name, known in made.models.items())
    card = read_card(registry.models_dir(settings.sigap_state_dir.absolute()) / str(made.models["triage"]["version"]))
    counts = "; ".join(
        f"{each.name}: {', '.join(f'{n} {file}' for file, n in each.counts.items())}" for each in made.sets
    )
    return "\n\n".join(
        [
            f"Measured on {made.created} with the {versions}, on sets that were never trained on ({counts}):",
            markdown_table(("figure", "target", *(each.name for each in made.sets)), headline_rows(made.sets)),
            "Triage, cross-validated on its own training texts, five folds:",
            cross_validated([card]),
        ]
    )


def stored(folders: Sequence[Path], sets: Sequence[LabelledSet]) -> str:
    """Stored triage models side by side."""
    cards, models = [read_card(folder) for folder in folders], [registry.load(folder) for folder in folders]
    blocks = ["Cross-validated, five folds:", cross_validated(cards)]
    for labelled in sets:
        columns = [
            replace(measure_set(labelled, model, None), name=f"`{card.version}`")
            for model, card in zip(models, cards, strict=True)
        ]
        header = ("figure", "target", *(column.name for column in columns))
        blocks += [f"On `{labelled.name}`, never trained on:", markdown_table(header, headline_rows(columns))]
    return "\n\n".join(blocks)


def main() -> None:
    """Print the tables, or write them into the document."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("versions", nargs="*", metavar="VERSION", help="directories, or names below models/triage")
    parser.add_argument("--write", action="store_true", help="replace the tables in docs/models.md")
    arguments = parser.parse_args()
    if arguments.write and arguments.versions:
        parser.error("--write is for the live models: leave the versions out")
    folder = registry.models_dir(Path(os.environ.get("SIGAP_STATE_DIR") or ROOT / "var"))
    sets, notes = chosen_sets([])
    for note in notes:
        print(note, file=sys.stderr)
    versions = [folder / version for version in arguments.versions]
    text = stored(versions, sets) if versions else live(sets)
    if arguments.write:
        replace_block(ROOT / "docs" / "models.md", MODULE, text)
    else:
        print(text)


if __name__ == "__main__":
    main()
