"""What officers do to a case: corrections, steps, assignment, undo, and two officers at once."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from cases.models import Case, CaseField, Conversation, Event, Label, Message, Prediction
from cases.services import conversations
from cases.services.case_fields import save_field
from cases.services.cases import (
    Invalid,
    NotAllowed,
    StaleCase,
    assign,
    edit_case,
    transition,
    undo_last_edit,
    version_of,
)
from cases.services.deadlines import current_deadline
from cases.services.transitions import TRANSITIONS
from tests.officers import fresh, make_case, officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    return officer("admin_instansi")


@pytest.fixture
def team() -> User:
    return officer("tim_pengaduan")


def edit(case: Case, who: User, **changes: Any) -> Event | None:
    return edit_case(case.pk, who, changes, version=version_of(case))


def test_a_correction_is_kept_as_label_and_event(admin: User) -> None:
    case = make_case()

    event = edit(case, admin, category="mutasi")

    case.refresh_from_db()
    label = Label.objects.get(field="category")
    assert (case.category, case.unit) == ("mutasi", "direktorat_mutasi")
    assert (label.before, label.after, label.officer) == ("pensiun", "mutasi", admin)
    assert event is not None
    assert event.data["changes"]["category"] == ["pensiun", "mutasi"]


def test_a_unit_chosen_by_hand_stays_when_the_category_changes(admin: User) -> None:
    case = make_case(unit="biro_humas")

    edit(case, admin, category="mutasi")

    case.refresh_from_db()
    assert case.unit == "biro_humas"


def test_the_summary_is_in_the_label_and_not_in_history(admin: User) -> None:
    case = make_case()

    event = edit(case, admin, summary="Pak Anu menahan SK")

    assert event is not None
    assert "Anu" not in str(event.data)
    assert Label.objects.get().after == "Pak Anu menahan SK"


def test_nothing_is_written_when_nothing_changes(admin: User) -> None:
    case = make_case()

    assert edit(case, admin, category="pensiun") is None
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    "changes", [{"category": "ngawur"}, {"unit": "x"}, {"report_type": ""}, {"fraud_types": ["x"]}, {"summary": ""}]
)
def test_values_outside_the_taxonomy_are_refused(admin: User, changes: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        edit(make_case(), admin, **changes)


def test_a_stale_page_is_refused_with_what_changed(admin: User, team: User) -> None:
    case = make_case()
    seen = version_of(case)
    edit(case, team, category="mutasi")

    with pytest.raises(StaleCase) as stale:
        edit_case(case.pk, admin, {"category": "kesejahteraan"}, version=seen)

    assert [(e.officer, e.kind) for e in stale.value.changes] == [(team, "case.edited")]


def test_marking_fraud_moves_the_case_to_the_team_with_a_longer_deadline(admin: User) -> None:
    case = make_case(assignee=admin)
    conversations_before = Conversation.objects.get(pk=case.conversation_id)
    assert not conversations_before.fraud_suspected

    edit(case, admin, fraud=True, fraud_types=["calo_joki"])

    case.refresh_from_db()
    deadline = current_deadline(case)
    assert case.assignee is None
    assert Conversation.objects.get(pk=case.conversation_id).fraud_suspected
    assert deadline is not None
    assert (deadline.kind, deadline.working_days) == ("pengaduan_pengawasan", 60)
    assert not Case.objects.visible_to(fresh(admin)).filter(pk=case.pk).exists()


def test_marking_fraud_takes_the_conversation_from_an_officer_outside_the_team(admin: User) -> None:
    case = make_case()
    Conversation.objects.filter(pk=case.conversation_id).update(owner="officer", officer=admin)

    edit(case, admin, fraud=True)

    conversation = Conversation.objects.get(pk=case.conversation_id)
    assert (conversation.owner, conversation.officer) == (Conversation.Owner.ASSISTANT, None)
    assert conversation.flag_reason == "kasus_penipuan"


def test_only_the_team_withdraws_a_fraud_mark(admin: User, team: User) -> None:
    case = make_case(fraud=True, fraud_types=["calo_joki"])

    with pytest.raises(Case.DoesNotExist):
        edit(case, admin, fraud=False)
    edit(case, team, fraud=False)

    case.refresh_from_db()
    assert (case.fraud, case.fraud_types) == (False, [])
    assert not Conversation.objects.get(pk=case.conversation_id).fraud_suspected
    assert Case.objects.visible_to(admin).filter(pk=case.pk).exists()


def test_the_conversation_stays_closed_while_another_case_in_it_indicates_fraud(team: User) -> None:
    case = make_case(1, fraud=True)
    make_case(2, conversation=case.conversation, fraud=True)

    edit(case, team, fraud=False)

    assert Conversation.objects.get(pk=case.conversation_id).fraud_suspected


def test_the_conversation_stays_closed_while_a_draft_of_it_was_predicted_fraud(team: User) -> None:
    case = make_case(1, fraud=True)
    other = make_case(2, conversation=case.conversation, state=Case.State.DIBATALKAN)
    Prediction.objects.create(case=other, head="fraud", value="true", probability=0.9, model_version="v")

    edit(case, team, fraud=False)

    assert Conversation.objects.get(pk=case.conversation_id).fraud_suspected


def test_secrecy_can_be_raised_and_never_lowered_by_officers(admin: User) -> None:
    case = make_case(confidentiality=Case.Confidentiality.RAHASIA)

    with pytest.raises(Invalid, match="less_secret"):
        edit(case, admin, confidentiality=Case.Confidentiality.BIASA)
    edit(case, admin, confidentiality=Case.Confidentiality.ANONIM)

    case.refresh_from_db()
    assert case.confidentiality == Case.Confidentiality.ANONIM
    assert not Label.objects.exists()


def test_a_liaison_officer_cannot_change_unit_or_secrecy() -> None:
    case, liaison = make_case(), officer("pejabat_penghubung")

    with pytest.raises(NotAllowed):
        edit(case, liaison, unit="biro_humas")
    with pytest.raises(NotAllowed):
        edit(case, liaison, confidentiality="anonim")


def test_the_latest_own_correction_can_be_undone(admin: User) -> None:
    case = make_case()
    edit(case, admin, category="mutasi")

    undo_last_edit(case.pk, admin, version=version_of(case))

    case.refresh_from_db()
    assert (case.category, case.unit) == ("pensiun", "direktorat_pensiun")
    assert Label.objects.filter(field="category").count() == 2


def test_another_officers_correction_cannot_be_undone(admin: User, team: User) -> None:
    case = make_case()
    edit(case, team, category="mutasi")

    with pytest.raises(NotAllowed):
        undo_last_edit(case.pk, admin, version=version_of(case))


def test_every_allowed_step_is_taken_and_recorded(admin: User) -> None:
    for number, step in enumerate(TRANSITIONS):
        case = make_case(number, state=step.start)

        transition(case.pk, admin, step.to, version=version_of(case), reason="karena uji")

        case.refresh_from_db()
        assert case.state == step.to
        assert (case.closed_at is None) == (case.state in Case.OPEN_STATES)
    assert Event.objects.filter(kind="case.moved").count() == len(TRANSITIONS)


def test_steps_outside_the_table_are_refused(admin: User) -> None:
    case = make_case()

    for state in ("selesai", "dibatalkan", "draf", "baru", "x"):
        with pytest.raises(NotAllowed):
            transition(case.pk, admin, state, version=version_of(case), reason="x")


def test_a_refusal_needs_a_reason(admin: User) -> None:
    case = make_case()

    with pytest.raises(Invalid, match="reason"):
        transition(case.pk, admin, "ditolak", version=version_of(case), reason="  ")


def test_closing_meets_the_deadline_and_reopening_takes_it_back(admin: User) -> None:
    case = make_case(state=Case.State.DIPROSES)

    transition(case.pk, admin, "selesai", version=version_of(case), reason="beres")
    met = current_deadline(case)
    transition(case.pk, admin, "diproses", version=version_of(case), reason="ada susulan")
    again = current_deadline(case)

    assert met is not None
    assert again is not None
    assert met.met_at is not None
    assert again.met_at is None


def test_closing_can_tell_the_reporter_once_in_the_officers_name(admin: User) -> None:
    case = make_case(state=Case.State.DIPROSES)

    transition(case.pk, admin, "selesai", version=version_of(case), reason="beres", to_reporter="SK sudah terbit.")

    message = Message.objects.get(conversation=case.conversation, author=Message.Author.OFFICER)
    assert (message.text, message.officer) == ("SK sudah terbit.", admin)
    assert message.deliveries.count() == 1


def test_words_to_the_reporter_wait_while_another_officer_talks(admin: User, team: User) -> None:
    case = make_case(state=Case.State.DIPROSES)
    Conversation.objects.filter(pk=case.conversation_id).update(owner="officer", officer=team)

    with pytest.raises(conversations.NotOwner):
        transition(case.pk, admin, "selesai", version=version_of(case), reason="beres", to_reporter="Sudah.")

    case.refresh_from_db()
    assert case.state == Case.State.DIPROSES


def test_a_case_is_given_only_to_officers_who_may_see_it(admin: User, team: User) -> None:
    case, elsewhere = make_case(), officer("pejabat_penghubung", username="lain", unit="biro_humas")

    with pytest.raises(Invalid):
        assign(case.pk, admin, elsewhere, version=version_of(case))
    assign(case.pk, admin, team, version=version_of(case))

    case.refresh_from_db()
    assert case.assignee == team


def test_a_liaison_officer_takes_and_leaves_but_does_not_hand_out() -> None:
    case, liaison = make_case(), officer("pejabat_penghubung")
    colleague = officer("pejabat_penghubung", username="rekan")

    with pytest.raises(NotAllowed):
        assign(case.pk, liaison, colleague, version=version_of(case))
    assign(case.pk, liaison, liaison, version=version_of(case))
    assign(case.pk, liaison, None, version=version_of(case))

    case.refresh_from_db()
    assert case.assignee is None


def test_a_fact_is_added_corrected_and_removed_with_its_span(admin: User) -> None:
    case = make_case()

    def save(field: CaseField | None, value: str) -> None:
        save_field(
            case.pk, admin, field_id=field.pk if field else None, name="waktu", value=value, version=version_of(case)
        )

    save(None, "maret")
    field = CaseField.objects.get()
    assert case.text[field.start : field.end] == "Maret"
    save(field, "April 2025")
    field.refresh_from_db()
    assert (field.value, field.start, field.source) == ("April 2025", None, CaseField.Source.OFFICER)
    save(field, "")
    assert not CaseField.objects.exists()
    assert [label.after for label in Label.objects.order_by("pk")] == ["maret", "April 2025", None]


def test_facts_have_known_names_only(admin: User) -> None:
    case = make_case()

    with pytest.raises(Invalid):
        save_field(case.pk, admin, field_id=None, name="hobi", value="x", version=version_of(case))


def test_withdrawing_the_mark_leaves_no_word_of_it_on_the_conversation(admin: User, team: User) -> None:
    case = make_case()
    conversations.take_over(case.conversation, admin)
    edit(case, admin, fraud=True)
    assert Conversation.objects.get(pk=case.conversation_id).flag_reason == "kasus_penipuan"

    edit(case, team, fraud=False)

    assert Conversation.objects.get(pk=case.conversation_id).flag_reason == ""
