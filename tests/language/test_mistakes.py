"""Mistakes are kept in a form that both models' readers share."""

from __future__ import annotations

import json
from pathlib import Path

from language.mistakes import Mistake, write_mistakes


def test_they_are_written_one_a_line(tmp_path: Path) -> None:
    write_mistakes(
        [Mistake("category", "é\nx", "a", "b", 0.9), Mistake("fraud", "y", "true", "false", 0.8)], tmp_path / "e"
    )

    kept = [json.loads(line) for line in (tmp_path / "e").read_text("utf-8").splitlines()]

    assert kept[0] == {"decision": "category", "text": "é\nx", "truth": "a", "said": "b", "probability": 0.9}
    assert [each["text"] for each in kept] == ["é\nx", "y"]
