"""The keys of the contract, from the assistant's view and triage's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import classifiers
from sigap.commands.understand import answers, decoded, merged
from sigap.settings import ROOT, Settings
from tests.reading import KeywordModel

KEYS = [
    *("text", "route", "intent", "confidence", "topic", "report_type", "category", "fraud", "fraud_probability"),
    *("fraud_types", "abstain", "answer"),
]


@pytest.fixture
def no_database(configure: Callable[..., Settings], tmp_path: Path) -> Settings:
    answers.cache_clear()
    return configure(DATABASE_URL=None, SIGAP_STATE_DIR=str(tmp_path))


def view(**values: Any) -> dict[str, Any]:
    return {"text": "x", "intent": "sapa", "confidence": 0.9, "topic": None, "route": "greet", "ranking": [], **values}


def test_a_question_carries_its_answer_and_no_triage(no_database: Settings) -> None:
    result = merged(view(intent="faq", route="faq", topic="karpeg"), no_database)

    assert list(result) == KEYS
    assert result["answer"].startswith("Kartu pegawai")
    assert result["category"] is result["fraud"] is result["fraud_types"] is None


def test_a_report_with_a_question_carries_the_answer_and_triage(
    no_database: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(classifiers, "load_live", lambda _: KeywordModel())
    text = "SK kenaikan pangkat saya belum terbit. karpeg hilang gimana?"
    result = merged(view(text=text, intent="lapor", route="complaint", topic="karpeg"), no_database)

    assert list(result) == KEYS
    assert (result["route"], result["topic"], result["category"]) == ("complaint", "karpeg", "kenaikan_pangkat")
    assert result["answer"].startswith("Kartu pegawai")


def test_small_talk_carries_neither(no_database: Settings) -> None:
    result = merged(view(), no_database)

    assert list(result) == KEYS
    assert {result[key] for key in KEYS[4:10]} == {None}
    assert (result["route"], result["abstain"], result["answer"]) == ("greet", False, None)


def test_a_text_in_which_nothing_is_known_is_out_of_scope_and_unsure(no_database: Settings) -> None:
    result = merged(view(text="", intent="nlu_fallback", route=None), no_database)

    assert (result["route"], result["abstain"]) == ("oos", True)


def test_without_a_database_every_topic_is_answered_from_the_files(no_database: Settings) -> None:
    from cases.taxonomy import taxonomy

    assert set(answers(no_database)) == set(taxonomy().topics)


@pytest.mark.django_db(transaction=True)
def test_an_officers_correction_is_what_is_printed(configure: Callable[..., Settings]) -> None:
    from django.db import connection

    from cases.models import Answer
    from cases.services.answers import seed_answers

    seed_answers()
    Answer.objects.filter(topic="karpeg").update(text="Diperbaiki petugas.")
    answers.cache_clear()
    name = connection.settings_dict["NAME"]
    settings = configure(DATABASE_URL=configure().resolved_database_url.replace("/sigap?", f"/{name}?"))

    assert answers(settings)["karpeg"] == "Diperbaiki petugas."
    answers.cache_clear()


def test_a_line_that_is_not_utf8_is_reported_and_the_rest_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(decoded([b"satu\r\n", b"du\xffa\n", b"\n", "tiga 🙏".encode()])) == ["satu", "du\ufffda", "", "tiga 🙏"]
    assert capsys.readouterr().err == "sigap: line 2 is not UTF-8; its bad bytes were replaced\n"


def test_the_routes_of_the_contract_are_those_of_the_assistant() -> None:
    source = (ROOT / "assistant" / "understand.py").read_text("utf-8")
    wanted = "faq complaint aspirasi start status human greet thanks bye affirm deny cancel help rating oos abuse"

    assert [route for route in wanted.split() if f'"{route}"' not in source] == []
