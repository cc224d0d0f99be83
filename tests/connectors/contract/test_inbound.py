"""What every connector promises about webhooks, over the whole application and real PostgreSQL."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from cases.models import Citizen, Message, RawEvent
from connectors.base import MAX_BODY_BYTES
from tests.connectors.providers import NUMBER, PERSON, PROVIDERS, Provider

pytestmark = pytest.mark.django_db
TEXT = "pak mau tanya syarat naik pangkat"
EMPTY = dict.fromkeys(PROVIDERS, "text_empty")
UNSUPPORTED = {
    "whatsapp_meta": "unsupported",
    "whatsapp_twilio": "sticker_unsupported",
    "sms_twilio": "unsupported",
    "telegram": "poll_message",
}
UNKNOWN_EVENT = {
    "whatsapp_meta": "other_phone_number",
    "whatsapp_twilio": "unknown_event",
    "sms_twilio": "unknown_event",
    "telegram": "unknown_update",
}


def _nothing_stored() -> bool:
    return not RawEvent.objects.exists() and not Message.objects.exists() and not ProcrastinateJob.objects.exists()


def test_a_text_is_stored_once_with_its_job(provider: Provider):
    assert provider.text(TEXT).post().status_code == 200

    message = Message.objects.get()
    assert (message.text, message.kind, message.author) == (TEXT, "text", "citizen")
    assert (
        ProcrastinateJob.objects.filter(task_name="cases.tasks.handle", lock=str(message.conversation_id)).count() == 1
    )
    assert bytes(RawEvent.objects.get().body) == provider.text(TEXT).body


def test_a_webhook_delivered_again_stores_nothing_new(provider: Provider):
    for _ in range(5):
        assert provider.text(TEXT).post().status_code == 200

    assert Message.objects.count() == 1
    assert RawEvent.objects.get().deliveries == 5
    lock = str(Message.objects.get().conversation_id)
    assert ProcrastinateJob.objects.filter(task_name="cases.tasks.handle", lock=lock).count() == 1


def test_a_message_whose_second_delivery_differs_in_its_bytes_is_still_one(provider: Provider):
    first = provider.text(TEXT)
    first.post()
    again = provider.deliver_bytes(first.body + b" ", first.content_type) if provider.folder == "telegram" else first

    assert again.post().status_code == 200
    assert Message.objects.count() == 1


def test_two_messages_are_two(provider: Provider):
    provider.text("pertama", 1).post()
    provider.text("kedua", 2).post()

    assert list(Message.objects.order_by("id").values_list("text", flat=True)) == ["pertama", "kedua"]
    assert Citizen.objects.count() == 1


def test_an_empty_text_is_a_message(provider: Provider):
    assert provider.named(EMPTY[provider.connector.code]).post().status_code == 200

    assert Message.objects.get().text == ""


def test_an_unsupported_kind_is_kept_as_such(provider: Provider):
    assert provider.named(UNSUPPORTED[provider.connector.code]).post().status_code == 200

    assert Message.objects.get().kind == "unsupported"


def test_an_event_that_is_not_understood_is_acknowledged_and_quarantined(provider: Provider):
    assert provider.named(UNKNOWN_EVENT[provider.connector.code]).post().status_code == 200

    assert RawEvent.objects.get().state == "quarantined"
    assert not Message.objects.exists()


def test_every_payload_file_is_acknowledged(provider: Provider):
    for name in sorted(provider.payload_names()):
        response = provider.named(name).post()

        assert response.status_code == 200, name


@pytest.mark.parametrize("body", [b"", b"halo", b"\xff\xfe", b"{", b"[" * 100_000], ids=range(5))
def test_a_body_of_another_media_type_is_refused_once_and_logged_by_its_hash(provider: Provider, body, caplog):
    response = provider.deliver_bytes(body).post()

    assert response.status_code == 400
    assert "sha256=" in caplog.text
    assert _nothing_stored()


def test_a_missing_signature_is_refused(provider: Provider):
    assert provider.text(TEXT).with_headers({}).post().status_code == 403
    assert _nothing_stored()


@pytest.mark.parametrize(
    "value",
    [
        "", " ", "x", "sha256=", "sha256=zz", "sha1=" + "0" * 40, "sha256=" + "0" * 64, "sha256=" + "0" * 63,
        "sha512=" + "0" * 128, "0" * 64, "\xe9", "A" * 5000, "AAAAAAAAAAAAAAAAAAAAAAAAAAA=", "null",
    ],
)  # fmt: skip
def test_a_malformed_or_wrong_signature_is_refused(provider: Provider, value):
    forged = provider.text(TEXT).with_headers({provider.signature_header: value})

    assert forged.post().status_code == 403
    assert _nothing_stored()


def test_a_signature_made_with_another_secret_is_refused(provider: Provider):
    assert provider.named("text", secret="another-secret").post().status_code == 403
    assert _nothing_stored()


def test_two_signature_headers_are_refused(provider: Provider):
    good = provider.text(TEXT)
    value = good.headers[provider.signature_header]

    assert good.with_headers({provider.signature_header: f"{value},{value}"}).post().status_code == 403


def test_a_signature_does_not_fit_another_body(provider: Provider):
    if provider.connector.code == "telegram":
        pytest.skip("Telegram's secret token is the same for every body")
    forged = provider.text("kata lain", 2).with_headers(provider.text(TEXT).headers)

    assert forged.post().status_code == 403


def test_both_secrets_hold_while_they_are_rotated(provider: Provider, configure):
    old = provider.secret()
    configure(**{provider.secret_setting: f"the-new-secret,{old}"})

    assert provider.named("text", secret=old).post().status_code == 200
    assert provider.named("text", secret="the-new-secret").post().status_code == 200
    assert provider.named("text", secret=f"the-new-secret,{old}").post().status_code == 403


def test_a_connector_without_its_settings_refuses_and_names_them(provider: Provider, configure, caplog):
    delivery = provider.text(TEXT)
    configure(**{provider.secret_setting: None})

    assert delivery.post().status_code == 503
    assert provider.secret_setting in caplog.text
    assert _nothing_stored()


def test_a_body_above_the_cap_is_refused(provider: Provider):
    assert provider.deliver_bytes(b"x" * (MAX_BODY_BYTES + 1)).post().status_code == 413
    assert _nothing_stored()


def test_storage_that_is_down_asks_the_provider_to_come_again(provider: Provider):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE cases_rawevent RENAME TO gone")

    assert provider.text(TEXT).post().status_code == 503

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE gone RENAME TO cases_rawevent")
    assert provider.text(TEXT).post().status_code == 200
    assert Message.objects.count() == 1


def test_other_methods_are_refused(provider: Provider):
    path = f"/webhooks/{provider.path}"
    client = Client()

    assert [client.put(path).status_code, client.delete(path).status_code] == [405, 405]
    assert client.get(path).status_code == (403 if provider.connector.code == "whatsapp_meta" else 405)


def test_headers_of_a_proxy_change_nothing(provider: Provider):
    delivery = provider.text(TEXT)
    spoofed = {**delivery.headers, "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http"}

    assert delivery.with_headers(spoofed).post().status_code == 200


def test_neither_secrets_nor_numbers_nor_words_reach_the_log(provider: Provider, caplog, assert_logs_hide):
    caplog.set_level(logging.DEBUG)
    for name in sorted(provider.payload_names()):
        provider.named(name).post()
    provider.text(TEXT).with_headers({}).post()
    provider.deliver_bytes(b"halo " + NUMBER.encode()).post()

    assert_logs_hide(NUMBER, NUMBER[1:], PERSON, TEXT, "700000001")


@pytest.mark.django_db(transaction=True)
def test_twenty_copies_at_once_are_one_message(provider: Provider):
    def post(_: int) -> int:
        try:
            return provider.text(TEXT).post().status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(post, range(20)))

    assert answers == [200] * 20
    assert Message.objects.count() == Citizen.objects.count() == RawEvent.objects.count() == 1
    assert RawEvent.objects.get().deliveries == 20
    lock = str(Message.objects.get().conversation_id)
    assert ProcrastinateJob.objects.filter(task_name="cases.tasks.handle", lock=lock).count() == 1
