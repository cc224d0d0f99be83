"""What one machine measured and what follows from it, as Markdown, from the results that the benchmarks left.

    .venv/bin/python -m benchmarks.scaling [--write]

Reads `benchmarks/path/result.json` and `benchmarks/assistant/result*.json`, measures nothing itself; `--write`
replaces the tables in docs/scaling.md.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from benchmarks.assistant.run import ROWS
from benchmarks.documents import markdown_table, print_or_write

ROOT = Path(__file__).resolve().parents[1]
PATH_RESULT = ROOT / "benchmarks" / "path" / "result.json"
BUSY_HOUR = 0.15
"""Assumed share of a day's messages that its busiest hour holds; a flat day would be 0.042."""
SPARE = 0.5
"""Share of the measured rate that we plan with."""


def path_tables(result: dict[str, Any]) -> str:
    """The whole path: measured loads, memory, and the days that the full-speed rate carries."""
    rows = result["rows"]
    measured = [
        (
            row["load"],
            str(row["messages"]),
            f"{row['ack_p50']:.0f} / {row['ack_p95']:.0f}",
            f"{row['reply_p50']:.0f} / {row['reply_p95']:.0f}",
            f"{row['messages_per_second']:.1f}",
            str(row["lost"]),
        )
        for row in rows
    ]
    best = max(float(row["messages_per_second"]) for row in rows)
    hour = best * SPARE * 3600
    memory = [(name, f"{size} MB") for name, size in result["memory_mb"].items()]
    memory.append(("together", f"{sum(result['memory_mb'].values())} MB"))
    calculated = [
        ("fastest rate measured", f"{best:.1f} messages/s"),
        (f"planned with, {SPARE:.0%} of it", f"{best * SPARE:.1f} messages/s"),
        ("messages in the busiest hour", f"{hour:,.0f}"),
        (f"messages a day, when that hour holds {BUSY_HOUR:.0%} of them", f"{hour / BUSY_HOUR:,.0f}"),
    ]
    return "\n\n".join(
        [
            "Measured: `.venv/bin/python -m benchmarks.path.run`, all processes and the sender on one machine.",
            markdown_table(
                ("load", "messages", "ack p50 / p95, ms", "reply p50 / p95, ms", "answered a second", "lost"), measured
            ),
            "Measured in the same run, proportional memory (PSS) of each process with its children:",
            markdown_table(("process", "memory"), memory),
            "Calculated from it, not measured:",
            markdown_table(("figure", "value"), calculated),
        ]
    )


def assistant_table(file: Path) -> str:
    """The assistant alone, beside stock Rasa where the run had both."""
    report = json.loads(file.read_text("utf-8"))
    results = report["results"]
    names = [name for name in ("stock", "ours") if name in results]
    lines = []
    for title, key, part in ROWS:
        values = [results[name].get(key) if part is None else results[name].get(key, {}).get(part) for name in names]
        lines.append((title, *("-" if value is None else str(value) for value in values)))
    quick = " A quick run: rough, and its stock training time says nothing." if report["quick"] else ""
    epochs = f", stock networks trained for {report['stock_epochs']} epochs" if "stock" in names else ""
    about = f"Measured: `benchmarks/assistant/{file.name}`, {report['cpus']} processors{epochs}"
    part = f"{report['examples']} examples" if report.get("examples") else ""
    part += f", at most {report['per_label']} of a label" if report.get("per_label") else ""
    part += f", none longer than {report['words']} words" if report.get("words") else ""
    about += f", both trained on {part}" if part else ""
    about += f", load of the machine at the end {report['load']:.1f}.{quick}"
    return "\n\n".join([about, markdown_table(("assistant alone", *names), lines)])


def tables() -> str:
    """Everything that has been measured on this checkout."""
    parts = [path_tables(json.loads(PATH_RESULT.read_text("utf-8")))] if PATH_RESULT.is_file() else []
    parts += [assistant_table(file) for file in sorted((ROOT / "benchmarks" / "assistant").glob("result*.json"))]
    return "\n\n".join(parts) or "Nothing has been measured on this checkout yet: `make bench`."


def main() -> None:
    """Print the tables, or write them into the document."""
    print_or_write(__doc__ or "", ROOT / "docs" / "scaling.md", "benchmarks.scaling", tables)


if __name__ == "__main__":
    main()
