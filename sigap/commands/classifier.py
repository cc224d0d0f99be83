"""`sigap classifier`: train, evaluate and use one text classifier on `{"text", "label"}` lines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from classifiers import plots
from classifiers.data import load_labelled
from classifiers.errors import ClassifierError
from classifiers.lexicons import read_pairs
from classifiers.metrics import evaluate_labels
from classifiers.report import class_rows
from classifiers.text_classifier import Background, TextClassifier, load_classifier, save_classifier
from sigap.commands.triage import text_of
from sigap.commands.understand import decoded, given_lines
from sigap.errors import CommandError
from sigap.settings import ROOT

app = typer.Typer(help="Train, evaluate and use one text classifier.", no_args_is_help=True, rich_markup_mode=None)
BATCH = 512
LEXICONS = ("slang.tsv", "singkatan.tsv")


@app.command("train")
def train(
    data: Annotated[Path, typer.Option("--data", help='Lines of {"text", "label"} to learn from.')],
    out: Annotated[Path, typer.Option("--out", help="Directory for the model and its card.")],
    valid: Annotated[
        Path | None, typer.Option("--valid", help="Lines to calibrate on; default: held-out folds of the data.")
    ] = None,
    also: Annotated[
        list[Path] | None,
        typer.Option("--also", help='Lines of {"text", "label"} from elsewhere, labels meaning the same.'),
    ] = None,
    unlabelled: Annotated[
        list[Path] | None, typer.Option("--unlabelled", help="Texts like those to decide about, one a line, no labels.")
    ] = None,
) -> None:
    """Train a calibrated classifier and write it with its card."""
    console = Console(highlight=False, stderr=True)
    try:
        texts, labels = load_labelled(data)
        held_out = load_labelled(valid) if valid else None
        background = _background(also or [], unlabelled or [])
        model = TextClassifier(lexicon=read_pairs(ROOT / "nlu_data" / "lexicons" / name for name in LEXICONS))
        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
            task = progress.add_task("training", total=1.0)
            model.fit(
                texts,
                labels,
                held_out,
                lambda text, share: progress.update(task, description=text, completed=share),
                background,
            )
            progress.update(task, completed=1.0)
        card = save_classifier(model, out, texts, labels)
    except ClassifierError as error:
        raise CommandError(str(error)) from error
    figures = card.metrics
    tail = f"; held out: accuracy {figures['accuracy']:.4f}, macro-F1 {figures['macro_f1']:.4f}" if figures else ""
    print(f"{out}: {len(texts)} texts, {len(model.classes_)} labels{tail}")


def _background(also: list[Path], unlabelled: list[Path]) -> Background | None:
    """What is learnt from beside the data; None where nothing is given."""
    if not also and not unlabelled:
        return None
    pairs = [load_labelled(file) for file in also]
    texts: list[str] = []
    for file in unlabelled:
        try:
            with file.open("rb") as lines:
                texts += [text for line in decoded(lines) if (text := text_of(line).strip())]
        except OSError as error:
            raise CommandError(f"{file}: cannot be read ({error.strerror})") from error
    return Background(
        texts=[text for known, _ in pairs for text in known],
        labels=[label for _, known in pairs for label in known],
        unlabelled=texts,
    )


@app.command("evaluate")
def evaluate(
    model: Annotated[Path, typer.Option("--model", help="Directory written by train.")],
    data: Annotated[Path, typer.Option("--data", help='Lines of {"text", "label"} to test on.')],
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as one JSON object.")] = False,
    plots_dir: Annotated[Path | None, typer.Option("--plots", help="Directory for PNG pictures.")] = None,
) -> None:
    """Accuracy, macro-F1, per class, calibration and risk-coverage on labelled lines."""
    try:
        classifier, _ = load_classifier(model)
        texts, labels = load_labelled(data)
    except ClassifierError as error:
        raise CommandError(str(error)) from error
    probabilities = classifier.predict_proba(texts)
    figures = evaluate_labels(classifier.classes_.tolist(), labels, probabilities, classifier.threshold_)
    if plots_dir is not None:
        plots_dir.mkdir(parents=True, exist_ok=True)
        confidence = probabilities.max(axis=1)
        correct = classifier.classes_[probabilities.argmax(axis=1)] == labels
        plots.confusion(figures["confusion"]["labels"], figures["confusion"]["counts"], plots_dir / "confusion.png")
        plots.reliability_diagram(figures["reliability"], figures["ece"], plots_dir / "reliability.png")
        plots.risk_coverage_curve(confidence, correct, plots_dir / "risk-coverage.png")
    if as_json:
        print(json.dumps(figures, ensure_ascii=False))
    else:
        _print_table(figures)


def _print_table(figures: dict[str, Any]) -> None:
    console = Console(highlight=False)
    table = Table()
    for number, name in enumerate(("label", "precision", "recall", "F1", "texts")):
        table.add_column(name, justify="left" if number == 0 else "right")
    for row in class_rows(figures):
        table.add_row(*row)
    console.print(table)
    for name in ("accuracy", "macro_f1", "ece", "coverage", "accuracy_covered", "accuracy_at_80_coverage"):
        console.print(f"{name}: {figures[name]:.4f}")


@app.command("predict")
def predict(
    model: Annotated[Path, typer.Option("--model", help="Directory written by train.")],
    file: Annotated[Path | None, typer.Argument(help="Texts, one a line; default: standard input.")] = None,
) -> None:
    """Print {"label", "probability", "abstain"} for each line; a line may also be an object with a "text"."""
    try:
        classifier, _ = load_classifier(model)
    except ClassifierError as error:
        raise CommandError(str(error)) from error
    with given_lines(file) as lines:
        for answer in _answers((text_of(line) for line in decoded(lines)), classifier):
            print(json.dumps(answer, ensure_ascii=False))


def _answers(texts: Iterator[str], classifier: TextClassifier) -> Iterator[dict[str, Any]]:
    """Answers in order, in batches, without holding more than one batch."""
    while batch := list(islice(texts, BATCH)):
        for row in classifier.predict_proba(batch):
            best = int(row.argmax())
            probability = float(row[best])
            yield {
                "label": str(classifier.classes_[best]),
                "probability": round(probability, 4),
                "abstain": probability < classifier.threshold_,
            }
