"""A report, action by action: what is said, and which stage follows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.reporting import Batal, JadikanLaporan, Lampiran, Lanjutkan, LanjutkanDraf, MulaiLapor, Pilih, Tulis
from actions.service import Bantuan, BicaraAdmin, CekStatus
from actions.turn import in_thread
from cases.models import Case, Conversation, Message
from cases.ports import Channel, InboundMedia, Kind
from cases.services import draft_steps
from cases.services.answers import seed_answers
from tests.actions.conftest import Run, tracker_json

STORY = "SK kenaikan pangkat saya di BKD Kota Solo belum terbit sejak bulan lalu"
BRIBE = "Pak Joko di BKD Kota Solo minta setoran 5 juta kemarin supaya pangkat saya diurus"
PHOTO = {"kind": Kind.IMAGE, "media": (InboundMedia(reference="photo-1", content_type="image/jpeg"),)}


async def test_a_complaint_is_understood_asked_about_reviewed_and_registered(run: Run) -> None:
    said = await run(Tulis(), "SK kenaikan pangkat saya belum terbit", "lapor")
    assert said.responses == ["utter_dipahami", "utter_tanya_tempat"]
    assert said.messages[0]["kategori"] == "kenaikan pangkat"
    assert said.stage == "lengkapi"

    said = await run(Tulis(), "BKD Kota Solo", "nlu_fallback")
    assert (said.responses, said.stage) == (["utter_tanya_waktu"], "lengkapi")
    said = await run(Tulis(), "lewati", "nlu_fallback")
    assert (said.responses, said.stage) == (["utter_pilih_kerahasiaan"], "kerahasiaan")
    said = await run(Pilih(), intent="pilih_biasa")
    assert (said.responses, said.stage) == (["utter_tinjau"], "tinjau")
    assert said.messages[0]["rincian"].splitlines() == [
        "Jenis: Pengaduan",
        "Tentang: Kenaikan pangkat",
        "Kantor atau unit: BKD Kota Solo",
        "Identitas Anda: Biasa",
    ]

    said = await run(Pilih(), intent="kirim")
    assert (said.responses, said.stage) == (["utter_terdaftar"], None)
    assert said.messages[0]["nomor"].startswith("BKN-")
    assert said.messages[0]["hari"] == "14"
    assert said.messages[0]["tenggat"].split(",")[0] in {"Senin", "Selasa", "Rabu", "Kamis", "Jumat"}


async def test_a_fraud_story_gets_the_assurance_once_and_confidentiality_first(run: Run) -> None:
    said = await run(Tulis(), BRIBE, "lapor")
    assert said.responses == ["utter_jaminan", "utter_pilih_kerahasiaan_khusus"]
    said = await run(Tulis(), "berkas saya sengaja ditahan sampai bayar", "lapor")
    assert said.responses == ["utter_ditambahkan", "utter_pilih_kerahasiaan_lagi"]
    said = await run(Tulis(), "rahasia", "nlu_fallback")
    assert said.responses == ["utter_tinjau"]
    assert "Jumlah uang: 5 juta" in said.messages[0]["rincian"]


async def test_on_sms_the_review_says_nothing_of_the_case(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Conversation, "channel", Channel.SMS)
    await run(Tulis(), BRIBE, "lapor")
    said = await run(Tulis(), "anonim", "nlu_fallback")
    assert said.messages[0]["rincian"] == "Jenis: Pengaduan; Identitas Anda: Anonim"


async def test_what_is_outside_our_authority_is_said_and_may_be_sent(run: Run) -> None:
    said = await run(Tulis(), "jalan di desa saya rusak", "lapor")
    assert (said.responses, said.stage) == (["utter_luar_kewenangan", "utter_tinjau"], "tinjau")


async def test_a_request_for_information_is_offered_to_be_passed_on(run: Run) -> None:
    said = await run(Tulis(), "minta info formasi pensiun dini 2027", "minta_informasi")
    assert said.responses == ["utter_permintaan_informasi", "utter_tinjau"]


async def test_wanting_to_report_opens_a_draft_and_again_continues_it(run: Run) -> None:
    said = await run(MulaiLapor(), "mau lapor", "mulai_lapor")
    assert (said.responses, said.stage) == (["utter_ceritakan"], "cerita")
    said = await run(MulaiLapor(), intent="mulai_lapor")
    assert said.responses == ["utter_ceritakan"]


async def test_corrections_lead_to_their_places(run: Run) -> None:
    await run(Tulis(), STORY, "lapor")
    await run(Pilih(), intent="pilih_biasa")
    assert (await run(Pilih(), intent="ubah")).responses == ["utter_ubah"]
    said = await run(Pilih(), intent="ubah_kategori")
    assert (said.responses, said.stage) == (["utter_pilih_kategori"], "ubah")
    assert {"title": "Pensiun", "payload": '/pilih_kategori{"kategori": "pensiun"}'} in said.messages[0]["buttons"]
    said = await run(Pilih(), intent="pilih_kategori", entities={"kategori": "pensiun"})
    assert "Tentang: Pensiun" in said.messages[0]["rincian"]
    assert (await run(Pilih(), intent="tambah_cerita")).responses == ["utter_lanjut_cerita"]
    assert (await run(Pilih(), intent="tulis_ulang")).responses == ["utter_ceritakan"]


async def test_cancelling_is_said_and_can_be_undone(run: Run) -> None:
    await run(Tulis(), STORY, "lapor")
    said = await run(Batal(), "batal", "batal")
    assert (said.responses, said.stage) == (["utter_dibatalkan"], None)
    assert (await run(Batal(), "batal", "batal")).responses == ["utter_tidak_ada_draf"]
    said = await run(Lanjutkan(), intent="lanjutkan")
    assert (said.responses, said.stage) == (["utter_pilih_kerahasiaan"], "kerahasiaan")


async def test_after_an_answer_the_open_question_comes_back(run: Run) -> None:
    await run(Tulis(), STORY, "lapor")
    said = await run(LanjutkanDraf(), "syarat pensiun apa", "faq")
    assert (said.responses, said.stage) == (["utter_pilih_kerahasiaan_lagi"], "kerahasiaan")


async def test_sending_twice_says_that_it_is_registered(run: Run) -> None:
    await run(Tulis(), STORY, "lapor")
    await run(Pilih(), intent="pilih_biasa")
    first = await run(Pilih(), intent="kirim")
    second = await run(Pilih(), intent="kirim")
    assert second.responses == ["utter_sudah_terdaftar"]
    assert second.messages[0]["nomor"] == first.messages[0]["nomor"]


async def test_a_photo_alone_is_acknowledged_and_belongs_to_the_report_that_follows(run: Run) -> None:
    said = await run(Lampiran(), intent="lampiran", message=PHOTO)
    assert (said.responses, said.stage) == (["utter_lampiran_diterima"], None)
    assert (await run(MulaiLapor(), intent="mulai_lapor")).responses == ["utter_ceritakan_berkas"]
    await run(Tulis(), STORY, "lapor")
    said = await run(Pilih(), intent="pilih_biasa")
    assert "Lampiran: 1" in said.messages[0]["rincian"]


async def test_a_file_inside_a_draft_is_attached_and_the_question_repeated(run: Run) -> None:
    await run(Tulis(), STORY, "lapor")
    said = await run(Lampiran(), intent="lampiran", message=PHOTO)
    assert (said.responses, said.stage) == (["utter_ditambahkan", "utter_pilih_kerahasiaan_lagi"], "kerahasiaan")


@pytest.mark.parametrize(("kind", "response"), [(Kind.AUDIO, "utter_suara"), (Kind.STICKER, "utter_tidak_didukung")])
async def test_what_cannot_be_read_is_said_honestly(run: Run, kind: Kind, response: str) -> None:
    assert (await run(Lampiran(), intent="lampiran", message={"kind": kind})).responses == [response]


async def test_a_message_not_understood_becomes_a_report_on_demand(run: Run) -> None:
    await run(LanjutkanDraf(), STORY, "nlu_fallback")
    said = await run(JadikanLaporan(), intent="jadikan_laporan", message={"kind": Kind.BUTTON, "payload": "/x"})
    assert said.stage == "kerahasiaan"
    case = await in_thread(Case.objects.get)
    assert case.text == STORY


@pytest.mark.parametrize(
    ("action", "intent", "text"),
    [
        (Batal(), "batal", "SK saya dibatalkan BKD tanpa alasan"),
        (BicaraAdmin(), "bicara_admin", "saya sudah ketemu petugas di kantor BKD tetapi tetap ditolak juga"),
        (CekStatus(), "cek_status", "bulan kemarin"),
        (Bantuan(), "bantuan", "ibu saya sakit jadi tidak bisa mengurus sendiri"),
    ],
)
async def test_a_sentence_of_the_story_that_sounds_like_a_request_stays_story(
    run: Run, action: Action, intent: str, text: str
) -> None:
    await run(Tulis(), STORY, "lapor")
    said = await run(action, text, intent)
    assert said.stage == "kerahasiaan"
    assert (await in_thread(Case.objects.get)).text == f"{STORY}\n{text}"


async def test_who_announces_a_report_and_tells_it_at_once_is_not_asked_to_tell_it_again(run: Run) -> None:
    said = await run(MulaiLapor(), "saya mau ngadu, SK kenaikan pangkat saya ditahan", "mulai_lapor")
    assert said.responses == ["utter_dipahami", "utter_tanya_tempat"]


async def test_a_wish_for_anonymity_is_confirmed(run: Run) -> None:
    said = await run(MulaiLapor(), "mau lapor tapi anonim bisa?", "mulai_lapor")
    assert said.responses == ["utter_kerahasiaan_dicatat", "utter_ceritakan"]
    assert said.messages[0]["nilai"] == "anonim"
    assert (await run(Tulis(), "jadi gini min", "batal")).responses == ["utter_menyimak"]


async def test_a_draft_left_for_days_is_asked_about_before_anything_is_added(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    await run(Tulis(), STORY, "lapor")
    monkeypatch.setattr(draft_steps, "STALE_AFTER", timedelta(0))
    said = await run(Tulis(), "aplikasi tidak bisa dibuka", "lapor")
    assert (said.responses, said.stage) == (["utter_draf_lama"], "kerahasiaan")
    monkeypatch.undo()


async def test_after_sending_old_buttons_say_that_it_is_registered(run: Run) -> None:
    await run(Tulis(), STORY, "lapor")
    await run(Pilih(), intent="pilih_biasa")
    await run(Pilih(), intent="kirim")
    assert (await run(Pilih(), intent="ubah")).responses == ["utter_sudah_dikirim"]
    assert (await run(Batal(), "batal", "batal")).responses == ["utter_sudah_dikirim"]


async def test_a_report_with_a_question_gets_the_answer_and_the_next_step(run: Run) -> None:
    await in_thread(seed_answers)
    said = await run(Tulis(), f"{STORY}. jam layanannya kapan aja?", "lapor", entities={"topik": "jam_layanan"})
    assert said.responses == ["utter_faq_draf/jam_layanan", "utter_dipahami", "utter_pilih_kerahasiaan"]
    assert said.stage == "kerahasiaan"
    more = "atasan saya juga potong gaji. identitas saya aman ga?"
    said = await run(Tulis(), more, "lapor", entities={"topik": "kerahasiaan_pelapor"})
    assert said.responses[:2] == ["utter_faq_draf/kerahasiaan_pelapor", "utter_ditambahkan"]
    assert more in (await in_thread(Case.objects.get)).text


async def test_a_report_with_a_question_is_written_once_however_often_it_is_asked(
    run: Run, receive: Callable[..., Message], conversation: Conversation
) -> None:
    await in_thread(seed_answers)
    message = await in_thread(receive, f"{STORY}. jam layanannya kapan aja?")
    state = await in_thread(tracker_json, conversation, message, "lapor", entities={"topik": "jam_layanan"})
    for _ in range(2):
        dispatcher = CollectingDispatcher()
        await Tulis().run(dispatcher, Tracker.from_dict(state), {})
        responses = [said["response"] for said in dispatcher.messages]
        assert responses[0] == "utter_faq_draf/jam_layanan"
        assert responses[-1] == "utter_pilih_kerahasiaan"
    assert (await in_thread(Case.objects.get)).text == message.text


async def test_a_question_without_an_answer_leaves_the_report_alone(run: Run) -> None:
    said = await run(Tulis(), STORY, "lapor", entities={"topik": "tidak_ada"})
    assert said.responses == ["utter_dipahami", "utter_pilih_kerahasiaan"]


async def test_an_answered_question_is_not_said_to_be_passed_on(run: Run) -> None:
    await in_thread(seed_answers)
    said = await run(Tulis(), "minta info formasi pensiun 2027", "minta_informasi", entities={"topik": "jam_layanan"})
    assert said.responses == ["utter_faq_draf/jam_layanan", "utter_tinjau"]
