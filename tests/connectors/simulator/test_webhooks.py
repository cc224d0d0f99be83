"""What the simulated providers post is what the real connectors verify and understand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cases.ports import Ignored, InboundMessage, Kind, StatusUpdate
from connectors.base import Forbidden
from connectors.simulator import traffic
from connectors.simulator.models import SimulatedMessage, SimulatedPhone
from connectors.simulator.people import PLACES
from tests.connectors.simulator.conftest import as_request, connector_of, heard, phone_on

TEXT = "min, syarat naik pangkat gmn? é 😀 a/b"
WHATSAPP = ("whatsapp_meta", "whatsapp_twilio")


def _reply(phone: SimulatedPhone, **fields: object) -> SimulatedMessage:
    values = {"text": "Pilih satu.", "external_id": f"wamid.test{phone.pk}", "status_url": "", **fields}
    return traffic.receive(phone, SimulatedMessage(**values))


def test_a_text_arrives_with_its_words_sender_and_id(phone: SimulatedPhone):
    message = traffic.write(phone, TEXT)

    (event,) = heard(phone)
    assert isinstance(event, InboundMessage)
    assert (event.text, event.kind, event.address) == (TEXT, Kind.TEXT, phone.address)
    assert event.external_id.endswith(str(message.pk) if phone.channel == "telegram" else message.external_id)
    assert event.name == ("" if phone.channel == "sms_twilio" else phone.name)


def test_a_changed_body_is_refused_by_the_connector(phone: SimulatedPhone):
    traffic.write(phone, TEXT)
    request = as_request(phone.webhooks.get())
    forged = replace(request, body=request.body.replace(b"pangkat", b"jabatan"))
    if phone.channel == "telegram":  # Telegram signs nothing: its token is the proof
        forged = replace(request, headers={**request.headers, "x-telegram-bot-api-secret-token": "wrong"})

    with pytest.raises(Forbidden):
        connector_of(phone).verify(forged)


def test_a_photo_arrives_with_its_caption(phone: SimulatedPhone):
    traffic.attach(phone, "bukti.png", "image/png", b"\x89PNG not really", "ini buktinya")

    (event,) = heard(phone)
    assert (event.kind, event.text) == (Kind.IMAGE, "ini buktinya")
    assert len(event.media) == 1
    assert event.media[0].reference


def test_a_document_arrives_as_a_document(phone: SimulatedPhone):
    traffic.attach(phone, "sk.pdf", "application/pdf", b"%PDF-1.7", "")

    (event,) = heard(phone)
    assert (event.kind, event.media[0].content_type) == (Kind.DOCUMENT, "application/pdf")


def test_a_location_arrives_with_its_point(phone: SimulatedPhone):
    if phone.channel == "sms_twilio":
        with pytest.raises(traffic.NotPossible):
            traffic.locate(phone, PLACES[0])
        return
    traffic.locate(phone, PLACES[0])

    (event,) = heard(phone)
    assert event.kind == Kind.LOCATION
    assert event.location == (PLACES[0].latitude, PLACES[0].longitude)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("channel", "style"), [("whatsapp_meta", "buttons"), ("whatsapp_meta", "list"), ("telegram", "inline")]
)
def test_a_pressed_choice_arrives_with_its_payload(channel: str, style: str):
    phone = phone_on(channel)
    choices = [{"title": "Ya", "payload": "/setuju"}, {"title": "Belum", "payload": "/tolak"}]
    offered = _reply(phone, choices=choices, choices_style=style)
    phone.webhooks.all().delete()

    traffic.press(phone, offered.pk, 1)

    (event,) = heard(phone)
    assert (event.kind, event.payload) == (Kind.BUTTON, "/tolak")


@pytest.mark.django_db
def test_a_choice_that_was_not_offered_cannot_be_pressed():
    phone = phone_on("whatsapp_meta")
    offered = _reply(phone, choices=[{"title": "Ya", "payload": "/setuju"}], choices_style="buttons")
    for index in (-1, 1):
        with pytest.raises(traffic.NotPossible):
            traffic.press(phone, offered.pk, index)


@pytest.mark.django_db
@pytest.mark.parametrize("channel", ["whatsapp_meta", "whatsapp_twilio", "sms_twilio"])
def test_a_delivered_message_is_reported_as_sent_and_delivered(channel: str):
    phone = phone_on(channel)
    path = {"whatsapp_twilio": "whatsapp/twilio/status", "sms_twilio": "sms/twilio/status"}.get(channel, "")
    sid = "SM" + "0" * 32
    message = _reply(phone, external_id=sid, status_url=f"https://sigap.example.go.id/webhooks/{path}")

    events = heard(phone)
    assert all(isinstance(event, StatusUpdate) for event in events)
    assert [(event.external_id, event.status) for event in events] == [
        (message.external_id, "sent"),
        (sid, "delivered"),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("channel", WHATSAPP)
def test_looking_at_the_chat_reports_read_once(channel: str):
    phone = phone_on(channel)
    message = _reply(
        phone, external_id="SM" + "1" * 32, status_url="https://sigap.example.go.id/webhooks/whatsapp/twilio/status"
    )
    SimulatedMessage.objects.filter(pk=message.pk).update(status="delivered")
    phone.webhooks.all().delete()

    traffic.see(phone)
    traffic.see(phone)

    (event,) = heard(phone)
    assert event.status == "read"


@pytest.mark.django_db
@pytest.mark.parametrize(("channel", "code"), [("whatsapp_meta", "131026"), ("whatsapp_twilio", "63024")])
def test_a_blocked_number_is_reported_as_failed(channel: str, code: str):
    phone = phone_on(channel)
    traffic.block(phone, True)
    _reply(phone, external_id="SM" + "2" * 32, status_url="https://sigap.example.go.id/webhooks/whatsapp/twilio/status")

    (event,) = heard(phone)
    assert event.status == "failed"
    assert event.error_code.endswith(code)


@pytest.mark.django_db
def test_blocking_the_telegram_bot_is_told_as_a_membership_change():
    phone = phone_on("telegram")
    traffic.block(phone, True)
    traffic.block(phone, True)

    (event,) = heard(phone)
    assert isinstance(event, Ignored)
    assert "my_chat_member" in event.reason


@pytest.mark.django_db
def test_stop_by_sms_blocks_and_start_lets_in_again():
    phone = phone_on("sms_twilio")
    traffic.write(phone, " Stop ")
    phone.refresh_from_db()
    assert phone.blocked
    traffic.write(phone, "START")
    phone.refresh_from_db()
    assert not phone.blocked


def test_nothing_is_sent_for_an_empty_text(phone: SimulatedPhone):
    with pytest.raises(traffic.NotPossible):
        traffic.write(phone, " \n ")
    assert not phone.webhooks.exists()
