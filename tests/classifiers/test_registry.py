"""Models on disk: round trip, trust, versions, the live pointer."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from classifiers import ModelError, TriageModel, load_live, registry
from classifiers.card import read_card
from classifiers.report import write_report
from classifiers.training import Trained

TEXTS = ["diminta uang 2 juta oleh kabid BKPSDM Sleman tgl 5 mei 2025", "login myasn galat", ""]


def store(trained: Trained, state: Path, version: str) -> Path:
    card = dataclasses.replace(trained.card, version=version)
    return registry.save(trained.parts, card, registry.models_dir(state))


def test_a_loaded_model_decides_like_the_trained_one(trained: Trained, model: TriageModel, tmp_path: Path) -> None:
    store(trained, tmp_path, "tiny")
    registry.promote("tiny", registry.models_dir(tmp_path))

    loaded = load_live(tmp_path)

    assert [loaded.triage(text) for text in TEXTS] == [model.triage(text) for text in TEXTS]


def test_no_pickle_is_written(trained: Trained, tmp_path: Path) -> None:
    from zipfile import ZipFile

    folder = store(trained, tmp_path, "tiny")

    names = ZipFile(folder / registry.FILE).namelist()
    assert "schema.json" in names
    assert {Path(name).suffix for name in names} <= {".json", ".npy", ".npz"}


def test_types_that_are_not_on_the_list_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.skops"
    registry.save_object(Pipeline([("x", FunctionTransformer(func=print)), ("y", CountVectorizer())]), file)

    with pytest.raises(ModelError, match="do not trust"):
        registry.load_object(file)


@pytest.mark.parametrize("content", [b"", b"not a zip"])
def test_a_damaged_model_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.skops"
    file.write_bytes(content)

    with pytest.raises(ModelError, match="not a readable model"):
        registry.load_object(file)


def test_nothing_live_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="sigap train triage"):
        load_live(tmp_path)


def test_a_running_process_follows_the_live_pointer_and_old_versions_stay(trained: Trained, tmp_path: Path) -> None:
    folder = registry.models_dir(tmp_path)
    for version in ("one", "two"):
        store(trained, tmp_path, version)
    registry.promote("one", folder)
    first = load_live(tmp_path)
    assert load_live(tmp_path) is first

    registry.promote("two", folder)

    assert load_live(tmp_path).version == "two"
    assert (folder / "one" / registry.FILE).is_file()


def test_promoting_what_does_not_exist_changes_nothing(trained: Trained, tmp_path: Path) -> None:
    folder = registry.models_dir(tmp_path)
    store(trained, tmp_path, "one")
    registry.promote("one", folder)

    with pytest.raises(ModelError):
        registry.promote("two", folder)

    assert registry.live_version(folder) == "one"


def test_pruning_keeps_the_newest_and_the_live_one(trained: Trained, tmp_path: Path) -> None:
    folder = registry.models_dir(tmp_path)
    for version in ("v1", "v2", "v3", "v4"):
        store(trained, tmp_path, version)
    registry.promote("v1", folder)

    registry.prune(folder, 2)

    assert sorted(path.name for path in folder.iterdir() if path.is_dir()) == ["v1", "v3", "v4"]


def test_a_card_with_an_unknown_key_is_refused(trained: Trained, tmp_path: Path) -> None:
    folder = store(trained, tmp_path, "one")
    card = json.loads((folder / "card.json").read_text("utf-8"))
    (folder / "card.json").write_text(json.dumps(card | {"tambahan": 1}), "utf-8")

    with pytest.raises(ModelError, match="tambahan"):
        read_card(folder)


def test_the_card_says_where_the_model_comes_from(trained: Trained) -> None:
    card = trained.card

    assert card.counts["texts"] == 46
    assert card.seed == 20
    assert {"scikit-learn", "skops", "python"} <= set(card.libraries)
    assert {"category", "report_type", "fraud", "fraud_low", "fraud_high", "fraud_types"} == set(card.thresholds)


def test_the_report_holds_figures_and_pictures(trained: Trained, tmp_path: Path) -> None:
    write_report(trained, tmp_path)

    names = {path.name for path in (tmp_path / "report").iterdir()}
    assert {"report.md", "report.json", "category-confusion.png", "fraud-reliability.png"} <= names
    assert (tmp_path / "report" / "fraud-precision-recall.png").read_bytes().startswith(b"\x89PNG")
    assert "| category |" in (tmp_path / "report" / "report.md").read_text("utf-8")
