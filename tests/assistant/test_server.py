"""The whole assistant as its worker meets it: real Rasa, real PostgreSQL, the channel's interface."""

from __future__ import annotations

import subprocess
import time
import uuid
from pathlib import Path

import psycopg
import pytest

from tests.assistant.conftest import PYTHON, ROOT, Assistant, environment

pytestmark = pytest.mark.slow


@pytest.fixture
def citizen() -> str:
    return str(uuid.uuid4())


def texts(messages: list[dict[str, str]]) -> list[str]:
    return [message["text"] for message in messages]


def test_a_greeting_is_answered_with_text_buttons_and_the_responses_name(assistant: Assistant, citizen: str) -> None:
    [reply] = assistant.say(citizen, "halo min", "1")
    assert reply == {
        "text": "Halo dari berkas.",
        "buttons": [{"title": "Lapor", "payload": "/kirim"}],
        "response": "utter_sapa",
    }


def test_the_channel_chooses_its_own_text(assistant: Assistant, citizen: str) -> None:
    assert texts(assistant.say(citizen, "halo min", "1", channel="sms")) == ["Halo SMS dari berkas."]


def test_a_question_gets_its_topics_answer_from_the_domain(assistant: Assistant, citizen: str) -> None:
    [reply] = assistant.say(citizen, "karpeg hilang gmn", "1")
    assert reply["response"] == "utter_faq/karpeg"
    assert reply["text"] == "Kartu pegawai dapat diunduh di MyASN."


def test_braces_in_an_answer_are_said_as_they_are(assistant: Assistant, citizen: str) -> None:
    [reply] = assistant.say(citizen, "umur berapa pensiun", "1")
    assert "{Kurung kurawal}" in reply["text"]


@pytest.mark.parametrize("secret", [None, "", "wrong", "test-assistant-secret-1f0"])
def test_nobody_gets_in_without_the_secret(assistant: Assistant, citizen: str, secret: str | None) -> None:
    body = {"sender": citizen, "message_id": "1", "text": "halo", "channel": "sms", "metadata": {}}
    assert assistant.post(body, secret).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"sender": "x"},
        {"sender": "", "message_id": "1", "text": "halo", "channel": "sms"},
        {"sender": "a", "message_id": 1, "text": "halo", "channel": "sms"},
        {"sender": "a", "message_id": "1", "text": None, "channel": "sms"},
    ],
)
def test_a_malformed_request_is_refused(assistant: Assistant, body: object) -> None:
    assert assistant.post(body).status_code == 400


def test_it_does_not_start_without_its_secret(running_assistant: Assistant, tmp_path: Path) -> None:
    env = environment(tmp_path, "postgresql:///none", 9) | {"SIGAP_ASSISTANT_SECRET": ""}
    files = ("--model", running_assistant.model, "--credentials", ROOT / "credentials.yml")
    command = [PYTHON, "-m", "rasa", "run", "--port", "1", *files]
    finished = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)
    assert finished.returncode != 0
    assert "SIGAP_ASSISTANT_SECRET is not set" in finished.stdout + finished.stderr


def test_a_repeated_message_gets_the_same_replies_and_runs_nothing(assistant: Assistant, citizen: str) -> None:
    answer = {"events": [], "responses": [{"text": "Diterima.", "buttons": [{"title": "Ya", "payload": "/setuju"}]}]}
    assistant.actions.answers["action_tulis"] = answer
    first = assistant.say(citizen, "Atasan saya meminta uang 5 juta", "7")
    again = assistant.say(citizen, "Atasan saya meminta uang 5 juta", "7")
    assert first == again
    assert texts(first) == ["Diterima."]
    assert len(assistant.actions.calls) == 1


def test_an_action_is_called_with_the_message_id_and_may_name_a_response(assistant: Assistant, citizen: str) -> None:
    assistant.actions.answers["action_tulis"] = {"events": [], "responses": [{"response": "utter_setuju"}]}
    [reply] = assistant.say(citizen, "Petugas membentak orang tua saya di loket", "41")
    assert reply["text"] == "Baik."
    assert reply["response"] == "utter_setuju"
    [call] = assistant.actions.calls
    assert call["tracker"]["latest_message"]["message_id"] == "41"
    assert call["sender_id"] == citizen
    assert "domain" not in call


def in_draft(assistant: Assistant, citizen: str) -> None:
    assistant.actions.answers["action_tulis"] = {
        "events": [{"event": "slot", "name": "tahap", "value": "draf"}],
        "responses": [{"text": "Ditulis."}],
    }
    assert texts(assistant.say(citizen, "Gaji pensiun ibu saya berhenti dibayar", "1")) == ["Ditulis."]


def test_in_the_draft_everything_but_the_kept_intents_is_written(assistant: Assistant, citizen: str) -> None:
    in_draft(assistant, citizen)
    for number, text in enumerate(("ya", "halo", "entahlah zzz", "5"), start=2):
        assert texts(assistant.say(citizen, text, str(number))) == ["Ditulis."]
    assert assistant.say(citizen, "cara unduh kartu pegawai", "9")[0]["response"] == "utter_faq/karpeg"
    assistant.say(citizen, "batal", "10")
    assistant.say(citizen, "/kirim", "11")
    assert [call["next_action"] for call in assistant.actions.calls[-2:]] == ["action_batal", "action_kirim"]


def test_a_button_may_carry_an_entity_or_a_topic(assistant: Assistant, citizen: str) -> None:
    assistant.say(citizen, '/kirim{"nomor": "BKN-1"}', "1")
    [call] = assistant.actions.calls
    assert call["tracker"]["latest_message"]["entities"][0]["value"] == "BKN-1"
    assert assistant.say(citizen, "/faq/pensiun_bup", "2")[0]["response"] == "utter_faq/pensiun_bup"


@pytest.mark.parametrize("text", ["/zzqq", "/kirim{rusak", "//", "/", "/ halo"])
def test_what_only_looks_like_a_button_is_read_as_text(assistant: Assistant, citizen: str, text: str) -> None:
    assert assistant.send(citizen, text, "1").status_code == 200
    assert assistant.actions.calls == []


def test_a_file_without_words_has_an_intent_of_its_own(assistant: Assistant, citizen: str) -> None:
    assistant.say(citizen, "", "1", kind="image", attachments=1)
    assert [call["next_action"] for call in assistant.actions.calls] == ["action_lampiran"]


@pytest.mark.parametrize("text", ["", "   ", "😀😀", "\x00", "a" * 100_000, "日本語", "\u202e\u200b", "{nomor}"])
def test_any_text_gets_a_defined_answer(assistant: Assistant, citizen: str, text: str) -> None:
    assert len(assistant.say(citizen, text, "1")) == 1


@pytest.mark.parametrize("status", [500, 502, 404, 403])
def test_when_an_action_fails_the_turn_is_not_stored_and_can_be_repeated(
    assistant: Assistant, citizen: str, status: int
) -> None:
    assistant.say(citizen, "halo", "1")
    assistant.actions.status = status
    refused = assistant.send(citizen, "Berkas mutasi saya ditahan petugas", "2")
    assert refused.status_code == 503
    assistant.actions.reset()
    assistant.actions.answers["action_tulis"] = {"events": [], "responses": [{"text": "Diterima."}]}
    assert texts(assistant.say(citizen, "Berkas mutasi saya ditahan petugas", "2")) == ["Diterima."]


@pytest.mark.parametrize("body", [b"no json", b"[]", b'{"events": 5}', b'{"events": [{"event": "slot"}]}'])
def test_an_unusable_answer_of_an_action_fails_the_turn(assistant: Assistant, citizen: str, body: bytes) -> None:
    assistant.actions.body = body
    assert assistant.send(citizen, "Berkas mutasi saya ditahan petugas", "1").status_code == 503


def test_without_the_action_server_actions_wait_and_texts_are_still_said(assistant: Assistant, citizen: str) -> None:
    assistant.actions.stop()
    try:
        assert assistant.send(citizen, "Berkas mutasi saya ditahan petugas", "1").status_code == 503
        time.sleep(2.1)
        assert texts(assistant.say(citizen, "halo", "2")) == ["Halo dari berkas."]
    finally:
        assistant.actions.start(assistant.actions_port)
    assert assistant.send(citizen, "Berkas mutasi saya ditahan petugas", "1").status_code == 200


def test_a_corrected_text_is_said_within_seconds_and_asked_for_rarely(assistant: Assistant, citizen: str) -> None:
    assistant.actions.texts, assistant.actions.etag = {"utter_sapa": [{"text": "Halo dari petugas."}]}, '"1"'
    time.sleep(2.1)
    assert texts(assistant.say(citizen, "halo", "1")) == ["Halo dari petugas."]
    assistant.actions.texts, assistant.actions.etag = {"utter_sapa": [{"text": "Halo terbaru."}]}, '"2"'
    before = assistant.actions.asked_for_texts
    for number in range(2, 12):
        assistant.say(citizen, "halo", str(number))
    assert assistant.actions.asked_for_texts - before <= 2
    time.sleep(2.1)
    assert texts(assistant.say(citizen, "halo", "20")) == ["Halo terbaru."]


def test_the_conversation_survives_in_one_short_row(assistant: Assistant, citizen: str) -> None:
    in_draft(assistant, citizen)
    for number in range(2, 40):
        assistant.say(citizen, "ya", str(number))
    with psycopg.connect(assistant.database) as connection:
        rows = connection.execute(
            "SELECT json_array_length(events), strpos(events::text, 'tahap') > 0 FROM assistant_conversation"
            " WHERE sender_id = %s",
            (citizen,),
        ).fetchall()
    assert len(rows) == 1
    assert rows[0][0] <= 40
    assert rows[0][1]


def test_messages_of_many_citizens_do_not_mix(assistant: Assistant) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def talk(number: int) -> list[str]:
        sender = str(uuid.uuid4())
        words = ["halo", "karpeg hilang gmn", "umur berapa pensiun"]
        return [assistant.say(sender, word, str(i))[0]["response"] for i, word in enumerate(words)]

    with ThreadPoolExecutor(12) as pool:
        for heard in pool.map(talk, range(36)):
            assert heard == ["utter_sapa", "utter_faq/karpeg", "utter_faq/pensiun_bup"]
