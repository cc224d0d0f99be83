"""State of a case, officers, ratings, help, abuse, guesses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from actions import service
from actions.answering import JawabDalamDraf, JawabTopik, Ragu, Setuju, Tolak, UmpanBalik
from actions.reporting import Pilih, Tulis
from actions.service import Bantuan, BicaraAdmin, CekStatus, Kasar, LuarTopik, Penilaian
from actions.turn import UnusableTurn, in_thread
from cases.models import Case, Conversation, Event, Message
from cases.services.answers import seed_answers
from tests.actions.conftest import Run, Said


async def we_said(conversation: Conversation, response: str) -> None:
    """An earlier reply of ours, with a button under it."""
    await in_thread(
        Message.objects.create,
        conversation=conversation,
        author="assistant",
        response_key=response,
        buttons=[{"title": "x", "payload": "/x"}],
        sent_at=timezone.now(),
    )


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


async def test_the_only_report_of_a_conversation_needs_no_number(run: Run) -> None:
    number = await registered(run)
    said = await run(CekStatus(), "cek status", "cek_status")
    assert (said.responses, said.messages[0]["nomor"]) == (["utter_status_tenggat"], number)


async def test_who_has_lost_the_number_is_told_where_it_is(run: Run) -> None:
    assert (await run(CekStatus(), "lupa nomornya", "cek_status")).responses == ["utter_nomor_hilang"]


async def test_own_ordinary_cases_are_offered_to_choose_from(run: Run) -> None:
    numbers = [await registered(run), await registered(run)]
    said = await run(CekStatus(), "cek status", "cek_status")
    assert said.responses == ["utter_minta_nomor_atau_pilih"]
    number = numbers[-1]
    assert {"title": number, "payload": f'/cek_status{{"nomor": "{number}"}}'} in said.messages[0]["buttons"]
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
        ("bintang 5", "utter_terima_penilaian", 5),
        ("2 dari 10", "utter_terima_penilaian_rendah", 1),
        ("lumayan", "utter_terima_penilaian", None),
    ],
)
async def test_ratings_are_kept_without_their_text(run: Run, text: str, response: str, score: int | None) -> None:
    assert (await run(Penilaian(), text, "penilaian")).responses == [response]
    event = await in_thread(Event.objects.get, kind="conversation.rated")
    assert event.data["score"] == score
    assert set(event.data) == {"score", "message"}


async def test_a_bare_number_is_a_rating_only_after_something_to_rate(run: Run) -> None:
    assert (await run(Penilaian(), "2", "penilaian")).responses == ["utter_tidak_paham"]


async def test_help_inside_a_report_is_about_the_report(run: Run) -> None:
    assert (await run(Bantuan(), "bantuan", "bantuan")).responses == ["utter_bantuan"]
    await run(Tulis(), STORY, "lapor")
    said = await run(Bantuan(), "bantuan", "bantuan")
    assert (said.responses, said.stage) == (["utter_bantuan_draf"], "kerahasiaan")


async def test_abuse_is_answered_calmly_once_then_an_officer_is_offered(run: Run) -> None:
    assert (await run(Kasar(), "anjing", "kasar")).responses == ["utter_kasar"]
    earlier = [{"event": "user"}, {"event": "action", "name": "action_kasar"}]
    assert (await run(Kasar(), "goblok", "kasar", earlier=earlier)).responses == ["utter_kasar_lagi"]
    assert (await run(Kasar(), "goblok", "kasar", earlier=earlier * 2)).responses == ["utter_kasar_tenang"]


async def test_out_of_scope_is_said_in_full_once_and_signs_are_not_sent_away(
    run: Run, conversation: Conversation, receive: Callable[..., Message]
) -> None:
    assert (await run(LuarTopik(), "\U0001f600", "di_luar_topik")).responses == ["utter_tidak_paham"]
    assert (await run(LuarTopik(), "resep rendang dong", "di_luar_topik")).responses == ["utter_di_luar_topik"]
    await we_said(conversation, "utter_di_luar_topik")
    assert (await run(LuarTopik(), "cuaca besok gimana", "di_luar_topik")).responses == ["utter_di_luar_topik_lagi"]
    await we_said(conversation, "utter_tidak_paham")
    assert (await run(LuarTopik(), "asdkjh qwe", "di_luar_topik")).responses == ["utter_tawarkan_petugas"]


@pytest.mark.parametrize(
    ("offer", "yes", "no"),
    [
        ("utter_kasar_lagi", "utter_petugas_luar_jam", "utter_baik"),
        ("utter_tawarkan_petugas", "utter_petugas_luar_jam", "utter_baik"),
        ("utter_lampiran_diterima", "utter_ceritakan", "utter_baik_tidak"),
        ("utter_ragu", "utter_pilih_salah_satu", "utter_tawarkan_petugas"),
        ("utter_faq/jam_layanan", "utter_senang_membantu", "utter_kurang_membantu"),
        ("utter_faq_lapor/jam_layanan", "utter_senang_membantu", "utter_kurang_membantu"),
        ("utter_sapa", "utter_baik", "utter_baik_tidak"),
    ],
)
async def test_a_typed_yes_or_no_answers_what_we_offered(
    run: Run, conversation: Conversation, monkeypatch: pytest.MonkeyPatch, offer: str, yes: str, no: str
) -> None:
    monkeypatch.setattr(service, "is_open", lambda at: False)
    await we_said(conversation, offer)
    assert (await run(Tolak(), "engga", "tolak")).responses == [no]
    assert (await run(Setuju(), "iya", "setuju")).responses == [yes]


async def test_a_story_the_assistant_is_unsure_of_is_taken_as_a_report(run: Run) -> None:
    ranking = [{"name": "mulai_lapor", "confidence": 0.3}, {"name": "lapor", "confidence": 0.3}]
    said = await run(Ragu(), "atasan saya suka pegang2 pegawai", "nlu_fallback", parsed={"intent_ranking": ranking})
    assert said.stage == "lengkapi"


def selector(topic: str) -> dict[str, Any]:
    return {"response_selector": {"faq": {"response": {"intent_response_key": f"faq/{topic}"}}}}


async def test_inside_a_report_a_question_is_answered_and_a_story_kept(run: Run) -> None:
    await run(Tulis(), STORY, "lapor")
    said = await run(JawabDalamDraf(), "identitas saya aman ga?", "faq", parsed=selector("kerahasiaan_pelapor"))
    assert said.responses == ["utter_faq_draf/kerahasiaan_pelapor", "utter_pilih_kerahasiaan_lagi"]
    said = await run(JawabDalamDraf(), "berkas saya sudah lengkap", "faq", parsed=selector("kp_syarat"))
    assert said.responses == ["utter_ditambahkan", "utter_pilih_kerahasiaan_lagi"]
    said = await run(JawabDalamDraf(), "bisa anonim ga?", "faq", parsed=selector("kerahasiaan_pelapor"))
    assert "Identitas Anda: Anonim" in said.messages[-1]["rincian"]


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


async def test_where_only_a_report_is_offered_a_yes_makes_one_of_the_message(
    run: Run, conversation: Conversation, receive: Callable[..., Message]
) -> None:
    await in_thread(receive, STORY)
    await in_thread(
        Message.objects.create,
        conversation=conversation,
        author="assistant",
        response_key="utter_faq_lapor/kp_status",
        buttons=[{"title": "Buat laporan", "payload": "/jadikan_laporan"}],
        sent_at=timezone.now(),
    )
    said = await run(Setuju(), "iya", "setuju")
    assert said.stage == "kerahasiaan"
    assert (await in_thread(Case.objects.get)).text == STORY


@pytest.mark.parametrize("key", ["utter_faq/jam_layanan", "utter_faq_lapor/jam_layanan"])
async def test_whether_an_answer_helped_is_kept_with_its_topic(
    run: Run, conversation: Conversation, receive: Callable[..., Message], key: str
) -> None:
    question = await in_thread(receive, "jam buka")
    await in_thread(
        Message.objects.create,
        conversation=conversation,
        author="assistant",
        response_key=key,
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
