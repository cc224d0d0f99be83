"""When nobody answers: one holding answer, then an officer is asked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from cases.models import Message
from cases.services import conversations, holding

pytestmark = pytest.mark.django_db


def _age(message, **ago):
    Message.objects.filter(pk=message.pk).update(received_at=timezone.now() - timedelta(**ago))


def test_a_citizen_is_told_once_after_twenty_seconds(conversation, receive):
    first, second = receive("halo"), receive("ada orang?")
    _age(first, seconds=25)
    assert holding.hold_waiting() == 1
    _age(second, seconds=21)

    assert holding.hold_waiting() == 0

    assert Message.objects.filter(response_key="utter_tunggu").count() == 1


def test_a_new_wait_is_told_again(conversation, receive):
    first = receive("halo")
    _age(first, seconds=25)
    holding.hold_waiting()
    Message.objects.filter(pk=first.pk).update(handled_at=timezone.now())
    _age(receive("satu lagi"), seconds=25)

    assert holding.hold_waiting() == 1


def test_an_answered_or_fresh_message_is_not_held(conversation, receive):
    receive("baru saja")
    answered = receive("sudah dijawab")
    _age(answered, seconds=60)
    Message.objects.filter(pk=answered.pk).update(handled_at=timezone.now())

    assert holding.hold_waiting() == 0


def test_an_officers_conversation_is_not_held(conversation, receive, officer):
    _age(receive("halo"), seconds=25)
    conversations.take_over(conversation, officer("ani", "admin_instansi"))

    assert holding.hold_waiting() == 0


def test_after_minutes_an_officer_is_asked(conversation, receive):
    _age(receive("halo"), minutes=11)

    holding.flag_unanswered()

    conversation.refresh_from_db()
    assert conversation.flag_reason == "tidak_terjawab"
