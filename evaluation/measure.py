"""Everything measured of one labelled set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from classifiers import TriageModel
from evaluation.figures import Figure, Measured, Picture, Table
from evaluation.sets import LabelledSet
from evaluation.triage import measure_decisions, measure_fields
from evaluation.understanding import Understood, measure_understanding


@dataclass(frozen=True, slots=True)
class SetFigures:
    """The figures of one set; `counts` and `hashes` are of its files."""

    name: str
    counts: Mapping[str, int]
    hashes: Mapping[str, str]
    figures: Mapping[str, Figure]
    tables: tuple[Table, ...]
    pictures: Mapping[str, Picture]


def measure_set(
    labelled: LabelledSet, triage: TriageModel | None, answers: Mapping[str, Understood] | None
) -> SetFigures:
    """Measure what the given models decide about a set.

    Args:
        labelled: the set.
        triage: judges complaints and fields; None leaves them out.
        answers: what the assistant makes of the questions and routes, by text; None leaves them out.
    """
    parts: list[Measured] = []
    if answers is not None:
        parts.append(measure_understanding(labelled, answers))
    if triage is not None:
        for file, measure in (("complaints", _decisions), ("fields", _fields)):
            if file in labelled.rows:
                parts.append(measure(labelled, triage))
    return SetFigures(
        name=labelled.name,
        counts={file: len(rows) for file, rows in labelled.rows.items()},
        hashes=labelled.hashes,
        figures={figure.key: figure for part in parts for figure in part.figures},
        tables=tuple(table for part in parts for table in part.tables),
        pictures={f"{labelled.name}-{name}": draw for part in parts for name, draw in part.pictures.items()},
    )


def _decisions(labelled: LabelledSet, triage: TriageModel) -> Measured:
    results = list(triage.triage_many(labelled.texts("complaints")))
    return measure_decisions(labelled.rows["complaints"], results, triage.thresholds.fraud)


def _fields(labelled: LabelledSet, triage: TriageModel) -> Measured:
    return measure_fields(labelled.rows["fields"], list(triage.triage_many(labelled.texts("fields"))))
