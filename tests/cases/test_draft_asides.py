"""A report in the making: what is said beside it, taken back, or said days later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from cases.models import Case, Conversation, Message
from cases.services import draft_steps, drafts
from cases.services.draft_steps import Aside, Outcome, Progress, Stage
from tests.cases.drafting import STORY, Say, stage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keyword_model")]


def test_a_yes_is_no_answer_to_when(say: Say) -> None:
    say("SK kenaikan pangkat saya di BKD Kota Solo belum terbit")
    step = say("ya", "setuju")

    assert stage(step) == Stage.LENGKAPI
    assert not Case.objects.get().fields.filter(name="waktu").exists()


def test_an_answer_about_something_else_is_not_kept_as_the_place(say: Say) -> None:
    say("SK kenaikan pangkat saya belum terbit")
    step = say("udah dari bulan lalu")

    assert step.case is not None
    assert [f.name for f in step.case.fields.all()] == ["waktu"]


def test_what_the_citizen_takes_back_is_forgotten(say: Say) -> None:
    say("Pak Budi di BKD Kota Solo minta setoran 3 juta kemarin")
    say("anonim")
    step = say("bukan Pak Budi tapi Pak Bambang, 5 juta bukan 3 juta")

    assert step.case is not None
    kept = {f.name: f.value for f in step.case.fields.all() if f.name in ("terlapor", "jumlah_uang")}
    assert kept == {"terlapor": "Pak Bambang", "jumlah_uang": "5 juta"}
    assert step.aside == Aside.ADDED


def test_a_wish_for_anonymity_counts_wherever_it_is_written(say: Say, press: Say) -> None:
    say(STORY)
    press("biasa")
    step = say("jadi anonim aja deh min bisa?")
    assert step.case is not None
    assert (step.case.confidentiality, step.case.text) == ("anonim", STORY)

    assert say("ga usah anonim deh").case.confidentiality == "anonim"  # type: ignore[union-attr]
    step = say("batal")
    press("tulis_ulang")
    assert stage(say(f"{STORY}. Mohon identitas saya dirahasiakan")) == Stage.TINJAU


def test_while_the_citizen_is_still_writing_nothing_is_asked(
    conversation: Conversation, receive: Callable[..., Message]
) -> None:
    parts = [receive(text) for text in ("SK kenaikan pangkat saya", "belum terbit", "di BKD Kota Solo")]
    steps = [drafts.write(conversation.pk, part.pk, "lapor") for part in parts]

    assert [step.outcome for step in steps] == [Outcome.LISTEN, Outcome.LISTEN, Outcome.ASK]
    case = steps[-1].case
    assert case is not None
    assert Progress.of(case).asked == ("waktu",)
    assert steps[-1].news


def test_a_question_of_the_citizen_does_not_use_up_ours(say: Say) -> None:
    say("SK kenaikan pangkat saya belum terbit")
    assert say("harus disebut ya?").aside == Aside.OPTIONAL
    step = say("nanti dihubungi lewat apa?")

    assert step.aside == Aside.QUESTION
    assert Progress.of(step.case).asked == ("tempat",)  # type: ignore[arg-type]


@pytest.fixture
def days_later(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From now on every draft was left long ago."""
    return lambda: monkeypatch.setattr(draft_steps, "STALE_AFTER", timedelta(0))


def test_nothing_is_added_to_a_draft_left_for_days_before_it_is_taken_up(
    say: Say, days_later: Callable[[], None], conversation: Conversation, receive: Callable[..., Message]
) -> None:
    say(STORY)
    days_later()
    assert [say("halo", "sapa").outcome, say("berkas lengkap").outcome] == [Outcome.STALE, Outcome.STALE]
    assert Case.objects.get().text == STORY

    step = drafts.resume(conversation.pk, receive("lanjutkan", payload="/lanjutkan").pk)
    assert stage(step) == Stage.KERAHASIAAN
    assert Case.objects.get().text == f"{STORY}\nberkas lengkap"


def test_a_draft_left_for_days_gives_way_to_a_new_one(
    say: Say, days_later: Callable[[], None], conversation: Conversation
) -> None:
    old = say(STORY).case
    days_later()
    say("aplikasi tidak bisa dibuka kemarin")
    step = say("mulai baru")

    assert step.case is not None
    assert step.case != old
    assert (step.case.text, step.case.category) == ("aplikasi tidak bisa dibuka kemarin", "layanan_aplikasi")
    assert conversation.cases.filter(state=Case.State.DIBATALKAN).get() == old


def test_a_yes_days_later_sends_nothing(say: Say, press: Say, days_later: Callable[[], None]) -> None:
    say(STORY)
    press("biasa")
    days_later()

    assert say("ya", "setuju").outcome == Outcome.STALE
    assert Case.objects.get().state == "draf"
