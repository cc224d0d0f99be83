"""Who answers: takeover, return, flags."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError

from cases.models import Case, Conversation, Event, Message
from cases.services import conversations

pytestmark = pytest.mark.django_db


def test_a_takeover_is_recorded_and_told_to_the_citizen(conversation, officer):
    ani = officer("ani", "admin_instansi")

    taken = conversations.take_over(conversation, ani)

    assert (taken.owner, taken.officer) == ("officer", ani)
    assert Event.objects.get(kind="conversation.taken_over").officer == ani
    assert Message.objects.get(author="system").response_key == "utter_diambil_alih"


def test_taking_over_again_changes_nothing(conversation, officer):
    ani = officer("ani", "admin_instansi")
    conversations.take_over(conversation, ani)

    conversations.take_over(conversation, ani)

    assert Event.objects.filter(kind="conversation.taken_over").count() == 1


def test_a_conversation_of_another_officer_cannot_be_taken_or_used(conversation, officer):
    ani, budi = officer("ani", "admin_instansi"), officer("budi", "admin_instansi")
    conversations.take_over(conversation, ani)

    with pytest.raises(conversations.NotOwner):
        conversations.take_over(conversation, budi)
    with pytest.raises(conversations.NotOwner):
        conversations.say_as_officer(conversation, budi, "halo")
    with pytest.raises(conversations.NotOwner):
        conversations.return_to_assistant(conversation, budi)


def test_an_officer_can_take_the_place_of_the_colleague_who_went_home(conversation, officer):
    ani, budi, citra = (officer(name, "admin_instansi") for name in ("ani", "budi", "citra"))
    conversations.take_over(conversation, ani)
    said = Message.objects.count()

    conversations.take_over(conversation, budi, relieving=ani.pk)

    conversation.refresh_from_db()
    assert conversation.officer == budi
    assert Event.objects.get(kind="conversation.relieved").data["previous"] == ani.pk
    assert Message.objects.count() == said
    with pytest.raises(conversations.NotOwner):
        conversations.take_over(conversation, citra, relieving=ani.pk)
    with pytest.raises(conversations.NotOwner):
        conversations.say_as_officer(conversation, ani, "halo")


def test_nobody_takes_the_place_of_a_colleague_in_a_conversation_closed_to_them(conversation, officer):
    team, clerk = officer("tim", "tim_pengaduan"), officer("ani", "admin_instansi")
    Conversation.objects.filter(pk=conversation.pk).update(fraud_suspected=True)
    conversations.take_over(conversation, team)

    with pytest.raises(conversations.NotOwner):
        conversations.take_over(conversation, clerk, relieving=team.pk)


def test_returning_gives_the_word_back_to_the_assistant(conversation, officer):
    ani = officer("ani", "admin_instansi")
    conversations.take_over(conversation, ani)

    conversations.return_to_assistant(conversation, ani)

    conversation.refresh_from_db()
    assert (conversation.owner, conversation.officer) == ("assistant", None)


def test_an_empty_message_of_an_officer_is_refused(conversation, officer):
    ani = officer("ani", "admin_instansi")
    conversations.take_over(conversation, ani)

    with pytest.raises(ValueError, match="blank"):
        conversations.say_as_officer(conversation, ani, "  \n ")


def test_flagging_twice_keeps_the_first_reason(conversation):
    conversations.flag(conversation, "bicara_admin")
    conversations.flag(conversation, "tidak_paham")

    conversation.refresh_from_db()
    assert conversation.flag_reason == "bicara_admin"


def test_an_owner_without_an_officer_is_impossible(conversation):
    with pytest.raises(IntegrityError), transaction.atomic():
        Conversation.objects.filter(pk=conversation.pk).update(owner="officer")


def test_history_cannot_be_rewritten(conversation, officer):
    conversations.take_over(conversation, officer("ani", "admin_instansi"))

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Event.objects.update(kind="nothing")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Event.objects.all().delete()


def test_an_officer_who_may_not_read_a_conversation_cannot_take_it(conversation, officer):
    Conversation.objects.filter(pk=conversation.pk).update(fraud_suspected=True)

    with pytest.raises(conversations.NotOwner):
        conversations.take_over(conversation, officer("ani", "admin_instansi"))


def test_what_waited_for_the_assistant_is_the_officers_after_a_takeover(conversation, officer, receive):
    message = receive("halo?")

    conversations.take_over(conversation, officer("ani", "admin_instansi"))

    message.refresh_from_db()
    assert message.handled_at is not None


def test_what_came_while_an_officer_was_there_is_not_answered_after_the_return(conversation, officer, receive):
    ani = officer("ani", "admin_instansi")
    conversations.take_over(conversation, ani)
    message = receive("terima kasih bu")

    conversations.return_to_assistant(conversation, ani)

    message.refresh_from_db()
    assert message.handled_at is not None


def test_an_officers_words_may_hold_what_a_database_cannot(conversation, officer):
    ani = officer("ani", "admin_instansi")
    conversations.take_over(conversation, ani)

    assert conversations.say_as_officer(conversation, ani, "ba\x00ik").text == "baik"


def test_a_draft_lets_no_unit_read_the_conversation(conversation, officer):
    sari = officer("sari", "pejabat_penghubung", unit="direktorat_pensiun")
    draft = Case.objects.create(conversation=conversation, unit="direktorat_pensiun", text="belum dikirim")

    assert not Conversation.objects.visible_to(sari).exists()

    Case.objects.filter(pk=draft.pk).update(state="baru", number="BKN-2611-00001-X")
    assert Conversation.objects.visible_to(sari).exists()


def test_an_officer_who_left_leaves_no_citizen_behind(conversation, officer):
    ani, budi = officer("ani", "admin_instansi"), officer("budi", "admin_instansi")
    conversations.take_over(conversation, ani)
    conversations.withdraw_from_absent()
    assert Conversation.objects.get().officer == ani

    ani.is_active = False
    ani.save()
    conversations.withdraw_from_absent()

    conversation.refresh_from_db()
    assert (conversation.owner, conversation.flag_reason) == ("assistant", "bicara_admin")
    assert conversations.take_over(conversation, budi).officer == budi
