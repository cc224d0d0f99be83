"""What every connector promises about sending, against a double that refuses what the vendor would refuse."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as given_settings
from hypothesis import strategies as st

from cases.fields import cipher
from cases.models import Message
from cases.ports import (
    Button,
    Channel,
    InboundMedia,
    OutgoingPart,
    Rejected,
    TemporarilyFailed,
    Throttled,
    WindowClosed,
)
from cases.services import media
from cases.services.outbox import parts_of
from cases.services.texts import Reply
from tests.connectors.providers import NUMBER, Provider
from tests.doubles.provider import HANG_UP, Answer, ProviderDouble

TEXT = "Laporan Anda sudah kami terima_ *dengan* <b>nomor</b> [BKN]"


def _part(provider: Provider, text: str = TEXT, **changes) -> OutgoingPart:
    address = "700000001" if provider.connector.channel == Channel.TELEGRAM else NUMBER
    return OutgoingPart(
        **(
            {"address": address, "text": text, "idempotency_key": "7:0", "reply_window_opened_at": timezone.now()}
            | changes
        )
    )


def test_a_text_is_taken_unchanged_and_gets_an_id(provider: Provider, api: ProviderDouble):
    sent = provider.connector.send(_part(provider))

    assert sent.external_id
    assert api.refused == []
    [request] = api.taken
    words = request.form["Body"] if api.vendor == "twilio" else [request.json.get("text")]
    assert words[0] in (TEXT, {"preview_url": False, "body": TEXT})


def test_ids_differ_from_message_to_message(provider: Provider, api: ProviderDouble):
    ids = {provider.connector.send(_part(provider)).external_id for _ in range(3)}

    assert len(ids) == 3


@pytest.mark.parametrize("count", [1, 2, 3, 4, 10, 12])
@pytest.mark.parametrize(
    "title", ["Ya", "Judul dua puluh empat huruf"[:24], "Judul yang jauh lebih panjang dari semuanya"]
)
def test_choices_are_taken_however_many_and_long(provider: Provider, api: ProviderDouble, count, title):
    buttons = tuple(
        Button(title=f"{title[:-3] if len(title) > 20 else title}{n}", payload=f"/p{n}") for n in range(count)
    )

    for text, shown in parts_of(Reply(text="Pilih: " + "x " * 700, buttons=buttons), provider.connector.code):
        provider.connector.send(_part(provider, text, buttons=shown))

    assert api.refused == []


def test_choices_that_the_vendor_would_confuse_become_numbered_text(provider: Provider, api: ProviderDouble):
    same = (Button(title="Ya", payload="/a"), Button(title="Ya", payload="/b"))
    if provider.connector.limits.buttons == 0:
        pytest.skip("the outbox writes numbers for channels without buttons")

    provider.connector.send(_part(provider, "Pilih", buttons=same))

    assert api.refused == []


@given_settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1))
def test_whatever_the_outbox_makes_of_a_text_is_taken(provider: Provider, api: ProviderDouble, text):
    long = text * (9000 // len(text))
    for part, _ in parts_of(Reply(text=long), provider.connector.code):
        if part.strip():
            provider.connector.send(_part(provider, part))

    assert api.refused == []


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, Rejected), (401, TemporarilyFailed), (403, TemporarilyFailed), (404, Rejected), (408, TemporarilyFailed),
        (429, Throttled), (500, TemporarilyFailed), (502, TemporarilyFailed), (503, TemporarilyFailed),
        (504, TemporarilyFailed),
    ],
)  # fmt: skip
@pytest.mark.parametrize("body", [b"", b"<html>", {"error": "x"}, {"code": "x"}, {"ok": False}, [1]], ids=range(6))
def test_an_unknown_refusal_is_judged_by_its_status(provider: Provider, api: ProviderDouble, status, kind, body):
    if provider.connector.code == "telegram" and status in (403, 404):
        pytest.skip("Telegram's 403 and 404 have a meaning of their own")
    api.answers.append(Answer(status, body))

    with pytest.raises(kind) as caught:
        provider.connector.send(_part(provider))

    assert caught.value.retryable == (kind is not Rejected)
    assert caught.value.sentence


def test_being_too_fast_waits_as_long_as_the_vendor_asks(provider: Provider, api: ProviderDouble):
    body = {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 37}}
    api.answers.append(Answer(429, body, {"Retry-After": "37"}))

    with pytest.raises(Throttled) as caught:
        provider.connector.send(_part(provider))

    assert caught.value.retry_after == 37


def test_a_lost_answer_is_marked_as_possibly_sent(provider: Provider, api: ProviderDouble):
    api.answers.append(HANG_UP)

    with pytest.raises(TemporarilyFailed) as caught:
        provider.connector.send(_part(provider))

    assert caught.value.may_have_been_sent


@pytest.mark.parametrize("body", [b"not json", {}, [], {"messages": []}, {"ok": True, "result": True}], ids=range(5))
def test_an_answer_without_an_id_is_marked_as_possibly_sent(provider: Provider, api: ProviderDouble, body):
    api.answers.append(Answer(200, body))

    with pytest.raises(TemporarilyFailed) as caught:
        provider.connector.send(_part(provider))

    assert caught.value.may_have_been_sent


def test_a_vendor_that_is_not_there_was_certainly_not_reached(provider: Provider):
    with pytest.raises(TemporarilyFailed) as caught:
        provider.connector.send(_part(provider))

    assert not caught.value.may_have_been_sent
    assert caught.value.__cause__ is None


def test_missing_settings_are_named(provider: Provider, configure):
    configure(**{provider.secret_setting: None})

    with pytest.raises(Rejected, match=provider.secret_setting):
        provider.connector.send(_part(provider))


def test_an_empty_part_is_not_sent(provider: Provider, api: ProviderDouble):
    with pytest.raises(Rejected):
        provider.connector.send(_part(provider, " \n"))

    assert api.taken == []


def test_whatsapp_is_not_asked_after_its_window_has_closed(provider: Provider, api: ProviderDouble):
    late = _part(provider, reply_window_opened_at=timezone.now() - timedelta(hours=24))

    if provider.connector.channel == Channel.WHATSAPP:
        with pytest.raises(WindowClosed):
            provider.connector.send(late)
        assert api.taken == []
    else:
        provider.connector.send(late)
        assert len(api.taken) == 1


def test_neither_secrets_nor_numbers_nor_words_reach_logs_and_errors(
    provider: Provider, api: ProviderDouble, caplog, assert_logs_hide
):
    caplog.set_level(logging.DEBUG)
    api.answers.extend([Answer(400, {"description": NUMBER}), Answer(500, NUMBER.encode()), HANG_UP, Answer()])
    for _ in range(4):
        with pytest.raises((Rejected, TemporarilyFailed)) as caught:
            provider.connector.send(_part(provider))
        logging.getLogger("test").error("failed", exc_info=caught.value)
    provider.connector.send(_part(provider))

    assert_logs_hide(NUMBER, NUMBER[1:], TEXT)


@pytest.fixture
def stored_file() -> str:
    """A file in the encrypted store."""
    path = "ab/berkas"
    target = Path(settings.MEDIA_ROOT) / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(cipher().encrypt(b"%PDF-1.4 isi"))
    return path


@pytest.mark.parametrize("kind", ["image/jpeg", "application/pdf", "audio/ogg", "video/mp4", "text/plain"])
def test_a_file_is_sent(provider: Provider, api: ProviderDouble, client, stored_file, kind):
    part = _part(provider, "SK Anda", media_path=stored_file, media_type=kind)
    if provider.connector.channel == Channel.SMS:
        with pytest.raises(Rejected):
            provider.connector.send(part)
        return

    provider.connector.send(part)

    assert api.refused == []
    if api.vendor == "twilio":
        [link] = api.taken[0].form["MediaUrl"]
        assert link.startswith("https://sigap.example.go.id/webhooks/media/")
        response = client.get(link.removeprefix("https://sigap.example.go.id"))
        assert (response.content, response["Content-Type"]) == (b"%PDF-1.4 isi", kind)
    else:
        _, files = api.taken[0].parts
        assert list(files.values()) == [b"%PDF-1.4 isi"]


@pytest.mark.parametrize("path", ["gone", "../../etc/passwd", "/etc/passwd"])
def test_a_file_outside_the_store_is_not_sent(provider: Provider, api: ProviderDouble, path):
    part = _part(provider, media_path=path, media_type="image/png")

    with pytest.raises(Rejected):
        provider.connector.send(part)

    assert api.taken == []


@pytest.mark.parametrize("token", ["x", "WyJhIiwiYiJd:1:x", "%2e%2e"])
def test_a_forged_file_address_opens_nothing(client, token):
    assert client.get(f"/webhooks/media/{token}").status_code == 404


def _offer(provider: Provider, api: ProviderDouble, answer: Answer) -> InboundMedia:
    """Put a file at the vendor's and return its reference."""
    api.files["/files/1"] = answer
    if api.vendor == "meta":
        api.files["/v23.0/77"] = Answer(body={"url": f"{api.base}/files/1"})
        return InboundMedia(reference="77")
    if api.vendor == "telegram":
        token = "123456789:test-telegram-bot-token-c4e8aaaaaaa"
        api.files[f"/bot{token}/getFile"] = Answer(body={"ok": True, "result": {"file_path": "files/1"}})
        api.files[f"/file/bot{token}/files/1"] = answer
        return InboundMedia(reference="AgAD")
    return InboundMedia(reference="https://api.twilio.com/files/1")


def test_an_inbound_file_is_fetched(provider: Provider, api: ProviderDouble):
    reference = _offer(provider, api, Answer(200, b"isi", {"Content-Type": "image/jpeg; x=y"}))

    assert provider.connector.fetch_media(reference) == (b"isi", "image/jpeg")
    if api.vendor != "telegram":
        assert "authorization" in api.taken[-1].headers


def test_a_file_that_proves_too_large_is_given_up(provider: Provider, api: ProviderDouble, monkeypatch):
    monkeypatch.setattr("connectors.http.MAX_BYTES", 1000)
    reference = _offer(provider, api, Answer(200, b"x" * 5000))

    with pytest.raises(Rejected) as caught:
        provider.connector.fetch_media(reference)

    assert caught.value.code == "media_too_large"
    assert media.MAX_BYTES > 1000


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:9/secret", "http://169.254.169.254/latest", "https://evil.example/x", "file:///etc/passwd",
        "https://lookaside.fbsbx.com.evil.example/x", "https://api.twilio.com@evil.example/x",
        "https://lookaside.fbsbx.com:8443/x",
    ],
)  # fmt: skip
def test_a_file_elsewhere_is_not_fetched(provider: Provider, api: ProviderDouble, target):
    reference = _offer(provider, api, Answer(302, b"", {"Location": target}))

    with pytest.raises(Rejected) as caught:
        provider.connector.fetch_media(reference)

    assert caught.value.code == "media_host"


def test_credentials_do_not_follow_a_redirect(provider: Provider, api: ProviderDouble):
    reference = _offer(provider, api, Answer(302, b"", {"Location": f"{api.base}/storage"}))
    api.files["/storage"] = Answer(200, b"isi")

    provider.connector.fetch_media(reference)

    assert "authorization" not in api.taken[-1].headers


@pytest.mark.parametrize(("status", "kind"), [(404, Rejected), (500, TemporarilyFailed), (429, Throttled)])
def test_a_file_that_cannot_be_had(provider: Provider, api: ProviderDouble, status, kind):
    with pytest.raises(kind):
        provider.connector.fetch_media(_offer(provider, api, Answer(status, b"")))


@pytest.mark.django_db
def test_the_status_callback_leads_back_to_us(provider: Provider, api: ProviderDouble):
    if api.vendor != "twilio":
        pytest.skip("only Twilio is told where to report")
    provider.connector.send(_part(provider))

    [address] = api.taken[0].form["StatusCallback"]
    path, _, query = address.partition("/webhooks/")[2].partition("?")
    assert address.startswith("https://sigap.example.go.id/")
    assert path == provider.named("status_read" if "whatsapp" in provider.path else "status_delivered").path
    assert query == "bagian=7%3A0"
    assert not Message.objects.exists()
