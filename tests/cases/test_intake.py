"""Taking in webhooks: stored once, with everything in them, before the provider is answered."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from cases.models import Attachment, Citizen, Conversation, Message, RawEvent
from cases.ports import Channel, InboundMedia, InboundMessage, Kind, Quarantined, StatusUpdate
from cases.services.intake import store_webhook

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def _message(external_id="wamid.1", text="halo", **changes):
    return InboundMessage(
        **(
            {"external_id": external_id, "address": "+6281200001234", "kind": Kind.TEXT, "sent_at": NOW, "text": text}
            | changes
        )
    )


def _store(*events, body=b"{}"):
    store_webhook("memory", Channel.WHATSAPP, body, events)


def test_a_message_is_stored_with_its_raw_payload_and_a_job(sender):
    _store(_message(), body=b'{"x": 1}')

    message = Message.objects.get()
    assert (message.text, message.author, message.sent_at) == ("halo", "citizen", NOW)
    assert bytes(RawEvent.objects.get().body) == b'{"x": 1}'
    job = ProcrastinateJob.objects.get(task_name="cases.tasks.handle")
    assert (job.args, job.lock) == ({"message_id": message.pk}, str(message.conversation_id))


def test_a_redelivered_webhook_stores_nothing_twice(sender):
    for _ in range(5):
        _store(_message(), body=b"same")

    assert Message.objects.count() == Conversation.objects.count() == RawEvent.objects.count() == 1
    assert ProcrastinateJob.objects.filter(task_name="cases.tasks.handle").count() == 1
    assert RawEvent.objects.get().deliveries == 5


def test_the_same_message_in_another_envelope_is_still_the_same_message(sender):
    _store(_message(), body=b"first batch")
    _store(_message(), _message("wamid.2", "lagi"), body=b"second batch")

    assert list(Message.objects.values_list("text", flat=True)) == ["halo", "lagi"]


def test_all_messages_of_a_batch_are_stored_in_order(sender):
    _store(_message("a", "satu"), _message("b", "dua"), _message("c", "tiga", address="+6281200009999"))

    assert list(Message.objects.order_by("pk").values_list("text", flat=True)) == ["satu", "dua", "tiga"]
    assert Conversation.objects.count() == 2


def test_nothing_is_stored_when_one_part_cannot_be(sender):
    broken = _message("b", sent_at=None)

    with pytest.raises(Exception, match="sent_at"):
        _store(_message("a"), broken)

    assert not Message.objects.exists()
    assert not RawEvent.objects.exists()


def test_a_payload_that_is_not_understood_is_kept_in_quarantine(sender):
    _store(_message(), Quarantined(reason="timestamp is not a number"), body=b"odd")

    raw = RawEvent.objects.get()
    assert (raw.state, raw.reason) == ("quarantined", "timestamp is not a number")
    assert Message.objects.count() == 1


def test_an_attachment_row_exists_before_its_file(sender):
    media = InboundMedia(reference="media-9", content_type="image/jpeg", filename="bukti.jpg")

    _store(_message(kind=Kind.IMAGE, text="", media=(media,)))

    attachment = Attachment.objects.get()
    assert (attachment.state, attachment.reference, attachment.filename) == ("pending", "media-9", "bukti.jpg")
    assert ProcrastinateJob.objects.filter(task_name="cases.tasks.fetch_attachment").count() == 1


def test_identity_is_unreadable_in_the_database(sender):
    _store(_message(name="Sri Wahyuni"), body=b'{"from": "6281200001234"}')

    with connection.cursor() as cursor:
        cursor.execute("SELECT address, name, address_hash FROM cases_citizen")
        stored = str(cursor.fetchone())
        cursor.execute("SELECT body FROM cases_rawevent")
        stored += str(bytes(cursor.fetchone()[0]))
    assert "81200001234" not in stored
    assert "Sri" not in stored
    assert (Citizen.objects.get().address, Citizen.objects.get().name) == ("+6281200001234", "Sri Wahyuni")


def test_a_changed_name_is_encrypted_too(sender):
    _store(_message("a", name="Sri"))
    _store(_message("b", name="Sri Wahyuni"))

    assert Citizen.objects.get().name == "Sri Wahyuni"
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM cases_citizen")
        assert "Wahyuni" not in cursor.fetchone()[0]


def test_a_null_character_does_not_lose_the_message(sender):
    _store(_message(text="a\x00b"))

    assert Message.objects.get().text == "ab"


def test_a_status_of_an_unknown_message_is_no_error(sender):
    _store(StatusUpdate(external_id="nobody", status="delivered", at=NOW))

    assert RawEvent.objects.count() == 1
