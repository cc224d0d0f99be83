"""`sigap evaluate`: what it refuses, and a whole run on the live models."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sigap.commands import evaluate as command
from sigap.commands.evaluate import chosen_sets
from sigap.errors import CommandError
from tests.live import models_are_live, sigap

FAQ = '{"text": "loket di lantai sebelas mulai melayani pukul berapa", "topic": "jam_layanan"}\n'


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "faq.jsonl").write_text(FAQ, "utf-8")
    return folder


@pytest.mark.parametrize("argument", ["mine", "=x", "mine=", "a b=x", "../a=x"])
def test_a_set_is_named_and_has_a_directory(argument: str) -> None:
    with pytest.raises(CommandError, match="write NAME=DIR"):
        chosen_sets([argument])


def test_a_name_is_given_once(mine: Path) -> None:
    with pytest.raises(CommandError, match="two sets are called mine"):
        chosen_sets([f"mine={mine}", f"mine={mine}"])


def test_what_is_wrong_with_a_set_is_one_sentence(mine: Path) -> None:
    (mine / "faq.jsonl").write_text("{", "utf-8")

    with pytest.raises(CommandError, match=r"faq\.jsonl:1: not JSON"):
        chosen_sets([f"mine={mine}"])


def test_given_sets_replace_the_default_ones(mine: Path) -> None:
    sets, notes = chosen_sets([f"mine={mine}"])

    assert ([each.name for each in sets], notes) == (["mine"], [])


def test_a_missing_default_set_is_left_out_with_a_note(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "DEFAULT_SETS", {"heldout": mine, "exam": command.ROOT / "none"})

    sets, notes = chosen_sets([])

    assert [each.name for each in sets] == ["heldout"]
    assert notes == ["Set exam is left out: none is not here."]


def test_without_any_set_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "DEFAULT_SETS", {"heldout": command.ROOT / "none"})

    with pytest.raises(CommandError, match="--set NAME=DIR"):
        chosen_sets([])


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.skipif(not models_are_live(), reason="no model is live: run sigap train all")
def test_a_small_set_of_ones_own_gives_a_report_twice_the_same(mine: Path, tmp_path: Path) -> None:
    first, again = (
        json.loads(sigap("evaluate", "--set", f"mine={mine}", "--out", str(tmp_path / name), "--json"))
        for name in ("1", "2")
    )

    assert first["sets"] == again["sets"]
    assert list(first["sets"]["mine"]["figures"]) == [
        *("faq_right", "faq_wrong", "faq_asked_back", "faq_elsewhere", "faq_top1", "faq_ece"),
        *("route_accuracy", "route_ece", "in_scope_refused", "in_scope_as_oos"),
    ]
    assert (tmp_path / "1" / "mine-route-confusion.png").read_bytes().startswith(b"\x89PNG")
    text = (tmp_path / "1" / "report.md").read_text("utf-8")
    assert "loket di lantai sebelas mulai melayani pukul berapa" not in text
