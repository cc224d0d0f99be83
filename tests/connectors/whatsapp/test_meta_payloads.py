"""Every Meta payload file and what the connector makes of it."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from django.test import Client

from cases.models import Conversation, Delivery, Message, RawEvent
from cases.ports import Ignored, InboundMessage, Kind, Quarantined, StatusUpdate
from tests.connectors.providers import NUMBER, PROVIDERS

META = PROVIDERS["whatsapp_meta"]
AT = datetime(2026, 11, 20, 18, 40, tzinfo=UTC)
T, S, I, Q = InboundMessage, StatusUpdate, Ignored, Quarantined  # noqa: E741

EXPECTED = {
    "text": [(T, {"kind": Kind.TEXT, "address": NUMBER, "name": "Budi Santoso", "sent_at": AT})],
    "text_empty": [(T, {"text": ""})],
    "text_emoji_escaped": [(T, {"text": "terima kasih 🙏🏽"})],
    "two_messages_in_value": [(T, {"text": "pertama"}), (T, {"text": "kedua"})],
    "two_entries_two_changes": [(T, {"text": "satu"}), (T, {"text": "dua"}), (T, {"text": "tiga"})],
    "messages_and_statuses": [(T, {"text": "halo"}), (S, {"status": "delivered"})],
    "image": [(T, {"kind": Kind.IMAGE, "text": "bukti transfer"})],
    "voice": [(T, {"kind": Kind.AUDIO})],
    "video": [(T, {"kind": Kind.VIDEO})],
    "document": [(T, {"kind": Kind.DOCUMENT, "text": "SK saya"})],
    "sticker": [(T, {"kind": Kind.STICKER})],
    "location": [(T, {"kind": Kind.LOCATION, "location": (-6.92182, 107.60697), "text": "Alun-alun\nBandung"})],
    "location_off_earth": [(Q, {}), (T, {"text": "tetap sampai"})],
    "contacts": [(T, {"kind": Kind.CONTACT, "text": "Siti 0274-555123"})],
    "button_reply": [
        (T, {"kind": Kind.BUTTON, "payload": "/setuju", "text": "Ya, kirim", "reply_to": "wamid.OUT0001"})
    ],
    "list_reply": [(T, {"kind": Kind.BUTTON, "payload": "/cek_status", "text": "Cek status"})],
    "flow_reply_not_json": [(T, {"kind": Kind.UNSUPPORTED})],
    "template_button": [(T, {"kind": Kind.BUTTON, "payload": "/bicara_admin", "text": "Bicara petugas"})],
    "reaction": [(T, {"kind": Kind.REACTION, "text": "👍", "reply_to": "wamid.OUT0001"})],
    "reaction_removed": [(I, {})],
    "order": [(T, {"kind": Kind.UNSUPPORTED})],
    "unsupported": [(T, {"kind": Kind.UNSUPPORTED})],
    "unknown_type": [(T, {"kind": Kind.UNSUPPORTED})],
    "request_welcome": [(T, {"kind": Kind.COMMAND, "payload": "/sapa"})],
    "system_number_changed": [(Q, {})],
    "group_message": [(I, {})],
    "user_id_without_number": [(T, {"address": "ID.13491208655302741918", "name": "Rahasia"})],
    "user_id_malformed": [(Q, {})],
    "contacts_in_other_order": [(T, {"address": "+6281111111111", "name": "Siti"})],
    "timestamp_malformed": [(Q, {}), (T, {"text": "tetap sampai"})],
    "timestamp_overflow": [(Q, {})],
    "id_missing": [(Q, {}), (T, {"text": "tetap sampai"})],
    "id_too_long": [(Q, {})],
    "lone_surrogate_and_nul": [(T, {"text": "rusak \ufffd dan  nol"})],
    "message_is_a_string": [(Q, {}), (T, {"text": "tetap sampai"})],
    "entry_is_a_string": [(Q, {})],
    "changes_missing": [(Q, {})],
    "other_phone_number": [(Q, {})],
    "other_field": [(I, {})],
    "other_object": [(I, {})],
    "json_list": [(Q, {})],
    "json_null": [(Q, {})],
    "value_errors": [(Q, {"reason": "galat dari Meta: 130429"})],
    "status_read_then_late_sent": [(S, {"status": "read"}), (S, {"status": "sent"}), (S, {"status": "delivered"})],
    "status_failed_window": [(S, {"status": "failed", "error_code": "meta-131047"})],
    "status_unknown": [(Q, {})],
    "status_deleted": [(I, {})],
    "status_malformed": [(Q, {}), (S, {"external_id": "wamid.OUT0006"})],
}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_payload_is_understood(name):
    events = META.read(name)

    assert [type(event) for event in events] == [kind for kind, _ in EXPECTED[name]]
    for event, (_, fields) in zip(events, EXPECTED[name], strict=True):
        assert {key: getattr(event, key) for key in fields} == fields


def test_every_payload_file_is_expected():
    assert META.payload_names() == set(EXPECTED)


def test_media_carry_reference_type_and_name():
    [message] = META.read("document")

    assert [(m.reference, m.content_type, m.filename) for m in message.media] == [
        ("1003383421387259", "application/pdf", "SK pangkat.pdf")
    ]


def test_parameters_of_a_media_type_are_dropped():
    assert META.read("voice")[0].media[0].content_type == "audio/ogg"


@pytest.mark.django_db
def test_nothing_in_a_batch_is_lost():
    META.named("two_entries_two_changes").post()
    META.named("two_messages_in_value").post()
    META.named("messages_and_statuses").post()

    assert set(Message.objects.values_list("text", flat=True)) == {"satu", "dua", "tiga", "pertama", "kedua", "halo"}


@pytest.mark.django_db
def test_one_bad_element_is_quarantined_and_the_others_are_stored():
    META.named("timestamp_malformed").post()

    assert Message.objects.get().text == "tetap sampai"
    assert "tidak terbaca" in RawEvent.objects.get().reason


@pytest.mark.django_db
def test_a_status_moves_our_message_and_never_back():
    META.text("halo").post()
    ours = Message.objects.create(conversation=Conversation.objects.get(), author="assistant", text="ya", sent_at=AT)
    part = Delivery.objects.create(message=ours, connector="whatsapp_meta", external_id="wamid.OUT0002", status="sent")

    META.named("status_read_then_late_sent").post()

    part.refresh_from_db()
    assert part.status == "read"


def _verify(**query: str):
    return Client().get(
        "/webhooks/whatsapp/meta?" + urlencode({key.replace("_", ".", 1): v for key, v in query.items()})
    )


def test_the_verification_echoes_the_challenge_as_plain_text():
    response = _verify(
        hub_mode="subscribe", hub_verify_token="test-meta-verify-token-55d1", hub_challenge="<b>1158201444</b>"
    )

    assert (response.status_code, response.content) == (200, b"<b>1158201444</b>")
    assert response["Content-Type"].startswith("text/plain")
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"hub_mode": "subscribe", "hub_challenge": "1"},
        {"hub_mode": "subscribe", "hub_verify_token": "wrong", "hub_challenge": "1"},
        {"hub_mode": "unsubscribe", "hub_verify_token": "test-meta-verify-token-55d1", "hub_challenge": "1"},
        {"hub_mode": "subscribe", "hub_verify_token": "test-meta-verify-token-55d1"},
        {"hub_mode": "subscribe", "hub_verify_token": "é", "hub_challenge": "1"},
    ],
    ids=range(6),
)
def test_a_verification_that_is_not_metas_is_refused(query):
    assert _verify(**query).status_code == 403
