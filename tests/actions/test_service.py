"""State of a case, officers, ratings, help, abuse, guesses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from actions import service
from actions.answering import JawabTopik, Ragu, UmpanBalik
from actions.reporting import Pilih, Tulis
from actions.service import Bantuan, BicaraAdmin, CekStatus, Kasar, Penilaian
from actions.turn import UnusableTurn, in_thread
from cases.models import Conversation, Event, Message
from cases.services.answers import seed_answers
from tests.actions.conftest import Run, Said

STORY = "SK kenaikan pangkat saya di BKD Kota Solo belum terbit sejak bulan lalu"


async def registered(run: Run) -> str:
    await run(Tulis(), STORY, "lapor")
    await run(Pilih(), intent="pilih_biasa")
    said = await run(Pilih(), intent="kirim")
    return str(said.messages[0]["nomor"])


async def test_status_by_number_gives_state_date_and_deadline(run: Run) -> None:
    number = await registered(run)
    said = await run(CekStatus(), f"cek {number.lower()} dong", "cek_status")

    assert said.responses == ["utter_status_tenggat"]
    assert said.messages[0]["keadaan"] == "sudah diterima dan menunggu verifikasi"
    assert said.messages[0]["nomor"] == number
    assert said.stage is None


async def test_status_asks_for_the_number_once(run: Run) -> None:
    said = await run(CekStatus(), "cek status", "cek_status")
    assert (said.responses, said.stage) == (["utter_minta_nomor"], "nomor")
    said = await run(CekStatus(), "yang kemarin itu", "nlu_fallback")
    assert (said.responses, said.stage) == (["utter_minta_nomor"], None)


async def test_own_ordinary_cases_are_offered_to_choose_from(run: Run) -> None:
    number = await registered(run)
    said = await run(CekStatus(), "cek status", "cek_status")
    assert said.responses == ["utter_minta_nomor_atau_pilih"]
    assert said.messages[0]["buttons"] == [{"title": number, "payload": f'/cek_status{{"nomor": "{number}"}}'}]
    said = await run(CekStatus(), "", "cek_status", entities={"nomor": number})
    assert said.responses == ["utter_status_tenggat"]


async def test_wrong_numbers_end_in_a_pause(run: Run) -> None:
    wrong = [(await run(CekStatus(), "BKN-2611-7K3QF-A", "cek_status")).responses[0] for _ in range(6)]
    assert wrong == ["utter_nomor_tidak_ditemukan"] * 5 + ["utter_nomor_dibatasi"]


@pytest.mark.parametrize(
    ("open_now", "response"), [(True, "utter_petugas_dipanggil"), (False, "utter_petugas_luar_jam")]
)
async def test_asking_for_an_officer_flags_the_conversation_and_says_when(
    run: Run, conversation: Conversation, monkeypatch: pytest.MonkeyPatch, open_now: bool, response: str
) -> None:
    monkeypatch.setattr(service, "is_open", lambda at: open_now)
    said = await run(BicaraAdmin(), "mau bicara petugas", "bicara_admin")

    assert said.responses == [response]
    await in_thread(conversation.refresh_from_db)
    assert conversation.flag_reason == "bicara_admin"


async def test_asking_for_an_officer_keeps_the_draft(run: Run) -> None:
    await run(Tulis(), STORY, "lapor")
    assert (await run(BicaraAdmin(), "admin dong", "bicara_admin")).stage == "kerahasiaan"


@pytest.mark.parametrize(
    ("text", "response", "score"),
    [
        ("5", "utter_terima_penilaian", 5),
        ("2 dari 10", "utter_terima_penilaian_rendah", 1),
        ("lumayan", "utter_terima_penilaian", None),
    ],
)
async def test_ratings_are_kept_without_their_text(run: Run, text: str, response: str, score: int | None) -> None:
    assert (await run(Penilaian(), text, "penilaian")).responses == [response]
    event = await in_thread(Event.objects.get, kind="conversation.rated")
    assert event.data["score"] == score
    assert set(event.data) == {"score", "message"}


async def test_help_inside_a_report_is_about_the_report(run: Run) -> None:
    assert (await run(Bantuan(), "bantuan", "bantuan")).responses == ["utter_bantuan"]
    await run(Tulis(), STORY, "lapor")
    said = await run(Bantuan(), "bantuan", "bantuan")
    assert (said.responses, said.stage) == (["utter_bantuan_draf"], "kerahasiaan")


async def test_abuse_is_answered_calmly_once_then_an_officer_is_offered(run: Run) -> None:
    assert (await run(Kasar(), "anjing", "kasar")).responses == ["utter_kasar"]
    earlier = [{"event": "user"}, {"event": "action", "name": "action_kasar"}]
    assert (await run(Kasar(), "goblok", "kasar", earlier=earlier)).responses == ["utter_kasar_lagi"]


RANKING = {
    "intent_ranking": [
        {"name": "nlu_fallback", "confidence": 0.4},
        {"name": "faq", "confidence": 0.3, "full_retrieval_intent_name": "faq/pensiun_bup"},
        {"name": "sapa", "confidence": 0.2},
        {"name": "lapor", "confidence": 0.1},
    ]
}


async def test_unsure_asks_back_with_two_guesses_and_neither(run: Run) -> None:
    await in_thread(seed_answers)
    said = await run(Ragu(), "pensiun gmn", "nlu_fallback", parsed=RANKING)

    assert said.responses == ["utter_ragu"]
    assert [b["payload"] for b in said.messages[0]["buttons"]] == [
        '/tanya{"topik": "pensiun_bup"}',
        "/jadikan_laporan",
        "/bukan_itu",
    ]
    assert said.messages[0]["buttons"][0]["title"] == "Batas usia pensiun"


async def test_unsure_twice_in_a_row_offers_an_officer(run: Run) -> None:
    earlier: list[dict[str, Any]] = [{"event": "user"}, {"event": "action", "name": "action_ragu"}]
    assert (await run(Ragu(), "hmm", "nlu_fallback", earlier=earlier)).responses == ["utter_tawarkan_petugas"]
    between = [*earlier, {"event": "user"}, {"event": "action", "name": "utter_sapa"}]
    assert (await run(Ragu(), "hmm", "nlu_fallback", earlier=between)).responses == ["utter_tidak_paham"]


async def test_a_chosen_topic_is_answered_if_it_still_exists(run: Run) -> None:
    await in_thread(seed_answers)
    said = await run(JawabTopik(), intent="tanya", entities={"topik": "jam_layanan"})
    assert said.responses == ["utter_faq/jam_layanan"]
    assert (await run(JawabTopik(), intent="tanya", entities={"topik": "x"})).responses == ["utter_tidak_paham"]


async def test_whether_an_answer_helped_is_kept_with_its_topic(
    run: Run, conversation: Conversation, receive: Callable[..., Message]
) -> None:
    question = await in_thread(receive, "jam buka")
    await in_thread(
        Message.objects.create,
        conversation=conversation,
        author="assistant",
        response_key="utter_faq/jam_layanan",
        sent_at=question.sent_at,
    )
    assert (await run(UmpanBalik(), intent="membantu_tidak")).responses == ["utter_kurang_membantu"]
    event = await in_thread(Event.objects.get, kind="answer.rated")
    assert (event.data["topic"], event.data["helped"]) == ("jam_layanan", False)
    said: Said = await run(UmpanBalik(), intent="membantu_ya")
    assert said.responses == ["utter_senang_membantu"]


async def test_a_message_that_is_not_ours_is_refused(run: Run) -> None:
    with pytest.raises(UnusableTurn):
        await run(CekStatus(), "x", "cek_status", parsed={"message_id": "abc"})
