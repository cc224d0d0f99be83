"""`sigap triage` and `sigap classifier` as a person at the terminal meets them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from classifiers import registry
from classifiers.data import load_examples
from classifiers.training import TrainingConfig, train
from sigap.settings import ROOT

DATA = ROOT / "tests" / "classifiers" / "data"


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state directory with a tiny triage model live."""
    folder = tmp_path_factory.mktemp("state")
    trained = train(DATA, TrainingConfig(fold_count=2, min_type_examples=3))
    models = registry.models_dir(folder)
    registry.save(trained.parts, trained.card, models)
    registry.promote(trained.card.version, models)
    return folder


def run(state: Path, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run `sigap` in a process of its own."""
    code = "import sys; from sigap.cli import main; sys.exit(main())"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env=os.environ | {"SIGAP_STATE_DIR": str(state)},
        input=stdin,
        capture_output=True,
        timeout=120,
        check=False,
    )


def objects(output: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def assert_one_sentence(result: subprocess.CompletedProcess[bytes]) -> None:
    assert result.returncode in (1, 2)
    assert b"Traceback" not in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_each_line_gets_one_object_with_the_keys_of_the_contract(state: Path, tmp_path: Path) -> None:
    file = tmp_path / "aduan.txt"
    file.write_text("Kabid minta uang 2 juta untuk SK pensiun ibu\naplikasi myasn galat\n", "utf-8")

    result = run(state, "triage", str(file))

    first, second = objects(result.stdout)
    assert result.returncode == 0, result.stderr
    assert {
        "text", "report_type", "category", "fraud", "fraud_probability", "fraud_types", "abstain", "fields", "evidence"
    } <= set(first)  # fmt: skip
    assert first["fraud"] is True
    assert second["category"] == "layanan_aplikasi"
    for field in first["fields"]:
        assert first["text"][field["start"] : field["end"]] == field["value"]
    assert {"jumlah_uang"} <= {field["name"] for field in first["fields"]}
    assert {item["decision"] for item in first["evidence"]} == {"category", "fraud"}


def test_bad_lines_are_reported_by_number_and_the_run_goes_on(state: Path) -> None:
    lines = [b"usul mutasi belum jalan", b"", b"rusak \xff\xfe di sini", "😅".encode(), b"\x00\x1b[2J", b"a" * 100_000]

    result = run(state, "triage", stdin=b"\r\n".join([*lines, b'{"text": "dua\\nbaris"}', b"{bukan json"]))

    found = objects(result.stdout)
    assert result.returncode == 0
    assert len(found) == 8
    assert found[1]["category"] is None
    assert found[1]["abstain"] is True
    assert found[6]["text"] == "dua\nbaris"
    assert b"line 3" in result.stderr
    assert b"Traceback" not in result.stderr


def test_thousands_of_lines_keep_their_order(state: Path) -> None:
    texts = [f"usul mutasi nomor {number} belum jalan" for number in range(1700)]

    result = run(state, "triage", stdin="\n".join([*texts, "penutup"]).encode())

    assert [found["text"] for found in objects(result.stdout)] == [*texts, "penutup"]


def test_without_a_model_the_sentence_says_what_to_run(tmp_path: Path) -> None:
    result = run(tmp_path, "triage", stdin=b"halo\n")

    assert_one_sentence(result)
    assert b"sigap train" in result.stderr


def test_a_missing_file_is_one_sentence(state: Path) -> None:
    assert_one_sentence(run(state, "triage", "tiada.txt"))


def test_a_classifier_is_trained_evaluated_and_used(tmp_path: Path) -> None:
    data, model = tmp_path / "data.jsonl", tmp_path / "model"
    rows = [{"text": example.text, "label": example.category} for example in load_examples(DATA / "complaints")]
    data.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")

    trained = run(tmp_path, "classifier", "train", "--data", str(data), "--out", str(model))
    evaluated = run(
        tmp_path, "classifier", "evaluate", "--model", str(model), "--data", str(data), "--json", "--plots",
        str(tmp_path / "plots"),
    )  # fmt: skip
    table = run(tmp_path, "classifier", "evaluate", "--model", str(model), "--data", str(data))
    predicted = run(tmp_path, "classifier", "predict", "--model", str(model), stdin=b"pensiun belum cair\n\n\xff\n")

    assert trained.returncode == 0, trained.stderr
    figures = json.loads(evaluated.stdout)
    assert {"accuracy", "macro_f1", "per_class", "ece", "risk_coverage", "confusion"} <= set(figures)
    assert figures["accuracy"] > 0.9
    assert (tmp_path / "plots" / "risk-coverage.png").is_file()
    assert b"macro_f1" in table.stdout
    answers = objects(predicted.stdout)
    assert [set(answer) for answer in answers] == [{"label", "probability", "abstain"}] * 3
    assert answers[0]["label"] == "pensiun"
    assert b"line 3" in predicted.stderr


def test_a_classifier_learns_from_other_labels_and_from_texts_without_labels(tmp_path: Path) -> None:
    rows = [{"text": e.text, "label": str(int(e.fraud))} for e in load_examples(DATA / "complaints")]
    own, also, texts = tmp_path / "own.jsonl", tmp_path / "also.jsonl", tmp_path / "texts.txt"
    own.write_text("".join(json.dumps(row) + "\n" for row in rows[::2]), "utf-8")
    also.write_text("".join(json.dumps(row) + "\n" for row in rows[1::2]), "utf-8")
    texts.write_text("".join(row["text"].replace("\n", " ") + "\n\n" for row in rows), "utf-8")
    train = ("classifier", "train", "--data", str(own), "--out", str(tmp_path / "model"))

    trained = run(tmp_path, *train, "--also", str(also), "--unlabelled", str(texts))
    predicted = run(tmp_path, "classifier", "predict", "--model", str(tmp_path / "model"), stdin=b"minta uang\n\n")
    missing = run(tmp_path, *train, "--unlabelled", str(tmp_path / "tiada.txt"))

    assert trained.returncode == 0, trained.stderr
    assert {answer["label"] for answer in objects(predicted.stdout)} <= {"0", "1"}
    assert_one_sentence(missing)


@pytest.mark.parametrize("content", ['{"text": "a"}\n', "bukan json\n", "", '{"text": "a", "label": "x"}\n'])
def test_data_that_cannot_be_used_is_one_sentence(tmp_path: Path, content: str) -> None:
    data = tmp_path / "data.jsonl"
    data.write_text(content, "utf-8")

    assert_one_sentence(run(tmp_path, "classifier", "train", "--data", str(data), "--out", str(tmp_path / "model")))


def test_a_model_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    assert_one_sentence(run(tmp_path, "classifier", "predict", "--model", str(tmp_path), stdin=b"a\n"))
