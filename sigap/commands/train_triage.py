"""Training of the triage model: progress, figures on the terminal, report beside the model."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from classifiers import registry
from classifiers.card import read_card
from classifiers.errors import ClassifierError
from classifiers.report import class_rows, headline_rows, write_report
from classifiers.training import Trained, TrainingConfig, fingerprint, train
from sigap.errors import CommandError
from sigap.models import KEPT
from sigap.settings import ROOT, load


def train_triage(force: bool = False) -> str:
    """Train the triage model when data, word lists, code or libraries have changed; return the live version.

    Args:
        force: train even when nothing has changed.

    Raises:
        CommandError: the data cannot be used; names file and line.
    """
    console = Console(highlight=False)
    folder = registry.models_dir(load().sigap_state_dir.absolute())
    data_dir, config = ROOT / "nlu_data", TrainingConfig()
    try:
        live = registry.live_version(folder)
        if live and not force and read_card(folder / live).fingerprint == fingerprint(data_dir, config):
            return live
        trained = _with_progress(data_dir, config, console)
        path = registry.save(trained.parts, trained.card, folder, extras=lambda target: write_report(trained, target))
        registry.promote(trained.card.version, folder)
        registry.prune(folder, KEPT)
    except ClassifierError as error:
        raise CommandError(str(error)) from error
    _print_figures(trained, console)
    console.print(f"report: {path / 'report' / 'report.md'}")
    return trained.card.version


def _with_progress(data_dir: Path, config: TrainingConfig, console: Console) -> Trained:
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("triage", total=1.0)

        def show(text: str, share: float) -> None:
            progress.update(task, description=f"triage: {text}", completed=share)
            if not console.is_terminal:
                console.print(f"triage: {text}")

        trained = train(data_dir, config, show)
        progress.update(task, description="triage: done", completed=1.0)
    return trained


def _print_figures(trained: Trained, console: Console) -> None:
    metrics = trained.card.metrics
    console.print(_table("cross-validation", ("decision", "quality", "", "ECE", "texts"), headline_rows(metrics)))
    for name in ("category", "report_type"):
        console.print(_table(name, ("class", "precision", "recall", "F1", "texts"), class_rows(metrics[name])))


def _table(title: str, header: tuple[str, ...], rows: list[tuple[str, ...]]) -> Table:
    table = Table(title=title, title_justify="left")
    for number, name in enumerate(header):
        table.add_column(name, justify="left" if number == 0 else "right")
    for row in rows:
        table.add_row(*row)
    return table
