"""No figure of the live models on the sets that nobody trains on falls by more than its noise.

What they were is in `tests/figures.json`; `.venv/bin/python -m tests.freeze_figures` writes it anew.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.freeze_figures import FILE, SETS, measured
from tests.live import models_are_live

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not models_are_live(), reason="no model is live: run sigap train all"),
]
FROZEN: dict[str, Any] = json.loads(FILE.read_text("utf-8"))["sets"]
AGAIN = "if it is meant, run: python -m tests.freeze_figures"


@pytest.fixture(scope="module")
def now() -> dict[str, Any]:
    sets: dict[str, Any] = measured()["sets"]
    return sets


def room(figure: dict[str, Any]) -> float:
    """Two standard errors; where all texts were right the bootstrap sees none, and two texts count as one error."""
    return 2.0 * max(float(figure["error"]), 2.0 / int(figure["count"]))


@pytest.mark.parametrize("name", SETS)
def test_the_texts_are_those_that_the_figures_were_frozen_on(name: str, now: dict[str, Any]) -> None:
    assert now[name]["hashes"] == FROZEN[name]["hashes"], AGAIN


@pytest.mark.parametrize(("name", "key"), [(name, key) for name in SETS for key in FROZEN[name]["figures"]])
def test_a_figure_is_no_worse_than_it_was(name: str, key: str, now: dict[str, Any]) -> None:
    was, value = FROZEN[name]["figures"][key], now[name]["figures"][key]["value"]
    worse_by = value - was["value"] if was["at_most"] else was["value"] - value

    assert worse_by <= room(was), f"{value:.4f} is worse than {was['value']:.4f} by more than {room(was):.4f}; {AGAIN}"
