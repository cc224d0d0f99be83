"""A report in the making: what is asked, what is kept, what happens twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import classifiers
from cases.models import Attachment, Case, Conversation, Message
from cases.ports import InboundMedia, Kind
from cases.services import drafts
from cases.services.deadlines import current_deadline
from cases.services.draft_steps import Outcome, Progress, Stage, attachment_count
from cases.services.numbers import find_number
from classifiers import ModelError
from tests.cases.drafting import BRIBE, STORY, Say, stage
from tests.reading import KeywordModel

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keyword_model")]


def test_a_complete_complaint_goes_straight_to_the_choice_of_confidentiality(say: Say) -> None:
    step = say(STORY)

    assert stage(step) == Stage.KERAHASIAAN
    assert step.case is not None
    assert (step.case.category, step.case.unit) == ("kenaikan_pangkat", "direktorat_pengangkatan_kepangkatan")
    assert step.news
    assert {f.name for f in step.case.fields.all()} == {"instansi", "waktu"}
    assert all(step.case.text[f.start : f.end] == f.value for f in step.case.fields.all())


def test_a_story_in_several_messages_is_one_text_with_spans_into_it(say: Say, conversation: Conversation) -> None:
    say("SK kenaikan pangkat saya belum terbit")
    say("saya sudah tanya ke BKD Kota Solo")
    step = say("itu bulan lalu")

    assert step.case is not None
    assert step.case.text == "SK kenaikan pangkat saya belum terbit\nsaya sudah tanya ke BKD Kota Solo\nitu bulan lalu"
    assert {step.case.text[f.start : f.end] for f in step.case.fields.all()} == {"BKD Kota Solo", "bulan lalu"}
    assert conversation.messages.filter(case=step.case).count() == 3


def test_only_what_is_missing_is_asked_and_each_question_once(say: Say) -> None:
    asked = [say("SK kenaikan pangkat saya belum terbit"), say("ga tau"), say("lewati aja min")]

    assert [stage(step) for step in asked] == [Stage.LENGKAPI, Stage.LENGKAPI, Stage.KERAHASIAAN]
    assert asked[-1].case is not None
    assert Progress.of(asked[-1].case).asked == ("tempat", "waktu")
    assert asked[-1].case.text == "SK kenaikan pangkat saya belum terbit"


def test_a_short_answer_becomes_the_fact_that_was_asked_for(say: Say) -> None:
    say("SK kenaikan pangkat saya belum terbit")
    step = say("di kantor camat Wonosari")

    assert step.case is not None
    kept = step.case.fields.get(name="tempat")
    assert (kept.value, kept.source) == ("di kantor camat Wonosari", "citizen")
    assert step.case.text[kept.start : kept.end] == kept.value
    assert Progress.of(step.case).asking == "waktu"


def test_a_fraud_story_is_guarded_from_its_first_message_and_offers_confidentiality_first(
    say: Say, conversation: Conversation
) -> None:
    step = say("ada yang minta setoran untuk urus pangkat")

    conversation.refresh_from_db()
    assert conversation.fraud_suspected
    assert stage(step) == Stage.KERAHASIAAN
    assert not step.assured
    assert step.case is not None
    assert step.case.fraud_types == ["pungli_suap_gratifikasi"]
    step = say("rahasia aja pak")
    assert step.case is not None
    assert step.case.confidentiality == "rahasia"
    assert Progress.of(step.case).asking == "pelaku_tempat"
    assert stage(say("ga tau")) == Stage.LENGKAPI
    assert stage(say("lupa")) == Stage.TINJAU


def test_a_complete_report_is_registered_with_number_deadline_and_history(
    say: Say, press: Say, conversation: Conversation
) -> None:
    say(STORY)
    press("biasa")
    step = press("kirim")

    assert step.outcome == Outcome.SUBMITTED
    case = Case.objects.get()
    assert case.state == "baru"
    assert find_number(str(case.number)) == case.number
    deadline = current_deadline(case)
    assert deadline is not None
    assert (deadline.kind, deadline.working_days) == ("pengaduan", 14)
    assert case.events.filter(kind="case.submitted").count() == 1
    assert {p.head for p in case.predictions.all()} == {"report_type", "category", "fraud"}
    assert drafts.open_draft(conversation.pk) is None


def test_a_fraud_report_gets_the_deadline_of_supervision(say: Say, press: Say) -> None:
    say(BRIBE)
    press("anonim")
    press("kirim")

    case = Case.objects.get()
    assert (case.state, case.confidentiality, case.fraud) == ("baru", "anonim", True)
    deadline = current_deadline(case)
    assert deadline is not None
    assert deadline.working_days == 60


def test_the_same_confirmation_handled_again_registers_nothing_twice(
    say: Say, press: Say, conversation: Conversation, receive: Callable[..., Message]
) -> None:
    say(STORY)
    press("biasa")
    confirmation = receive("kirim", kind=Kind.BUTTON, payload="/kirim")
    first = drafts.choose(conversation.pk, confirmation.pk, "kirim")
    again = drafts.choose(conversation.pk, confirmation.pk, "kirim")

    assert first.case == again.case
    assert again.outcome == Outcome.SUBMITTED
    assert Case.objects.count() == 1
    assert press("kirim").outcome == Outcome.ALREADY_SENT


def test_the_same_message_handled_again_is_not_written_twice(
    conversation: Conversation, receive: Callable[..., Message]
) -> None:
    message = receive("SK kenaikan pangkat saya belum terbit")
    first = drafts.write(conversation.pk, message.pk)
    again = drafts.write(conversation.pk, message.pk)

    assert first.case == again.case
    assert Case.objects.get().text == "SK kenaikan pangkat saya belum terbit"
    assert Progress.of(Case.objects.get()).asked == ("tempat",)


def test_a_collision_of_numbers_draws_another(say: Say, press: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["BKN-2611-7K3QF-M", "BKN-2611-7K3QF-M", "BKN-2610-9WZ4B-H"])
    monkeypatch.setattr("cases.services.registration.new_number", lambda prefix, on: next(drawn))
    for _ in range(2):
        say(STORY)
        press("biasa")
        press("kirim")

    assert set(Case.objects.values_list("number", flat=True)) == {"BKN-2611-7K3QF-M", "BKN-2610-9WZ4B-H"}


def test_a_button_of_an_old_review_sends_nothing_that_was_not_shown(say: Say, press: Say) -> None:
    say("SK kenaikan pangkat saya belum terbit")

    assert stage(press("kirim")) == Stage.LENGKAPI
    assert Case.objects.get().state == "draf"


def test_yes_sends_and_no_corrects_only_at_the_review(say: Say, press: Say) -> None:
    say(STORY)
    press("biasa")

    assert stage(say("belum", "tolak")) == Stage.UBAH
    assert stage(press("tambah_cerita")) == Stage.CERITA
    assert stage(say("ok", "setuju")) == Stage.CERITA
    assert stage(say("berkas sudah lengkap semua")) == Stage.TINJAU
    assert say("iya", "setuju").outcome == Outcome.SUBMITTED
    assert Case.objects.get().text == f"{STORY}\nberkas sudah lengkap semua"


def test_a_corrected_category_survives_the_next_reading(say: Say, press: Say) -> None:
    say(STORY)
    press("biasa")
    press("ubah")
    assert stage(press("ubah_kategori")) == Stage.KATEGORI
    press("kategori:mutasi")
    step = say("tolong segera dibantu karena sudah lama sekali")

    assert step.case is not None
    assert (step.case.category, step.case.unit) == ("mutasi", "direktorat_mutasi")
    assert step.case.predictions.get(head="category").value == "kenaikan_pangkat"


def test_an_unknown_category_changes_nothing(say: Say, press: Say) -> None:
    say(STORY)
    press("biasa")
    step = press("kategori:tidak_ada")

    assert step.case is not None
    assert step.case.category == "kenaikan_pangkat"


def test_rewriting_forgets_the_old_text_and_what_was_read_in_it(say: Say, press: Say) -> None:
    say(STORY)
    press("biasa")
    assert stage(press("tulis_ulang")) == Stage.CERITA
    step = say("aplikasi tidak bisa dibuka kemarin")

    assert step.case is not None
    assert step.case.text == "aplikasi tidak bisa dibuka kemarin"
    assert step.case.category == "layanan_aplikasi"
    assert [f.name for f in step.case.fields.all()] == ["waktu"]
    assert stage(step) == Stage.TINJAU


def test_a_discarded_draft_can_be_taken_up_again(
    say: Say, press: Say, conversation: Conversation, receive: Callable[..., Message]
) -> None:
    say(STORY)
    cancelled = drafts.cancel(conversation.pk, receive("batal").pk)
    assert cancelled.outcome == Outcome.CANCELLED
    assert drafts.open_draft(conversation.pk) is None

    step = drafts.resume(conversation.pk, receive("lanjutkan").pk)

    assert stage(step) == Stage.KERAHASIAAN
    assert step.case == cancelled.case
    assert press("biasa").outcome == Outcome.ASK


def test_nothing_to_discard_is_said_so(conversation: Conversation, receive: Callable[..., Message]) -> None:
    assert drafts.cancel(conversation.pk, receive("batal").pk).outcome == Outcome.NO_DRAFT
    assert drafts.resume(conversation.pk, receive("lanjutkan").pk).outcome == Outcome.NO_DRAFT
    assert drafts.choose(conversation.pk, receive("ubah").pk, "ubah").outcome == Outcome.NO_DRAFT


def test_files_before_and_during_the_story_belong_to_the_report(
    say: Say, conversation: Conversation, receive: Callable[..., Message]
) -> None:
    photo = (InboundMedia(reference="photo-1", content_type="image/jpeg"),)
    receive("", kind=Kind.IMAGE, media=photo)
    say(STORY)
    step = say("", kind=Kind.LOCATION, location=(-6.2, 106.8))

    assert Attachment.objects.count() == 1
    assert step.case is not None
    assert attachment_count(step.case) == 2


def test_greetings_inside_a_draft_are_not_part_of_the_story(say: Say) -> None:
    say("SK kenaikan pangkat saya belum terbit")
    step = say("makasih ya min", "terima_kasih")

    assert stage(step) == Stage.LENGKAPI
    assert step.case is not None
    assert step.case.text == "SK kenaikan pangkat saya belum terbit"


def test_a_suggestion_is_asked_nothing_and_goes_to_the_review(say: Say) -> None:
    step = say("saran saya loket pensiun dibuka sabtu", "aspirasi")

    assert stage(step) == Stage.TINJAU
    assert step.case is not None
    assert step.case.report_type == "aspirasi"


def test_what_is_outside_our_authority_may_still_be_filed(say: Say, press: Say) -> None:
    step = say("jalan di desa saya rusak")

    assert stage(step) == Stage.TINJAU
    assert step.case is not None
    assert step.case.category == "bukan_kewenangan"
    assert press("kirim").outcome == Outcome.SUBMITTED


def test_without_a_trained_model_the_report_is_taken_and_an_officer_asked(
    say: Say, conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(state_dir: Path) -> KeywordModel:
        raise ModelError("no live model")

    monkeypatch.setattr(classifiers, "load_live", missing)
    step = say(STORY)

    assert step.case is not None
    assert (step.case.text, step.case.category) == (STORY, "")
    conversation.refresh_from_db()
    assert conversation.flag_reason == "triase_tidak_tersedia"


def test_a_message_that_was_not_understood_can_become_the_report(
    conversation: Conversation, receive: Callable[..., Message]
) -> None:
    receive(STORY)
    pressed = receive("Jadikan laporan", kind=Kind.BUTTON, payload="/jadikan_laporan")
    drafts.adopt(conversation.pk, pressed.pk)
    drafts.adopt(conversation.pk, pressed.pk)

    assert Case.objects.get().text == STORY


def test_saying_that_it_is_all_leads_on_and_is_not_part_of_the_story(say: Say, press: Say) -> None:
    say(STORY)
    press("biasa")
    press("tambah_cerita")

    assert stage(say("udah itu aja")) == Stage.TINJAU
    assert Case.objects.get().text == STORY


def test_a_correction_can_be_asked_for_before_the_review(say: Say) -> None:
    say("SK kenaikan pangkat saya belum terbit")

    assert stage(say("ubah kategori")) == Stage.KATEGORI
    assert Case.objects.get().text == "SK kenaikan pangkat saya belum terbit"
