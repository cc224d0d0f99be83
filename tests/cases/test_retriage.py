"""While no triage model is live a report is for the complaints team alone; once one is, it is read by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User

import classifiers
from cases.models import Case, Conversation, Event, Label, Message
from cases.services import case_status, conversations, draft_steps, drafts, retriage
from cases.services.cases import edit_case, version_of
from cases.services.deadlines import current_deadline
from cases.services.draft_steps import Outcome
from cases.services.labels import reviewable_labels
from cases.services.statistics import statistics_for
from classifiers import ModelError
from tests.officers import fresh, make_case, officer
from tests.reading import KeywordModel

pytestmark = pytest.mark.django_db

PLAIN = "SK kenaikan pangkat saya di BKD Kota Solo belum terbit sejak bulan lalu"
BRIBE = "Pak Joko di BKD Kota Solo minta setoran 5 juta kemarin supaya pangkat saya diurus"

Write = Callable[[str], Case]


@pytest.fixture(autouse=True)
def no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """No model is live until `model_is_back`."""

    def missing(state_dir: Path) -> KeywordModel:
        raise ModelError("no triage model is live")

    monkeypatch.setattr(classifiers, "load_live", missing)


@pytest.fixture
def model_is_back(no_model: None, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    return lambda: monkeypatch.setattr(classifiers, "load_live", KeywordModel)


@pytest.fixture
def write(conversation: Conversation, receive: Callable[..., Message]) -> Write:
    """A draft with one message in it."""

    def _write(text: str) -> Case:
        step = drafts.write(conversation.pk, receive(text).pk)
        assert step.case is not None
        return step.case

    return _write


def unread_case(serial: int = 1, **changes: object) -> Case:
    """A registered case that no model has read."""
    return make_case(
        serial, **{"text": BRIBE, "category": "", "unit": "admin_instansi", "awaits_triage": True} | changes
    )


def sees(user: User, case: Case) -> tuple[bool, bool]:
    """Whether an officer sees a case and its conversation."""
    return (
        Case.objects.visible_to(fresh(user)).filter(pk=case.pk).exists(),
        Conversation.objects.visible_to(fresh(user)).filter(pk=case.conversation_id).exists(),
    )


@pytest.mark.parametrize("role", ["admin_instansi", "pejabat_penghubung", "pimpinan", "tim_data"])
def test_what_no_model_has_read_is_for_the_complaints_team_alone(write: Write, role: str) -> None:
    draft, submitted = write(PLAIN), unread_case(unit="direktorat_pensiun")

    assert sees(officer(role), draft) == (False, False)
    assert sees(officer(role, username="x"), submitted) == (False, False)
    assert (
        sees(officer("tim_pengaduan"), draft) == sees(officer("tim_pengaduan", username="y"), submitted) == (True, True)
    )


def test_figures_labels_and_status_answers_leave_it_out(conversation: Conversation) -> None:
    case = unread_case()
    Label.objects.create(case=case, field="summary", before="", after="x", officer=officer("tim_pengaduan"))

    assert statistics_for(officer("pimpinan")).total == 0
    assert not reviewable_labels().exists()
    assert case_status._own_numbers(case.conversation) == ()


def test_it_is_left_alone_while_there_is_no_model(write: Write) -> None:
    draft = write(PLAIN)
    before = Event.objects.count()

    assert retriage.read_waiting() == 0

    draft.refresh_from_db()
    assert draft.awaits_triage
    assert Event.objects.count() == before


def test_a_harmless_draft_opens_once_a_model_has_read_it(write: Write, model_is_back: Callable[[], None]) -> None:
    draft = write(PLAIN)
    model_is_back()

    assert retriage.read_waiting() == 1
    assert retriage.read_waiting() == 0

    draft.refresh_from_db()
    assert (draft.awaits_triage, draft.category) == (False, "kenaikan_pangkat")
    assert Conversation.objects.get(pk=draft.conversation_id).flag_reason == ""
    assert sees(officer("admin_instansi"), draft) == (True, True)


def test_a_registered_case_of_fraud_stays_closed_and_gets_the_longer_deadline(
    model_is_back: Callable[[], None],
) -> None:
    case = unread_case()
    model_is_back()

    retriage.read_waiting()

    case.refresh_from_db()
    assert case.fraud
    deadline = current_deadline(case)
    assert deadline is not None
    assert deadline.kind == "pengaduan_pengawasan"
    assert Event.objects.get(case=case, kind="case.triaged").actor == "system"
    assert sees(officer("admin_instansi"), case) == (False, False)


def test_a_later_reading_keeps_what_the_team_corrected(model_is_back: Callable[[], None]) -> None:
    case = unread_case(text=PLAIN)
    edit_case(case.pk, officer("tim_pengaduan"), {"category": "mutasi", "summary": "Singkat"}, version=version_of(case))
    model_is_back()

    retriage.read_waiting()

    case.refresh_from_db()
    assert (case.category, case.unit, case.summary) == ("mutasi", "direktorat_mutasi", "Singkat")


def test_the_team_can_settle_it_without_a_model() -> None:
    case, team = unread_case(), officer("tim_pengaduan")

    event = edit_case(case.pk, team, {"fraud": False, "fraud_types": []}, version=version_of(case))

    case.refresh_from_db()
    assert event is not None
    assert not case.awaits_triage
    assert sees(officer("admin_instansi"), case) == (True, True)


def test_another_correction_settles_nothing() -> None:
    case = unread_case()

    edit_case(case.pk, officer("tim_pengaduan"), {"category": "mutasi"}, version=version_of(case))

    case.refresh_from_db()
    assert case.awaits_triage


def test_an_officer_who_may_no_longer_read_a_conversation_loses_it(write: Write, conversation: Conversation) -> None:
    conversations.take_over(conversation, officer("admin_instansi"))

    write(PLAIN)

    conversation.refresh_from_db()
    assert (conversation.owner, conversation.officer) == ("assistant", None)
    assert conversation.flag_reason == "triase_tidak_tersedia"


def test_words_kept_aside_from_an_old_draft_are_guarded_too(
    conversation: Conversation,
    receive: Callable[..., Message],
    model_is_back: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model_is_back()
    drafts.write(conversation.pk, receive(PLAIN).pk)
    monkeypatch.setattr(draft_steps, "STALE_AFTER", timedelta(0))

    assert drafts.write(conversation.pk, receive(BRIBE).pk).outcome == Outcome.STALE

    assert not Conversation.objects.visible_to(officer("admin_instansi")).exists()
