"""The desk and the metrics learn of models while the system runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.test import Client

from cases import tasks
from cases.models import ModelVersion
from cases.services.registry import register_trained

pytestmark = pytest.mark.django_db


def trained(state: Path, name: str, version: str, **metrics: float) -> None:
    """What training leaves on disk: a version with its card, made live."""
    folder = state / "models" / name
    (folder / version).mkdir(parents=True, exist_ok=True)
    if metrics:
        (folder / version / "card.json").write_text(json.dumps({"metrics": metrics}), "utf-8")
    (folder / "live").write_text(version + "\n", "utf-8")


def live(client: Client) -> set[str]:
    """The metric's lines."""
    text = client.get("/metrics").content.decode()
    return {line for line in text.splitlines() if line.startswith("sigap_live_model{")}


def test_a_model_trained_while_the_system_runs_is_told_within_a_minute(
    tmp_path: Path, client: Client, configure
) -> None:
    configure(SIGAP_STATE_DIR=str(tmp_path))
    trained(tmp_path, "triage", "one", accuracy=0.9)
    tasks.register_models(0)
    trained(tmp_path, "triage", "two", accuracy=0.91)
    trained(tmp_path, "nlu", "abc")

    tasks.register_models(60)

    assert live(client) == {
        'sigap_live_model{model="triage",version="two"} 1.0',
        'sigap_live_model{model="nlu",version="abc"} 1.0',
    }
    row = ModelVersion.objects.get(version="two")
    assert (row.path, row.card) == ("models/triage/two", {"metrics": {"accuracy": 0.91}})


def test_a_version_that_was_put_back_is_live_again_and_keeps_its_one_row(tmp_path: Path) -> None:
    for version in ("one", "two", "one"):
        trained(tmp_path, "triage", version)
        register_trained(tmp_path)

    assert dict(ModelVersion.objects.values_list("version", "live")) == {"one": True, "two": False}


def test_nothing_is_written_when_nothing_is_new(tmp_path: Path, django_assert_num_queries) -> None:
    register_trained(tmp_path)  # nothing was trained yet
    trained(tmp_path, "nlu", "abc")
    register_trained(tmp_path)

    with django_assert_num_queries(1):
        register_trained(tmp_path)
