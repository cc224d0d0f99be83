"""Freezes the figures of the live models, below which `tests/test_figures.py` lets no later model fall.

    .venv/bin/python -m tests.freeze_figures

Do it when a model got better, or worse on purpose; the difference shows in the commit. Figures alone are kept, no
text of a set.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from tests.live import sigap

FILE = Path(__file__).with_name("figures.json")
SETS = ("heldout", "exam")
ALSO = {"faq_top1", "fraud_ap", "fraud_type_first", "fraud_types_f1", "report_type_accuracy"}
"""Figures that are frozen though they have no target."""


def measured() -> dict[str, Any]:
    """The report of `sigap evaluate` on the live models."""
    with tempfile.TemporaryDirectory() as folder:
        report: dict[str, Any] = json.loads(sigap("evaluate", "--json", "--out", folder))
    return report


def worth_freezing(key: str, figure: dict[str, Any]) -> bool:
    """Whether a figure says how good a model is, and not only how it behaves."""
    return figure["target"] is not None or key in ALSO or key.startswith("field_f1:")


def frozen(report: dict[str, Any]) -> dict[str, Any]:
    """What is kept of a report."""
    kept = ("value", "error", "count", "at_most")
    return {
        "models": {name: about["version"] for name, about in report["models"].items()},
        "sets": {
            name: {
                "hashes": report["sets"][name]["hashes"],
                "figures": {
                    key: {
                        part: round(figure[part], 4) if isinstance(figure[part], float) else figure[part]
                        for part in kept
                    }
                    for key, figure in report["sets"][name]["figures"].items()
                    if worth_freezing(key, figure)
                },
            }
            for name in SETS
        },
    }


def main() -> None:
    """Write the file and say what changed."""
    before = json.loads(FILE.read_text("utf-8"))["sets"] if FILE.is_file() else {}
    after = frozen(measured())
    for name, content in after["sets"].items():
        for key, figure in content["figures"].items():
            was = before.get(name, {}).get("figures", {}).get(key, {}).get("value")
            if was != figure["value"]:
                print(f"{name:8} {key:28} {'-' if was is None else was:>7} -> {figure['value']}")  # noqa: T201
    FILE.write_text(json.dumps(after, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
