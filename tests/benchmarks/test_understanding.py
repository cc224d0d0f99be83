"""What the comparison of understanding does to data and outcomes; the peers themselves are run by the benchmark."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML

from assistant.data import Example, Topic
from assistant.model import OUT_OF_SCOPE
from benchmarks.understanding import clinc, export
from benchmarks.understanding.outcome import (
    SHOWN,
    plain,
    quality_table,
    understood,
    understood_by_label,
    understood_by_rasa,
)
from benchmarks.understanding.run import data_hash, tables
from evaluation.figures import Figure
from evaluation.understanding import Understood

EXAMPLES = [
    Example("halo min", "sapa"),
    Example('karpeg "hilang":\ngimana? # darurat', "faq/karpeg"),
    Example("bikin karpeg", "faq/karpeg"),
]
TOPICS = [Topic("karpeg", "Kartu pegawai", "Ajukan lewat unit Anda: bawa SK.\n- yes")]


def parse(intent: str, ranking: dict[str, float], topic: str | None = None) -> dict[str, Any]:
    """A parse in Rasa's words."""
    answer = {"intent_response_key": f"faq/{topic}" if topic else None}
    guesses = [{"name": name, "confidence": confidence} for name, confidence in ranking.items()]
    return {
        "intent": {"name": intent, "confidence": ranking.get(intent, 0.0)},
        "intent_ranking": guesses,
        "response_selector": {"all_retrieval_intents": ["faq"], "faq": {"response": answer}},
    }


def test_examples_stand_under_their_label_on_one_line_each() -> None:
    block = export.nlu_block(EXAMPLES)

    assert block["nlu"] == [
        {
            "intent": "faq/karpeg",
            "examples": [{"text": 'karpeg "hilang": gimana? # darurat'}, {"text": "bikin karpeg"}],
        },
        {"intent": "sapa", "examples": [{"text": "halo min"}]},
    ]


def test_a_topic_is_a_response_of_the_retrieval_intent() -> None:
    block = export.domain_block(EXAMPLES, TOPICS)

    assert block["intents"] == ["faq", "sapa"]
    assert block["responses"]["utter_faq/karpeg"][0]["text"] == TOPICS[0].answer


@pytest.mark.parametrize(
    "block", [export.nlu_block(EXAMPLES), export.domain_block(EXAMPLES, TOPICS), export.stock_config(3)]
)
def test_what_is_written_is_yaml_with_bare_keys_at_the_start_of_lines(block: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "block.yml"
    export.write(file, block)
    text = file.read_text("utf-8")

    assert YAML(typ="safe", pure=True).load(text) == block
    assert export.from_yaml(text) == block
    assert [line.partition(":")[0] for line in text.splitlines()] == list(block)


def test_the_epochs_are_those_of_both_networks() -> None:
    pipeline = export.stock_config(7)["pipeline"]

    assert [part["name"] for part in pipeline if part.get("epochs") == 7] == ["DIETClassifier", "ResponseSelector"]


def test_our_pipeline_keeps_its_thresholds_and_reads_the_copied_lexicon() -> None:
    config = {"pipeline": [{"name": "assistant.nlu.SigapNLU", "thresholds": {"topic": 0.5}}], "policies": []}

    made = export.our_config(config, Path("copy"))

    assert made["pipeline"] == [
        {"name": "assistant.nlu.SigapNLU", "thresholds": {"topic": 0.5}, "lexicons": "copy"},
    ]
    assert "policies" not in made


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (parse("faq", {"faq": 0.75, "sapa": 0.25}, "karpeg"), Understood("faq", "karpeg", True, 0.75, 0.75)),
        (parse("sapa", {"sapa": 0.75, "faq": 0.25}, "karpeg"), Understood("greet", None, True, 0.75, 0.75)),
        (
            parse("nlu_fallback", {"nlu_fallback": 0.7, "faq": 0.25, "sapa": 0.2}, "karpeg"),
            Understood("faq", "karpeg", False, 0.25, 0.25),
        ),
        (parse("nlu_fallback", {}), Understood("oos", None, False, 0.0, 0.0)),
        (
            parse("lapor", {"lapor": 0.5, "minta_informasi": 0.25, "sapa": 0.25}),
            Understood("complaint", None, True, 0.75, 0.5),
        ),
    ],
)
def test_a_parse_is_a_route_a_topic_and_whether_it_is_sure(said: dict[str, Any], expected: Understood) -> None:
    assert understood_by_rasa(said) == expected


def test_a_flat_label_is_always_sure() -> None:
    assert understood_by_label("faq/karpeg") == Understood("faq", "karpeg", True, 1.0, 1.0)
    assert understood({"labels": [OUT_OF_SCOPE]}) == [Understood("oos", None, True, 1.0, 1.0)]


def scored() -> clinc.Scored:
    """Four queries within scope, of which the third is taken for another, and two outside."""
    truth = ["a", "a", "b", "b", OUT_OF_SCOPE, OUT_OF_SCOPE]
    best = ["a", "a", "a", "b", "a", "b"]
    outside = np.array([False, False, False, True, True, False])
    return clinc.Scored(np.array(truth), np.array(best), np.array([0.9, 0.8, 0.3, 0.7, 0.2, 0.5]), outside)


def test_without_a_threshold_the_best_guess_refuses() -> None:
    figures = scored().figures(None)

    assert (figures["in_scope_accuracy"].value, figures["oos_recall"].value) == (0.5, 0.5)
    assert figures["in_scope_refused"].value == 0.25


def test_the_threshold_with_the_most_right_answers_is_found() -> None:
    found = clinc.best_threshold(scored())

    assert found == 0.7
    assert scored().figures(found)["oos_recall"].value == 1.0


@pytest.mark.parametrize(("allowed", "refused"), [(0.0, 0.0), (0.25, 0.25), (0.49, 0.25), (1.0, 0.75)])
def test_a_threshold_refuses_no_more_than_is_allowed(allowed: float, refused: float) -> None:
    found = clinc.refusing_threshold(scored(), allowed)

    assert scored().figures(found)["in_scope_refused"].value == refused


def test_out_of_scope_of_the_data_is_ours() -> None:
    assert [each.label for each in clinc.labelled([("x", "oos"), ("y", "translate")])] == [OUT_OF_SCOPE, "translate"]


def test_the_table_has_a_column_for_each_peer() -> None:
    figures = plain([Figure("faq_top1", 0.5, 0.4, 0.6, 0.1, 10), Figure("faq_ece", 0.5, 0.4, 0.6, 0.1, 10)])
    assert figures == {"faq_top1": [0.5, 0.4, 0.6]}

    full = {key: [0.5, 0.4, 0.6] for key in SHOWN}
    table = quality_table({"Sigap": {"sets": {"exam": full}}}, "exam")

    assert "| FAQ: topic of the best guess | 0.500 (0.400-0.600) |" in table
    cost = {"parse_ms": 1.25, "training_seconds": 2.0, "training_processor_seconds": 2.0, "training_peak_mib": 300}
    peers = {"stock": {**cost, "sets": {"heldout": full, "exam": full}, "epochs": {"DIET": 4}}}
    text = tables(
        {"examples": 3, "per_label": 2, "words": 12, "labels": 2, "data": data_hash(EXAMPLES), "peers": peers}
    )
    assert "3 examples, at most 2 of a label, none longer than 12 words" in text
    assert "epochs: DIET 4" in text
    assert "| median ms a message | 1.25 |" in text
