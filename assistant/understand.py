"""Understands text without Rasa: one message a line in, one JSON object a line out.

Run in assistant/.venv: python -m assistant.understand --model var/models/nlu/<version>.tar.gz < messages.txt
With --ranking N the best N guesses are listed; a number above that of all labels lists all.

It reads the intent model out of Rasa's model file, so it decides exactly as the running assistant does, and starts
in well under a second. A line that is not UTF-8 gets an object with `error`; the run goes on.
"""

from __future__ import annotations

import argparse
import json
import sys
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from assistant.clauses import understood
from assistant.model import ARRAYS_NAME, FALLBACK, JSON_NAME, Decision, Guess, IntentModel, ModelError

COMPONENT = "SigapNLU"
RANKING = 6
ROUTES = {
    "faq": "faq",
    "lapor": "complaint",
    "minta_informasi": "complaint",
    "aspirasi": "aspirasi",
    "mulai_lapor": "start",
    "cek_status": "status",
    "bicara_admin": "human",
    "sapa": "greet",
    "terima_kasih": "thanks",
    "pamit": "bye",
    "setuju": "affirm",
    "tolak": "deny",
    "batal": "cancel",
    "bantuan": "help",
    "penilaian": "rating",
    "di_luar_topik": "oos",
    "kasar": "abuse",
}


def read_model(path: Path) -> IntentModel:
    """The intent model inside a Rasa model file.

    Raises:
        ModelError: the file is no Rasa model, or one without our component.
        OSError: it cannot be read.
    """
    try:
        with tarfile.open(path, "r:gz") as archive:
            parts = {
                Path(member.name).name: archive.extractfile(member)
                for member in archive
                if COMPONENT in member.name and member.isfile()
            }
            head, arrays = parts.get(JSON_NAME), parts.get(ARRAYS_NAME)
            if head is None or arrays is None:
                raise ModelError(f"{path}: holds no {COMPONENT}; train again")
            return IntentModel.from_bytes(head.read(), arrays.read())
    except (tarfile.TarError, EOFError) as error:
        raise ModelError(f"{path}: not a model file") from error


def _named(guess: Guess) -> dict[str, Any]:
    return {
        "intent": guess.intent,
        "topic": guess.topic,
        "route": ROUTES.get(guess.intent),
        "confidence": round(guess.confidence, 4),
    }


def described(text: str, decision: Decision) -> dict[str, Any]:
    """One output object.

    When the assistant would ask back, `intent` is nlu_fallback, `abstain` is true, and `route` and `topic` are those
    of the best guess; without any guess (nothing in the text is known) they are null. A report that holds a question
    as well has the question's topic.
    """
    best = decision.ranking[0] if decision.intent == FALLBACK and decision.ranking else None
    intent = best.intent if best else decision.intent
    return {
        "text": text,
        "intent": decision.intent,
        "confidence": round(decision.confidence, 4),
        "topic": best.topic if best else decision.topic,
        "route": ROUTES.get(intent),
        "abstain": decision.intent == FALLBACK,
        "ranking": [_named(guess) for guess in decision.ranking],
    }


def understand(lines: Iterable[bytes], model: IntentModel, ranking: int = RANKING) -> Iterator[dict[str, Any]]:
    """One object for each line, as it comes.

    Args:
        lines: raw lines; only a line feed ends one.
        model: see `read_model`.
        ranking: how many guesses to list.
    """
    for number, raw in enumerate(lines, start=1):
        line = raw.rstrip(b"\r\n")
        try:
            text, error = line.decode("utf-8"), None
        except UnicodeDecodeError:
            text, error = line.decode("utf-8", "replace"), f"line {number}: not UTF-8"
        result = described(text, understood(model, text, ranking))
        yield result if error is None else {**result, "error": error}


def run(source: BinaryIO, target: TextIO, faults: TextIO, model: IntentModel, ranking: int = RANKING) -> None:
    """Copy understood lines from a stream to another, each as soon as it is there."""
    for result in understand(source, model, ranking):
        target.write(json.dumps(result, ensure_ascii=False) + "\n")
        target.flush()
        if "error" in result:
            faults.write(result["error"] + "\n")


def main() -> int:
    """The command of the module's title; 1 when the model cannot be read."""
    parser = argparse.ArgumentParser(prog="assistant.understand", description="one message a line, one JSON a line")
    parser.add_argument("--model", type=Path, required=True, help="Rasa's model file")
    parser.add_argument("--ranking", type=int, default=RANKING, help="guesses listed for each message")
    options = parser.parse_args()
    try:
        model = read_model(options.model)
    except (ModelError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    try:
        run(sys.stdin.buffer, sys.stdout, sys.stderr, model, options.ranking)
    except BrokenPipeError:  # the reader has seen enough
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
