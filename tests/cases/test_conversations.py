"""Who answers: takeover, return, flags."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError

from cases.models import Conversation, Event, Message
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
