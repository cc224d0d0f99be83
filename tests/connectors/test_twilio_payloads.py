"""Every Twilio payload file, of SMS and of WhatsApp, and what the connectors make of it."""

from __future__ import annotations

import pytest

from cases.models import Message
from cases.ports import Ignored, InboundMessage, Kind, Quarantined, StatusUpdate
from connectors.twilio_base import EMPTY_TWIML
from tests.connectors.providers import NUMBER, PROVIDERS, _Lists

SMS, WHATSAPP = PROVIDERS["sms_twilio"], PROVIDERS["whatsapp_twilio"]
T, S, I, Q = InboundMessage, StatusUpdate, Ignored, Quarantined  # noqa: E741
SID = "SM" + "0" * 30

IN_WHATSAPP = {
    "text": (T, {"kind": Kind.TEXT, "address": NUMBER, "name": "Budi Santoso", "text": "pak mau tanya"}),
    "text_empty": (T, {"kind": Kind.TEXT, "text": ""}),
    "media_without_body": (T, {"kind": Kind.IMAGE, "text": ""}),
    "quick_reply": (T, {"kind": Kind.BUTTON, "payload": "/setuju", "text": "Ya, kirim"}),
    "location": (T, {"kind": Kind.LOCATION, "location": (-6.92182, 107.60697), "text": "Alun-alun\nBandung"}),
    "location_malformed": (Q, {}),
    "from_without_prefix": (T, {"address": NUMBER}),
    "user_id_without_number": (T, {"address": "ID.13491208655302741918"}),
    "from_missing": (Q, {}),
    "sid_malformed": (Q, {}),
    "nummedia_not_a_number": (Q, {}),
    "nummedia_without_url": (Q, {}),
    "vcard": (T, {"kind": Kind.CONTACT}),
    "sticker_unsupported": (T, {"kind": Kind.UNSUPPORTED}),
    "reply_to": (T, {"reply_to": "SM" + "0" * 30 + "63"}),
    "status_read": (S, {"status": "read", "external_id": SID + "14"}),
    "status_failed_window": (S, {"status": "failed", "error_code": "twilio-63016"}),
    "status_queued": (I, {}),
    "status_unknown": (Q, {}),
    "unknown_event": (Q, {}),
}
IN_SMS = {
    "text": (T, {"kind": Kind.TEXT, "address": NUMBER, "external_id": SID + "01"}),
    "text_empty": (T, {"text": ""}),
    "text_nul": (T, {"text": "ab"}),
    "local_number": (T, {"address": NUMBER}),
    "media": (T, {"kind": Kind.IMAGE}),
    "unsupported": (T, {"kind": Kind.UNSUPPORTED}),
    "sender_alphanumeric": (I, {}),
    "sender_short_code": (I, {}),
    "stop_word": (T, {"text": "STOP"}),
    "sid_alias_only": (T, {"external_id": SID + "0a"}),
    "sid_missing": (Q, {}),
    "duplicate_keys": (T, {"kind": Kind.TEXT}),
    "nummedia_negative": (T, {"kind": Kind.TEXT}),
    "unknown_event": (Q, {}),
    "status_delivered": (S, {"status": "delivered"}),
    "status_undelivered": (S, {"status": "failed", "error_code": "twilio-30005"}),
    "status_sending": (I, {}),
    "status_unknown_code": (S, {"status": "failed", "reason": "pesan gagal disampaikan"}),
    "status_without_sid": (Q, {}),
}
ALL = [(WHATSAPP, name, *want) for name, want in IN_WHATSAPP.items()] + [
    (SMS, name, *want) for name, want in IN_SMS.items()
]


@pytest.mark.parametrize(("provider", "name", "kind", "fields"), ALL, ids=[f"{p}-{n}" for p, n, _, _ in ALL])
def test_a_payload_is_understood(provider, name, kind, fields):
    [event] = provider.read(name)

    assert type(event) is kind
    assert {key: getattr(event, key) for key in fields} == fields


def test_every_payload_file_is_expected():
    assert WHATSAPP.payload_names() == set(IN_WHATSAPP)
    assert SMS.payload_names() == set(IN_SMS)


def test_all_files_of_a_message_are_kept():
    [message] = SMS.read("media")

    assert [media.content_type for media in message.media] == ["image/jpeg", "application/pdf"]


@pytest.mark.django_db
@pytest.mark.parametrize("provider", [SMS, WHATSAPP], ids=str)
def test_the_answer_is_empty_twiml(provider):
    response = provider.text("halo").post()

    assert response.content.decode() == EMPTY_TWIML
    assert response["Content-Type"].startswith("text/xml")


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["https://sigap.example.go.id", "https://sigap.example.go.id:443"])
def test_a_signature_over_the_address_with_or_without_the_standard_port_is_accepted(url):
    from twilio.request_validator import RequestValidator

    delivery = SMS.text("halo")
    params = _Lists({key: [value] for key, value in (SMS.payload("text") | {"Body": "halo"}).items()})
    signed = RequestValidator(SMS.secret()).compute_signature(f"{url}/webhooks/sms/twilio", params)

    assert delivery.with_headers({"X-Twilio-Signature": signed}).post().status_code == 200


@pytest.mark.django_db
def test_the_query_of_the_address_is_part_of_the_signature():
    assert SMS.named("text", query="region=id&x=%20").post().status_code == 200
    assert SMS.named("text").post().status_code == 200
    signed = SMS.named("text").headers
    assert SMS.named("text", query="region=us").with_headers(signed).post().status_code == 403


@pytest.mark.django_db
def test_a_status_callback_is_taken_on_its_own_path():
    assert SMS.named("status_delivered").path == "sms/twilio/status"
    assert SMS.named("status_delivered").post().status_code == 200
    assert not Message.objects.exists()
