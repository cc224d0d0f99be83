"""The report and its comparison with the one before."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from evaluation.figures import Table, share
from evaluation.measure import SetFigures
from evaluation.report import Evaluation, write_report


def evaluated(right: int, created: str, sha: str = "aa") -> Evaluation:
    figures = {key: share(key, np.arange(100) < right) for key in ("faq_right", "faq_wrong")}
    table = Table("Routes", ("class", "texts"), [("faq", "100")])
    drawn = {"mine-route-confusion": lambda path: path.write_bytes(b"png")}
    return Evaluation(
        created=created,
        command="sigap evaluate",
        models={"triage": {"version": f"v-{created}"}},
        sets=[SetFigures("mine", {"faq": 100}, {"faq": sha}, figures, (table,), drawn)],
        notes=("Set exam is left out.",),
        cross_validated={"category": {"accuracy": 0.9, "macro_f1": 0.8, "ece": 0.01}, "fields": {"f1": 1}},
        mistakes=[{"decision": "fraud", "text": "a|b\n<c>", "truth": "true", "said": "false", "probability": 0.99}],
    )


def written(evaluation: Evaluation, out: Path) -> tuple[dict[str, Any], str]:
    content = write_report(evaluation, out, out.parent, lambda text, share: None)
    assert json.loads((out / "report.json").read_text("utf-8")) == json.loads(json.dumps(content))
    return content, (out / "report.md").read_text("utf-8")


def test_the_first_report_has_nothing_to_compare_with(tmp_path: Path) -> None:
    content, text = written(evaluated(95, "2026-01-01"), tmp_path / "1")

    assert content["comparison"] is None
    assert "There is none." in text
    assert "| FAQ: answered right | ≥ 0.92 | 0.950 (0.910-0.990) ✓ |" in text
    assert "| FAQ: answered wrong with confidence | ≤ 0.03 | 0.950 (0.910-0.990) ✗ |" in text
    assert "Set exam is left out." in text
    assert "accuracy 0.900" in text
    assert "| true | false | 0.990 | a\\|b &lt;c> |" in text
    assert (tmp_path / "1" / "mine-route-confusion.png").read_bytes() == b"png"


def test_the_next_one_says_what_moved_beyond_its_noise(tmp_path: Path) -> None:
    written(evaluated(10, "2026-01-01"), tmp_path / "old")
    written(evaluated(95, "2026-01-02"), tmp_path / "1")

    content, text = written(evaluated(50, "2026-01-03"), tmp_path / "2")

    assert content["comparison"]["name"] == "1"
    assert content["comparison"]["models"] == {"triage": "v-2026-01-02"}
    assert "| FAQ: answered right | mine | 0.950 | 0.500 | -0.450 | worse |" in text
    assert "| FAQ: answered wrong with confidence | mine | 0.950 | 0.500 | -0.450 | better |" in text
    assert "have changed since" not in text


def test_a_small_difference_is_not_marked(tmp_path: Path) -> None:
    written(evaluated(95, "2026-01-01"), tmp_path / "1")

    _, text = written(evaluated(94, "2026-01-02"), tmp_path / "2")

    assert "| FAQ: answered right | mine | 0.950 | 0.940 | -0.010 |  |" in text


def test_the_same_figures_differ_in_nothing(tmp_path: Path) -> None:
    first, _ = written(evaluated(95, "2026-01-01"), tmp_path / "1")

    second, text = written(evaluated(95, "2026-01-02"), tmp_path / "2")

    assert "No figure differs." in text
    assert second["sets"] == first["sets"]


def test_changed_texts_are_named(tmp_path: Path) -> None:
    written(evaluated(95, "2026-01-01"), tmp_path / "1")

    _, text = written(evaluated(90, "2026-01-02", sha="bb"), tmp_path / "2")

    assert "The texts of mine have changed since" in text


def test_directories_that_hold_no_report_are_passed_over(tmp_path: Path) -> None:
    for name, content in (("a", b"{"), ("b", b"[]"), ("c", b"\xff"), ("d", b'{"created": "9999"}')):
        (tmp_path / name).mkdir()
        (tmp_path / name / "report.json").write_bytes(content)

    content, _ = written(evaluated(95, "2026-01-01"), tmp_path / "1")

    assert content["comparison"] is None


def test_models_without_kept_errors_say_so(tmp_path: Path) -> None:
    _, text = written(replace(evaluated(95, "2026-01-01"), mistakes=[]), tmp_path / "1")

    assert "The live models keep none" in text
