"""`sigap triage`: what the triage model makes of complaints, one a line."""

from __future__ import annotations

import gc
import json
import os
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import chain, islice
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated, Any

import typer

from classifiers import ClassifierError, Decision, Triage, TriageModel, load_live
from sigap.commands.understand import decoded, given_lines
from sigap.errors import CommandError
from sigap.settings import load

CHUNK = 512
"""Lines that one process handles at a time; fewer lines than this are not worth a second process."""


def triage(
    file: Annotated[Path | None, typer.Argument(help="Complaints, one a line; default: standard input.")] = None,
) -> None:
    """Print one JSON object for each complaint: category, report type, fraud indication, facts, evidence.

    A line may also be a JSON object with a "text", which can then hold line breaks.
    """
    try:
        model = load_live(load().sigap_state_dir.absolute())
    except ClassifierError as error:
        raise CommandError(str(error)) from error
    with given_lines(file) as lines:
        print_all(lines, model)


def print_all(lines: Iterable[bytes], model: TriageModel) -> None:
    """Triage lines in order: one at a time when a person types, else in batches, on every processor when many."""
    texts = (text_of(line) for line in decoded(lines))
    if sys.stdin.isatty():
        for text in texts:
            print(_line(model.triage(text)), flush=True)
        return
    gc.freeze()  # the model stays; walking over it at each collection would cost a tenth of the time
    first = list(islice(texts, CHUNK))
    if len(first) < CHUNK:
        _print_chunk(_triage_chunk(model, first))
        return
    for chunk in _in_parallel(chain(first, texts), model):
        _print_chunk(chunk)


def _in_parallel(texts: Iterator[str], model: TriageModel) -> Iterator[list[str]]:
    """Chunks of output in order, from one process per processor, a few chunks ahead of the reader at most."""
    workers = os.cpu_count() or 1
    chunks = iter(lambda: list(islice(texts, CHUNK)), [])
    # A forked child shares the model's memory instead of loading it again.
    with ProcessPoolExecutor(workers, mp_context=get_context("fork"), initializer=_adopt, initargs=(model,)) as pool:
        pending: deque[Future[list[str]]] = deque()
        for chunk in chunks:
            pending.append(pool.submit(_work, chunk))
            if len(pending) > 2 * workers:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()


_adopted: list[TriageModel] = []


def _adopt(model: TriageModel) -> None:
    _adopted[:] = [model]


def _work(texts: list[str]) -> list[str]:
    return _triage_chunk(_adopted[0], texts)


def _triage_chunk(model: TriageModel, texts: list[str]) -> list[str]:
    return [_line(result) for result in model.triage_many(texts)]


def _print_chunk(lines: list[str]) -> None:
    for line in lines:
        print(line)


def _line(result: Triage) -> str:
    return json.dumps(as_json(result), ensure_ascii=True)


def text_of(line: str) -> str:
    """The text of a line: its "text" when it is a JSON object that has one, else the line itself."""
    if line.startswith("{"):
        try:
            content = json.loads(line)
        except (json.JSONDecodeError, RecursionError):
            return line
        if isinstance(content, dict) and isinstance(content.get("text"), str):
            return str(content["text"])
    return line


def as_json(result: Triage) -> dict[str, Any]:
    """The keys of the contract, and a few more; what the model cannot know of an empty text is null."""
    unknown = not result.category.evidence and result.category.abstained and not result.text.strip()
    return {
        "text": result.text,
        "report_type": None if unknown else result.report_type.value,
        "category": None if unknown else result.category.value,
        "confidence": round(result.category.probability, 4),
        "fraud": result.fraud.value == "true",
        "fraud_probability": round(result.fraud.probability, 4),
        "fraud_types": [decision.value for decision in result.fraud_types],
        "abstain": result.category.abstained,
        "fraud_abstain": result.fraud.abstained,
        "report_type_abstain": result.report_type.abstained,
        "fields": [
            {"name": field.name, "value": field.value, "start": field.start, "end": field.end}
            for field in result.fields
        ],
        "evidence": _evidence(result.text, "category", result.category) + _evidence(result.text, "fraud", result.fraud),
        "summary": result.summary,
        "model_version": result.model_version,
    }


def _evidence(text: str, name: str, decision: Decision) -> list[dict[str, Any]]:
    return [
        {
            "decision": name,
            "value": decision.value,
            "text": text[span.start : span.end],
            "start": span.start,
            "end": span.end,
            "weight": span.weight,
        }
        for span in decision.evidence
    ]
