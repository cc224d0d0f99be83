"""What `domain.yml` promises: every text exists, fits a phone, and keeps secrets on SMS."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from actions.registry import ACTIONS
from cases.models import Case
from cases.services.draft_steps import Stage
from cases.services.questions import BY_NAME
from cases.taxonomy import taxonomy

ROOT = Path(__file__).resolve().parent.parent
DOMAIN: dict[str, Any] = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))
RESPONSES: dict[str, list[dict[str, Any]]] = DOMAIN["responses"]
VARIANTS = [(key, variant) for key, variants in RESPONSES.items() for variant in variants]
INTENTS = [next(iter(i)) if isinstance(i, dict) else i for i in DOMAIN["intents"]]
SECRET_ON_SMS = re.compile(
    r"korup|fraud|curang|suap|pungli|pungutan|gratifikasi|penipu|calo\b|joki|nepotis|wewenang\b|pelanggar|palsu", re.I
)
KEY = re.compile(r"utter_[a-z_]+")


def sources() -> Iterator[Path]:
    for folder in ("actions", "cases", "connectors"):
        yield from (ROOT / folder).rglob("*.py")


def keys_in_code() -> set[str]:
    """Response names written out in Python, names built at run time spelled out."""
    found = {key for path in sources() for key in KEY.findall(path.read_text("utf-8")) if not key.endswith("_")}
    found |= {f"utter_tanya_{name}" for name in BY_NAME}
    found |= {f"utter_keadaan_{state.value}" for state in Case.State if state != Case.State.DRAF}
    return found - {
        "utter_message",
        "utter_faq",
        "utter_faq_draf",
        "utter_faq_lapor",
        "utter_rincian",
        "utter_tebakan",
        "utter_keadaan",
        "utter_tanya",
    }


def test_every_response_used_in_code_exists() -> None:
    assert keys_in_code() - set(RESPONSES) == set()


def test_every_response_used_in_rules_exists_and_none_is_left_over() -> None:
    in_rules = {
        key for path in (ROOT / "nlu_data" / "rules").glob("*.yml") for key in KEY.findall(path.read_text("utf-8"))
    }
    assert in_rules - set(RESPONSES) <= {"utter_faq"}
    built = {key for key in RESPONSES if key.startswith(("utter_rincian_", "utter_tebakan_"))}
    assert set(RESPONSES) - in_rules - keys_in_code() - built == set()


def test_actions_of_domain_and_action_server_are_the_same() -> None:
    assert sorted(action().name() for action in ACTIONS) == sorted(DOMAIN["actions"])


def test_every_dialogue_intent_of_the_taxonomy_is_known() -> None:
    assert set(taxonomy().dialogue_intents) <= set(INTENTS)


@pytest.mark.parametrize(("key", "variant"), VARIANTS, ids=[f"{k}-{v.get('channel', 'all')}" for k, v in VARIANTS])
def test_texts_and_buttons_fit_a_phone(key: str, variant: dict[str, Any]) -> None:
    assert 0 < len(variant["text"]) <= 900
    assert variant["text"].isascii(), "a curly quote or dash makes an SMS twice as long"
    for button in variant.get("buttons", ()):
        assert 0 < len(button["title"]) <= 20
        assert len(button["payload"].encode()) <= 64
        assert button["payload"].removeprefix("/") in INTENTS
    if variant.get("channel") == "sms":
        assert len(variant["text"]) <= 306, "two parts of 153"


@pytest.mark.parametrize("key", sorted(RESPONSES))
def test_what_goes_out_as_sms_never_names_what_a_case_is_about(key: str) -> None:
    sms = next((v for v in RESPONSES[key] if v.get("channel") == "sms"), RESPONSES[key][0])
    assert not SECRET_ON_SMS.search(sms["text"].replace("kewenangan", ""))


def test_category_payloads_fit_a_button() -> None:
    for code in taxonomy().categories:
        assert len(f'/pilih_kategori{{"kategori": "{code}"}}'.encode()) <= 64
    for topic in taxonomy().topics:
        assert len(f'/tanya{{"topik": "{topic}"}}'.encode()) <= 64


def test_slots_are_few_typed_and_influence_nothing_without_need() -> None:
    slots = DOMAIN["slots"]
    assert len(slots) <= 5
    assert all(slot["type"] != "any" for slot in slots.values())
    assert [name for name, slot in slots.items() if slot["influence_conversation"]] == ["tahap"]
    assert set(slots["tahap"]["values"]) == {s.value for s in Stage if s != Stage.KATEGORI} | {"nomor"}


def test_no_action_speaks_to_citizens_in_its_own_words() -> None:
    for path in (ROOT / "actions").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "utter_message":
                assert not node.args
                assert {k.arg for k in node.keywords} <= {"response", "buttons", None}


def test_actions_are_thin() -> None:
    for path in (ROOT / "actions").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.AsyncFunctionDef) and node.name == "run":
                assert node.end_lineno is not None
                assert node.end_lineno - node.lineno < 25
