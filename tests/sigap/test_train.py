"""What makes a model stale."""

from __future__ import annotations

from pathlib import Path

import pytest

from sigap.commands.train import is_fresh
from sigap.errors import CommandError
from sigap.models import SOURCES, fingerprint, live_nlu, live_triage, live_version, models_dir, set_live
from sigap.settings import ROOT


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("config.yml", "domain.yml", "nlu_data/nlu/sapa.yml", "assistant/nlu.py", "nlu_data/faq/a.yml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name, "utf-8")
    return tmp_path


@pytest.mark.parametrize("changed", ["config.yml", "domain.yml", "nlu_data/nlu/sapa.yml", "assistant/nlu.py"])
def test_a_changed_file_changes_the_fingerprint(project: Path, changed: str) -> None:
    before = fingerprint("nlu", project)
    (project / changed).write_text("something else", "utf-8")

    assert fingerprint("nlu", project) != before


@pytest.mark.parametrize("name", ["nlu", "triage"])
def test_what_both_models_share_is_part_of_both(tmp_path: Path, name: str) -> None:
    (tmp_path / "language").mkdir()
    (tmp_path / "language" / "repair.py").write_text("one", "utf-8")
    before = fingerprint(name, tmp_path)
    (tmp_path / "language" / "repair.py").write_text("two", "utf-8")

    assert fingerprint(name, tmp_path) != before


def test_a_new_or_renamed_file_changes_the_fingerprint(project: Path) -> None:
    before = fingerprint("nlu", project)
    (project / "nlu_data/faq/a.yml").rename(project / "nlu_data/faq/b.yml")

    assert fingerprint("nlu", project) != before


def test_times_and_unrelated_files_do_not(project: Path) -> None:
    before = fingerprint("nlu", project)
    (project / "config.yml").touch()
    (project / "README.md").write_text("x", "utf-8")

    assert fingerprint("nlu", project) == before


def test_every_source_pattern_finds_files_in_this_project() -> None:
    empty = [
        pattern
        for patterns in SOURCES.values()
        for pattern in patterns
        if not list(ROOT.glob(pattern)) and "stories" not in pattern
    ]

    assert empty == []


def test_a_model_is_fresh_when_it_is_there_and_made_of_the_same(tmp_path: Path) -> None:
    folder = models_dir(tmp_path, "nlu")
    folder.mkdir(parents=True)
    assert not is_fresh(tmp_path, "nlu", "abc")

    (folder / "fingerprint").write_text("abc\n", "utf-8")
    set_live(tmp_path, "nlu", "v1")
    assert not is_fresh(tmp_path, "nlu", "abc"), "the file is gone"

    (folder / "v1.tar.gz").touch()
    assert is_fresh(tmp_path, "nlu", "abc")
    assert not is_fresh(tmp_path, "nlu", "abd")
    assert live_nlu(tmp_path) == folder / "v1.tar.gz"


def test_without_a_model_the_sentence_says_to_train(tmp_path: Path) -> None:
    assert live_version(tmp_path, "nlu") is None
    for look in (live_nlu, live_triage):
        with pytest.raises(CommandError, match="`sigap train`"):
            look(tmp_path)
