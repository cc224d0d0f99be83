"""`sigap evaluate`: how good the live models are on labelled texts that they never saw."""

from __future__ import annotations

import json
import re
import shlex
import sys
import tarfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from classifiers import load_live
from classifiers.card import Card, read_card
from classifiers.errors import ClassifierError
from evaluation.compare import FILE
from evaluation.measure import SetFigures, measure_set
from evaluation.report import Evaluation, headline_rows, write_report
from evaluation.sets import LabelledSet, read_set
from evaluation.understanding import Understood
from sigap.commands.train import is_fresh
from sigap.commands.understand import routed
from sigap.errors import CommandError
from sigap.models import fingerprint, live_nlu, live_triage, live_version
from sigap.settings import ROOT, Settings, load

DEFAULT_SETS = {"heldout": ROOT / "tests" / "heldout", "exam": ROOT / "tests" / "exam"}
MISTAKES = "errors.jsonl"
WHOLE_RANKING = 10_000
"""More guesses than there are labels."""
Report = Callable[[str, float], None]


def evaluate(
    given: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=DIR",
            help="A labelled set of your own, in the format of tests/heldout; repeatable. "
            "Default: tests/heldout and tests/exam.",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Directory of the report; default: var/reports/<time>.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as one JSON object.")] = False,
) -> None:
    """Write a report of the live models' figures on labelled texts that they never saw.

    Markdown, JSON and pictures: figures with intervals beside their targets, per class, calibration, the worst errors
    on our own training texts, and what has changed since the previous report.
    """
    settings, now = load(), datetime.now(UTC)
    reports = settings.sigap_state_dir.absolute() / "reports"
    target = out or reports / f"{now:%Y%m%d-%H%M%S}"
    sets, notes = chosen_sets(given or [])
    notes += stale(settings)
    console = Console(highlight=False, stderr=True)
    for note in notes:
        console.print(note)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("evaluating", total=1.0)

        def show(text: str, share: float) -> None:
            progress.update(task, description=text, completed=share)

        command = shlex.join(["sigap", *sys.argv[1:]])
        evaluation = measure(
            sets, settings, show, created=now.isoformat(timespec="seconds"), command=command, notes=notes
        )
        content = write_report(evaluation, target, reports, lambda text, share: show(text, 0.8 + 0.2 * share))
        progress.update(task, description="done", completed=1.0)
    if as_json:
        print(json.dumps(content, ensure_ascii=False))
    else:
        _print_headlines(evaluation.sets)
        print(f"report: {target / 'report.md'}, {target / FILE}")


def chosen_sets(given: Sequence[str]) -> tuple[list[LabelledSet], list[str]]:
    """The sets asked for as NAME=DIR, or the default ones, and a note about each default one that is missing.

    Raises:
        CommandError: an argument or a set cannot be used, or there is no set at all.
    """
    folders: dict[str, Path] = {}
    for argument in given:
        name, _, folder = argument.partition("=")
        if not re.fullmatch(r"[\w-]+", name) or not folder:
            raise CommandError(f"--set {argument}: write NAME=DIR, the name of letters, digits and hyphens", 2)
        if name in folders:
            raise CommandError(f"--set {argument}: two sets are called {name}", 2)
        folders[name] = Path(folder)
    missing = [] if given else [name for name, folder in DEFAULT_SETS.items() if not folder.is_dir()]
    folders = folders or {name: folder for name, folder in DEFAULT_SETS.items() if name not in missing}
    if not folders:
        raise CommandError("neither tests/heldout nor tests/exam is here: name a set with --set NAME=DIR")
    try:
        sets = [read_set(name, folder) for name, folder in folders.items()]
    except ClassifierError as error:
        raise CommandError(str(error)) from error
    return sets, [f"Set {name} is left out: {DEFAULT_SETS[name].relative_to(ROOT)} is not here." for name in missing]


def stale(settings: Settings) -> list[str]:
    """A note about each live model that was made of other data, configuration or code than what is here."""
    return [
        f"The live {name} model is older than its data or code: run sigap train {name} to measure what is here."
        for name in ("nlu", "triage")
        if live_version(settings.sigap_state_dir, name)
        and not is_fresh(settings.sigap_state_dir, name, fingerprint(name))
    ]


def measure(
    sets: Sequence[LabelledSet],
    settings: Settings,
    report: Report,
    *,
    created: str,
    command: str,
    notes: Sequence[str] = (),
) -> Evaluation:
    """Figures of the live models on some sets.

    Args:
        sets: what to measure on.
        settings: of the installation; say where the models are.
        report: told of the progress.
        created: date and time for the report.
        command: for the report.
        notes: for the report.

    Raises:
        CommandError: a model is missing or cannot be used.
    """
    nlu, folder = live_nlu(settings.sigap_state_dir), live_triage(settings.sigap_state_dir)
    try:
        card, triage = read_card(folder), load_live(settings.sigap_state_dir.absolute())
    except ClassifierError as error:
        raise CommandError(str(error)) from error
    answers = understood(sets, nlu, settings, lambda text, share: report(text, 0.2 * share))
    measured: list[SetFigures] = []
    for number, labelled in enumerate(sets):
        report(f"measuring {labelled.name}", 0.2 + 0.6 * number / len(sets))
        measured.append(measure_set(labelled, triage, answers))
    return Evaluation(
        created=created,
        command=command,
        models={"assistant": {"version": nlu.name.removesuffix(".tar.gz")}, "triage": _about(card)},
        sets=measured,
        notes=notes,
        cross_validated=card.metrics,
        mistakes=[*_nlu_mistakes(nlu), *_triage_mistakes(folder)],
    )


def _about(card: Card) -> dict[str, Any]:
    return {
        "version": card.version,
        "created": card.created,
        "data": card.data_hash,
        "fingerprint": card.fingerprint[:16],
        "texts": card.counts["texts"],
        "seed": card.seed,
        "libraries": ", ".join(f"{name} {version}" for name, version in card.libraries.items()),
    }


def understood(
    sets: Sequence[LabelledSet], model: Path, settings: Settings, report: Report
) -> Mapping[str, Understood]:
    """What the live assistant makes of every question and route of the sets, by text; from its own environment.

    Raises:
        CommandError: the assistant's model cannot be used.
    """
    texts = list(dict.fromkeys(text for each in sets for file in ("faq", "routes") for text in each.texts(file)))
    found: dict[str, Understood] = {}
    if texts:
        for text, answer in zip(texts, routed(texts, model, settings, WHOLE_RANKING), strict=False):
            found[text] = Understood.of(answer)
            report("understanding", len(found) / len(texts))
    return found


def _triage_mistakes(folder: Path) -> list[dict[str, Any]]:
    file = folder / "report" / MISTAKES
    return _objects(file.read_bytes()) if file.is_file() else []


def _nlu_mistakes(model: Path) -> list[dict[str, Any]]:
    """What lies beside the intent model in Rasa's archive; an older model has nothing there."""
    with tarfile.open(model, "r:gz") as archive:
        for member in archive:
            if member.isfile() and Path(member.name).name == MISTAKES and (file := archive.extractfile(member)):
                return _objects(file.read())
    return []


def _objects(lines: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.decode("utf-8").splitlines()]


def _print_headlines(sets: Sequence[SetFigures]) -> None:
    """Figures as aligned text; a table of the terminal's width would break most lines."""
    rows = [("figure", "target", *(each.name for each in sets)), *headline_rows(sets)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        print("  ".join(cells).rstrip())
