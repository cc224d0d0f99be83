"""Stock Rasa against ours, in one run on this machine: training, start, parsing, throughput, long conversations.

    .venv/bin/python -m benchmarks.assistant.run [--quick] [--only ours|stock] [--per-label N] [--words N] [--json FILE]

Both train on the same data and answer the same conversations with the same PostgreSQL and the same action double.
Stock's networks take many hours for their hundred epochs on all examples: both learn the same part of them
(`--per-label`, `--words`, `benchmarks/sample.py`), so that stock can be measured as its own configuration has it.
`--quick` trains the stock networks for two epochs and measures for seconds instead of minutes: it shows that the
benchmark works and roughly where things stand, but its stock training time says nothing.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.assistant.server import (
    OURS,
    PYTHON,
    ROOT,
    SECRET,
    STOCK_RASA,
    TURNS,
    Citizen,
    Kind,
    Server,
    environment,
    messages_per_second,
    train,
)
from benchmarks.sample import sampled_copy
from sigap.postgres import EmbeddedPostgres
from sigap.sockets import socket_url
from tests.system import free_port

RESULT = Path(__file__).with_name("result.json")
SENDERS = (1, 8, 32)
PLACES = (1, 50, 200)


def measure(kind: Kind, database: str, actions_port: int, work: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Everything about one server."""
    env = environment(database, actions_port, work)
    result: dict[str, Any] = {}
    say(f"{kind.name}: training")
    result["training"] = train(kind, env, work, epochs=options.epochs or (2 if options.quick else None))
    say(f"{kind.name}: parsing")
    result["parse"] = parse(kind, env, work, 60 if options.quick else 400)
    say(f"{kind.name}: starting")
    with Server(kind, env, work, free_port(1)) as server:
        result["first_answer_seconds"] = server.first_answer()
        result["memory_mib_started"] = server.memory_mib()
        messages_per_second(server, 2, 2)  # warm up
        for senders in SENDERS:
            say(f"{kind.name}: {senders} senders")
            result[f"senders_{senders}"] = messages_per_second(server, senders, 4 if options.quick else 20)
        say(f"{kind.name}: long conversations")
        result["turns"] = long_conversations(server, 2 if options.quick else 5)
        result["memory_mib_after"] = server.memory_mib()
    return result


def parse(kind: Kind, env: dict[str, str], work: Path, count: int) -> dict[str, float]:
    """Parse latency in a process of its own."""
    command = [
        PYTHON,
        "-m",
        "benchmarks.assistant.parse_latency",
        str(work / f"{kind.name}.tar.gz"),
        str(count),
        kind.name,
    ]
    finished = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    figures: dict[str, float] = json.loads(finished.stdout.splitlines()[-1])
    return figures


def long_conversations(server: Server, conversations: int, width: int = 5) -> dict[str, float]:
    """Median milliseconds a message around turns 1, 50 and 200: texts of the domain only, no custom action."""
    texts = [text for text in TURNS if text not in ("cek status laporan saya", "kamu bisa apa aja", "ok")]
    times: dict[int, list[float]] = {}
    for number in range(conversations):
        citizen = Citizen(server, f"{server.kind.name}-long-{number}-{time.time_ns()}")
        for turn in range(1, max(PLACES) + width + 1):
            begun = time.perf_counter()
            citizen.say(texts[turn % len(texts)])
            times.setdefault(turn, []).append((time.perf_counter() - begun) * 1000)
        citizen.close()
    for number in range(conversations * width * 2):  # the first turn happens once a conversation: more of those
        citizen = Citizen(server, f"{server.kind.name}-first-{number}-{time.time_ns()}")
        begun = time.perf_counter()
        citizen.say(texts[number % len(texts)])
        times[1].append((time.perf_counter() - begun) * 1000)
        citizen.close()

    def around(place: int) -> float:
        turns = [1] if place == 1 else range(place - width, place + width + 1)
        return round(statistics.median([t for turn in turns for t in times[turn]]), 2)

    return {str(place): around(place) for place in PLACES}


ROWS = (
    ("training, s", "training", "seconds"),
    ("training, peak MiB", "training", "peak_mib"),
    ("start to first answer, s", "first_answer_seconds", None),
    ("parse, median ms", "parse", "median_ms"),
    ("parse, p95 ms", "parse", "p95_ms"),
    *((f"messages/s, {n} sender{'s' * (n > 1)}", f"senders_{n}", "per_second") for n in SENDERS),
    *((f"slowest answer, {n} sender{'s' * (n > 1)}, ms", f"senders_{n}", "slowest_ms") for n in SENDERS),
    *((f"ms a message, turn {place}", "turns", str(place)) for place in PLACES),
    ("memory after start, MiB", "memory_mib_started", None),
    ("memory after load, MiB", "memory_mib_after", None),
)


def table(results: dict[str, dict[str, Any]]) -> str:
    """The figures side by side, with ours against stock where both were measured."""
    names = [name for name in ("stock", "ours") if name in results]
    lines = [f"{'':32}" + "".join(f"{name:>12}" for name in names) + (f"{'ratio':>10}" if len(names) == 2 else "")]
    for title, key, part in ROWS:
        values = [results[name][key] if part is None else results[name][key][part] for name in names]
        ratio = f"{max(values) / max(min(values), 1e-9):>9.1f}x" if len(values) == 2 else ""
        lines.append(f"{title:32}" + "".join(f"{value:>12}" for value in values) + ratio)
    return "\n".join(lines)


def say(text: str) -> None:
    """Progress, on stderr."""
    sys.stderr.write(f"[{time.strftime('%H:%M:%S')}] {text}\n")


def main() -> int:
    """The command of the module's title."""
    parser = argparse.ArgumentParser(prog="benchmarks.assistant.run", description="stock Rasa against ours")
    parser.add_argument("--quick", action="store_true", help="minutes instead of twenty; rough")
    parser.add_argument("--epochs", type=int, help="of the stock networks, instead of the 100 of their config")
    parser.add_argument("--per-label", type=int, default=20, help="examples of each label that both learn (0: all)")
    parser.add_argument("--words", type=int, default=30, help="longest example that both learn from (0: any)")
    parser.add_argument("--only", choices=("ours", "stock"), help="measure one of the two")
    parser.add_argument("--json", type=Path, help="write the figures there")
    options = parser.parse_args()
    kinds = [kind for kind in (OURS, STOCK_RASA) if options.only in (None, kind.name)]
    results: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory(prefix="sigap-bench-") as name:
        work = Path(name)
        work.chmod(0o755)  # the database server may run as another account
        database = EmbeddedPostgres(work / "state")
        database.start()
        actions_port = free_port(1)
        double = subprocess.Popen(
            [PYTHON, "-m", "benchmarks.assistant.action_double", str(actions_port), SECRET],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
        )
        examples = sampled_copy(ROOT / "nlu_data", work / "nlu_data", options.per_label or None, options.words or None)
        try:
            for kind in (with_data(kind, work / "nlu_data") for kind in kinds):
                results[kind.name] = measure(kind, create(work, kind), actions_port, work, options)
        finally:
            double.terminate()
            double.wait(10)
            database.stop()
    report = {
        "quick": options.quick,
        "stock_epochs": options.epochs or (2 if options.quick else 100),
        "examples": examples,
        "per_label": options.per_label,
        "words": options.words,
        "cpus": os.cpu_count(),
        "load": os.getloadavg()[0],
        "results": results,
    }
    target = options.json or (None if options.quick or options.only else RESULT)
    if target:
        target.write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    sys.stdout.write(table(results) + "\n")
    return 0


def with_data(kind: Kind, nlu_data: Path) -> Kind:
    """The server, learning from another folder instead of nlu_data."""
    data = tuple(nlu_data if path == ROOT / "nlu_data" else path for path in kind.data)
    return dataclasses.replace(kind, data=data)


def create(work: Path, kind: Kind) -> str:
    """A database of its own for a server; returns its address."""
    with psycopg.connect(socket_url(work / "state", "postgres"), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "bench_{kind.name}"')
    return socket_url(work / "state", f"bench_{kind.name}")


if __name__ == "__main__":
    sys.exit(main())
