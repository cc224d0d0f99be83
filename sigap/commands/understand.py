"""`sigap understand`: what the live assistant makes of messages, one a line."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache
from pathlib import Path
from typing import IO, Annotated, Any

import psycopg
import typer
import yaml

from sigap.errors import CommandError
from sigap.house import ASSISTANT_PYTHON, assistant_environment
from sigap.models import live_nlu, live_triage
from sigap.settings import ROOT, Settings, load

TRIAGED = {"complaint", "aspirasi"}
SUGGESTED_TYPE = {"lapor": "pengaduan", "aspirasi": "aspirasi", "minta_informasi": "permintaan_informasi"}
UNSURE = "nlu_fallback"


def understand(
    file: Annotated[Path | None, typer.Argument(help="Messages, one a line; default: standard input.")] = None,
) -> None:
    """Print one JSON object for each message, as the live assistant would route it."""
    settings = load()
    model = live_nlu(settings.sigap_state_dir)
    live_triage(settings.sigap_state_dir)
    with given_lines(file) as lines:
        for understood in routed(decoded(lines), model, settings):
            print(json.dumps(merged(understood, settings), ensure_ascii=False), flush=True)


def given_lines(file: Path | None) -> AbstractContextManager[IO[bytes]]:
    """What a command reads: the file it was given, or standard input."""
    return nullcontext(sys.stdin.buffer) if file is None else file.open("rb")


def decoded(lines: Iterable[bytes]) -> Iterator[str]:
    """Lines as text; one that is not UTF-8 is reported on stderr and read as well as it can be."""
    for number, line in enumerate(lines, 1):
        raw = line.rstrip(b"\r\n")
        try:
            yield raw.decode("utf-8")
        except UnicodeDecodeError:
            print(f"sigap: line {number} is not UTF-8; its bad bytes were replaced", file=sys.stderr)
            yield raw.decode("utf-8", "replace")


def routed(
    texts: Iterable[str], model: Path, settings: Settings, ranking: int | None = None
) -> Iterator[dict[str, Any]]:
    """The assistant's view of each text, in order, from a process in the assistant's own environment.

    Args:
        texts: messages; a line break counts as a space.
        model: file of the assistant's model.
        settings: of the installation.
        ranking: how many guesses to list; by default a few.

    Raises:
        CommandError: the process ended early.
    """
    with subprocess.Popen(
        [
            *(str(ASSISTANT_PYTHON), "-m", "assistant.understand", "--model", str(model)),
            *(() if ranking is None else ("--ranking", str(ranking))),
        ],
        cwd=ROOT,
        env=assistant_environment(settings),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018 - asked for pipes
        asked: list[int] = []
        feeder = threading.Thread(target=_feed, args=(texts, process.stdin, asked), daemon=True)
        feeder.start()
        answered = 0
        for line in process.stdout:
            answered += 1
            yield json.loads(line)
        process.wait()
        if process.returncode or answered < len(asked):
            raise CommandError(f"the assistant's model stopped after {answered} messages; its reason is above")


def _feed(texts: Iterable[str], pipe: IO[bytes], asked: list[int]) -> None:
    try:
        for text in texts:
            pipe.write(text.replace("\n", " ").encode("utf-8", "replace") + b"\n")
            pipe.flush()
            asked.append(1)
        pipe.close()
    except (BrokenPipeError, ValueError):
        return  # the reader reports that the process has ended


def merged(understood: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """The contract's keys: the assistant's view, and for a complaint what triage makes of it."""
    # Nothing in the text is known: it is nobody's topic.
    intent, route = understood["intent"], understood["route"] or "oos"
    result: dict[str, Any] = {
        "text": understood["text"],
        "route": route,
        "intent": intent,
        "confidence": understood["confidence"],
        "topic": understood["topic"],
        "report_type": None,
        "category": None,
        "fraud": None,
        "fraud_probability": None,
        "fraud_types": None,
        "abstain": intent == UNSURE,
        "answer": answers(settings).get(understood["topic"]) if understood["topic"] else None,
    }
    return result | _triaged(understood["text"], intent, settings) if route in TRIAGED else result


def _triaged(text: str, intent: str, settings: Settings) -> dict[str, Any]:
    from classifiers import load_live

    triage = load_live(settings.sigap_state_dir.absolute()).triage(text)
    fraud = triage.fraud.value == "true"
    suggested = SUGGESTED_TYPE.get(intent, "pengaduan")
    found = suggested if triage.report_type.abstained else triage.report_type.value
    return {
        "report_type": "pengaduan" if fraud else found,
        "category": triage.category.value,
        "fraud": fraud,
        "fraud_probability": round(triage.fraud.probability, 4),
        "fraud_types": [kind.value for kind in triage.fraud_types],
        "abstain": intent == UNSURE or triage.category.abstained or triage.fraud.abstained,
    }


@lru_cache(maxsize=1)
def answers(settings: Settings) -> dict[str, str]:
    """FAQ answers by topic: the database's, which officers correct, or the files' when it does not answer."""
    try:
        with psycopg.connect(settings.resolved_database_url, connect_timeout=2) as connection:
            rows = connection.execute("SELECT topic, text FROM cases_answer").fetchall()
    except psycopg.Error:
        rows = []
    return dict(rows) or {
        topic: entry["answer"]
        for path in sorted((ROOT / "nlu_data" / "faq").glob("*.yml"))
        for topic, entry in yaml.safe_load(path.read_text("utf-8")).items()
    }
