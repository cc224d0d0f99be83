"""The report: `report.json` for programs, `report.md` for people, PNG pictures."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from evaluation.compare import FILE, Comparison, compare, newest_report
from evaluation.figures import FIELDS, HEADLINES, SAMPLES, SEED, Figure, Row, headline
from evaluation.measure import SetFigures

SHOWN_MISTAKES = 15
"""Mistakes of each decision that the Markdown lists."""
Report = Callable[[str, float], None]
"""Told what is being done and which share of the whole is finished."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Figures of the models on every set.

    Args:
        created: date and time, ISO 8601.
        command: that makes this report.
        models: what is known of each model: its version, hashes, libraries.
        sets: in the order of the columns.
        notes: one sentence about each set that is missing, and the like.
        cross_validated: `metrics` of the triage's card.
        mistakes: on training texts, as the models keep them; never texts of a set.
    """

    created: str
    command: str
    models: Mapping[str, Mapping[str, Any]]
    sets: Sequence[SetFigures]
    notes: Sequence[str]
    cross_validated: Mapping[str, Any]
    mistakes: Sequence[Mapping[str, Any]]


def as_json(evaluation: Evaluation) -> dict[str, Any]:
    """What `report.json` holds, the comparison aside."""
    return {
        "created": evaluation.created,
        "command": evaluation.command,
        "models": evaluation.models,
        "samples": SAMPLES,
        "seed": SEED,
        "notes": list(evaluation.notes),
        "sets": {
            each.name: {
                "counts": each.counts,
                "hashes": each.hashes,
                "figures": {
                    key: {name: value for name, value in asdict(figure).items() if name != "key"} | _target(key)
                    for key, figure in each.figures.items()
                },
                "tables": {table.title: [dict(zip(table.header, row, strict=True)) for row in table.rows]
                           for table in each.tables},
            }
            for each in evaluation.sets
        },
        "cross_validated": evaluation.cross_validated,
    }  # fmt: skip


def _target(key: str) -> dict[str, Any]:
    wanted = headline(key)
    return {"title": wanted.title, "target": wanted.target, "at_most": wanted.at_most}


def write_report(evaluation: Evaluation, out: Path, reports: Path, report: Report) -> dict[str, Any]:
    """Write the report into a directory and return what `report.json` holds.

    Args:
        evaluation: what was measured.
        out: the directory; made when it is not there.
        reports: where earlier reports lie, to compare with the newest.
        report: told of the progress.
    """
    out.mkdir(parents=True, exist_ok=True)
    content = as_json(evaluation)
    found = newest_report(reports, besides=out)
    comparison = compare(content, found[1], found[0].name) if found else None
    content["comparison"] = asdict(comparison) if comparison else None
    drawn = [(name, draw) for each in evaluation.sets for name, draw in each.pictures.items()]
    for number, (name, draw) in enumerate(drawn):
        report(f"drawing {name}", number / len(drawn))
        draw(out / f"{name}.png")
    (out / "report.md").write_text(markdown(evaluation, comparison), "utf-8")
    (out / FILE).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return content


def markdown(evaluation: Evaluation, comparison: Comparison | None) -> str:
    """The report as Markdown."""
    lines = [
        f"# Evaluation of {evaluation.created}",
        "",
        f"Made by `{evaluation.command}`. No text of the sets was trained on, and none is shown here.",
        "",
        *_about(evaluation),
        *(f"- {note}" for note in evaluation.notes),
        "",
        "## Headlines",
        "",
        f"In brackets: 95 % bootstrap intervals ({SAMPLES:,} resamples of the texts, seed {SEED}); ✓ and ✗ say whether",
        "the target is reached. A calibration error may lie below its interval: resampling adds noise, and noise only",
        "ever makes it larger.",
        "",
        *table(("figure", "target", *(each.name for each in evaluation.sets)), headline_rows(evaluation.sets)),
        "",
        *_comparison(comparison),
    ]
    for each in evaluation.sets:
        lines += [f"## {each.name}", ""]
        for tabled in each.tables:
            lines += [f"### {tabled.title}", "", *table(tabled.header, tabled.rows), ""]
        lines += [f"![{name}]({name}.png)" for name in each.pictures] + [""]
    lines += ["## Cross-validated", "", "From the card of the triage model: each training text judged by a model that"]
    lines += ["has seen neither it nor a near-duplicate of it.", ""]
    lines += [*table(("decision", "figures"), cross_validated_rows(evaluation.cross_validated)), ""]
    return "\n".join([*lines, *_mistakes(evaluation.mistakes)])


def _about(evaluation: Evaluation) -> list[str]:
    models = [
        (kind, "; ".join(f"{name} `{value}`" for name, value in about.items()))
        for kind, about in evaluation.models.items()
    ]
    sets = [
        (
            f"set {each.name}",
            ", ".join(f"{file} {count} (`{each.hashes[file]}`)" for file, count in each.counts.items()),
        )
        for each in evaluation.sets
    ]
    return [*table(("what", "which"), [*models, *sets]), ""]


def headline_rows(sets: Sequence[SetFigures]) -> list[Row]:
    """One row per figure: title, target, and a cell per set."""
    there = {key for each in sets for key in each.figures}
    keys = [*(key for key in HEADLINES if key in there), *sorted(key for key in there if key.startswith(FIELDS))]
    return [
        (headline(key).title, headline(key).wanted, *(_cell(each.figures.get(key)) for each in sets)) for key in keys
    ]


def _cell(figure: Figure | None) -> str:
    if figure is None:
        return "-"
    wanted = headline(figure.key)
    mark = "" if wanted.target is None else " ✓" if wanted.reached(figure.value) else " ✗"
    return f"{figure.value:.3f} ({figure.low:.3f}-{figure.high:.3f}){mark}"


def _comparison(comparison: Comparison | None) -> list[str]:
    lines = ["## Compared with the previous report", ""]
    if comparison is None:
        return [*lines, "There is none.", ""]
    versions = ", ".join(f"{kind} `{version}`" for kind, version in comparison.models.items())
    lines += [f"`{comparison.name}` of {comparison.created}: {versions}.", ""]
    lines += [
        f"The texts of {name} have changed since: its differences say little.\n" for name in comparison.other_texts
    ]
    moved = [change for change in comparison.changes if change.now != change.before]
    if not moved:
        return [*lines, "No figure differs.", ""]
    rows = [
        (
            headline(change.key).title,
            change.set_name,
            f"{change.before:.3f}",
            f"{change.now:.3f}",
            f"{change.now - change.before:+.3f}",
            _judged(change.key, change.now - change.before) if change.noticeable else "",
        )
        for change in moved
    ]
    header = ("figure", "set", "before", "now", "difference", "outside the interval")
    return [*lines, *table(header, rows), "", f"{len(comparison.changes) - len(moved)} figures are the same.", ""]


def _judged(key: str, difference: float) -> str:
    return "better" if (difference < 0) == headline(key).at_most else "worse"


def cross_validated_rows(metrics: Mapping[str, Any]) -> list[Row]:
    """The headline of each decision, from the metrics of a triage card."""
    rows: list[Row] = []
    for name, figures in sorted(metrics.items()):
        if "macro_f1" in figures:
            said = f"accuracy {figures['accuracy']:.3f}, macro-F1 {figures['macro_f1']:.3f}, ECE {figures['ece']:.3f}"
        elif "average_precision" in figures:
            said = f"AP {figures['average_precision']:.3f}, precision {figures['precision']:.3f}, "
            said += f"recall {figures['recall']:.3f}, ECE {figures['ece']:.3f}; "
            said += f"{figures['positives']} of {figures['rows']}"
        else:
            continue
        rows.append((name.replace("fraud_type:", "fraud type "), said))
    return rows


def _mistakes(mistakes: Sequence[Mapping[str, Any]]) -> list[str]:
    lines = ["## Worst errors on our own training texts", ""]
    lines += ["Said by models that had not seen the text, with the greatest confidence. Look whether the label or the"]
    lines += ["model is right; write new texts that show the same difficulty.", ""]
    if not mistakes:
        return [*lines, "The live models keep none: they were trained before errors were kept.", ""]
    for decision in dict.fromkeys(str(mistake["decision"]) for mistake in mistakes):
        rows = [
            (str(each["truth"]), str(each["said"]), f"{each['probability']:.3f}", _in_a_cell(str(each["text"])))
            for each in mistakes
            if each["decision"] == decision
        ]
        lines += [f"### {decision}", "", *table(("is", "said", "probability", "text"), rows[:SHOWN_MISTAKES]), ""]
    return lines


def _in_a_cell(text: str) -> str:
    return " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")


def table(header: Row, rows: Sequence[Row]) -> list[str]:
    """Lines of a Markdown table."""
    return [
        "| " + " | ".join(header) + " |",
        "|" + " --- |" * len(header),
        *("| " + " | ".join(row) + " |" for row in rows),
    ]
