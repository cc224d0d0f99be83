"""The simulated providers' APIs, called by the real senders over HTTP; refusals are the vendors'."""

from __future__ import annotations

import logging
from collections.abc import Callable

import httpx
import pytest

from cases.ports import (
    Button,
    InboundMedia,
    OutgoingPart,
    Rejected,
    SendError,
    TemporarilyFailed,
    Throttled,
    Unreachable,
)
from connectors.simulator import faults, traffic
from connectors.simulator.models import SimulatedCall, SimulatedMessage, SimulatedPhone
from sigap.settings import load
from tests.connectors.simulator.conftest import connector_of, heard, phone_on

BUTTONS = (Button(title="Ya, membantu", payload="/setuju"), Button(title="Belum", payload="/tolak"))
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=SimulatedPhone.Channel.values)
def phone(request: pytest.FixtureRequest, running: str) -> SimulatedPhone:
    """A citizen's phone on each channel in turn, who has written once."""
    made = phone_on(request.param)
    traffic.write(made, "halo")
    made.webhooks.all().delete()
    return made


def _send(phone: SimulatedPhone, text: str = "Selamat pagi.", buttons: tuple[Button, ...] = ()) -> str:
    return connector_of(phone).send(OutgoingPart(address=phone.address, text=text, buttons=buttons)).external_id


def _received(phone: SimulatedPhone) -> list[SimulatedMessage]:
    return list(phone.messages.filter(author="sigap"))


def test_what_the_sender_sends_is_on_the_phone_and_later_reports_name_it(phone: SimulatedPhone):
    external_id = _send(phone, "Selamat pagi, *Bapak/Ibu* 😀")

    (message,) = _received(phone)
    assert message.text == "Selamat pagi, *Bapak/Ibu* 😀"
    if phone.channel == "telegram":
        assert external_id == f"{phone.address}:{message.pk}"
    else:
        assert [(event.external_id, event.status) for event in heard(phone)] == [
            (external_id, "sent"),
            (external_id, "delivered"),
        ]


@pytest.mark.parametrize("phone", ["whatsapp_meta", "telegram"], indirect=True)
def test_buttons_are_on_the_phone_in_their_order(phone: SimulatedPhone):
    _send(phone, "Apakah membantu?", BUTTONS)

    (message,) = _received(phone)
    assert [(choice["title"], choice["payload"]) for choice in message.choices] == [
        (b.title, b.payload) for b in BUTTONS
    ]
    assert message.choices_style == ("inline" if phone.channel == "telegram" else "buttons")


@pytest.mark.parametrize("phone", ["whatsapp_meta"], indirect=True)
def test_more_than_three_choices_are_a_list_on_whatsapp(phone: SimulatedPhone):
    _send(phone, "Pilih topik.", tuple(Button(title=f"Topik {n}", payload=f"/faq{n}") for n in range(5)))

    (message,) = _received(phone)
    assert (message.choices_style, len(message.choices)) == ("list", 5)
    assert message.choices_label


def test_a_citizens_file_is_served_back_to_the_connector(phone: SimulatedPhone):
    content = b"\x89PNG " + bytes(range(256))
    traffic.attach(phone, "bukti.png", "image/png", content, "")
    (event,) = heard(phone)

    fetched, _ = connector_of(phone).fetch_media(event.media[0])
    assert fetched == content


def test_a_file_is_not_served_without_the_credentials(phone: SimulatedPhone, configure: Callable[..., object]):
    traffic.attach(phone, "bukti.png", "image/png", b"\x89PNG", "")
    (event,) = heard(phone)
    media: InboundMedia = event.media[0]
    base = load()
    address = {
        "whatsapp_meta": f"{base.sigap_meta_api_base}/{media.reference}",
        "telegram": f"{base.sigap_telegram_api_base}/file/bot1:wrong/documents/file_700000000000001",
    }.get(phone.channel, media.reference)

    assert httpx.get(address, trust_env=False).status_code == 401


MESSAGES = "2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/Messages.json"


@pytest.mark.parametrize(
    ("path", "options", "status", "code"),
    [
        (
            "meta/106540352242922/messages",
            {"json": {}, "headers": {"Authorization": "Bearer no"}},
            401,
            ("error", "code", 190),
        ),
        (f"twilio/{MESSAGES}", {"data": {"To": "+62811"}, "auth": ("AC0", "no")}, 401, ("code", 20003)),
        ("telegram/bot123:no/sendMessage", {"json": {"chat_id": 1, "text": "x"}}, 401, ("error_code", 401)),
        ("telegram/nobot/sendMessage", {"json": {}}, 404, None),
    ],
)
def test_wrong_credentials_get_the_vendors_refusal(
    running: str, path: str, options: dict, status: int, code: tuple | None
):
    response = httpx.post(f"{running}api/{path}", trust_env=False, **options)

    assert response.status_code == status
    if code:
        body = response.json()
        for key in code[:-1]:
            body = body[key]
        assert body == code[-1]


@pytest.mark.parametrize("phone", ["whatsapp_meta", "sms_twilio", "telegram"], indirect=True)
def test_a_text_over_the_vendors_limit_is_refused_for_good(phone: SimulatedPhone):
    with pytest.raises(Rejected):
        _send(phone, "a" * 4097)
    assert _received(phone) == []


@pytest.mark.parametrize("phone", ["sms_twilio", "telegram"], indirect=True)
def test_a_citizen_who_blocked_us_is_unreachable(phone: SimulatedPhone):
    phone.blocked = True
    phone.save()
    with pytest.raises(Unreachable):
        _send(phone)


@pytest.mark.parametrize(
    ("kind", "error"), [("throttle", Throttled), ("server_error", TemporarilyFailed), ("timeout", TemporarilyFailed)]
)
def test_an_armed_fault_strikes_as_often_as_asked_and_nothing_arrives(
    phone: SimulatedPhone, kind: str, error: type[SendError]
):
    faults.arm(kind, 2, amount=0)
    for _ in range(2):
        with pytest.raises(error):
            _send(phone)
    assert _received(phone) == []

    _send(phone)
    assert len(_received(phone)) == 1


def test_a_lost_answer_leaves_the_message_on_the_phone(phone: SimulatedPhone):
    faults.arm("answer_lost", 1, amount=0)
    with pytest.raises(TemporarilyFailed) as raised:
        _send(phone)
    assert raised.value.may_have_been_sent
    assert len(_received(phone)) == 1


def test_reports_say_which_part_a_lost_answer_was_about(phone: SimulatedPhone):
    faults.arm("answer_lost", 1, amount=0)
    with pytest.raises(TemporarilyFailed):
        connector_of(phone).send(OutgoingPart(address=phone.address, text="Halo", idempotency_key="41:0"))

    reported = {event.reference for event in heard(phone)}

    assert connector_of(phone).reports_reference == (phone.channel != "telegram")
    assert reported == ({"41:0"} if connector_of(phone).reports_reference else set())


@pytest.mark.parametrize("phone", ["whatsapp_meta"], indirect=True)
def test_a_read_receipt_with_typing_shows_on_the_phone(phone: SimulatedPhone, running: str):
    written = phone.messages.get(author="citizen")
    settings = load()
    response = httpx.post(
        f"{settings.sigap_meta_api_base}/{settings.sigap_meta_phone_number_id}/messages",
        json={
            "messaging_product": "whatsapp",
            "status": "read",
            "message_id": written.external_id,
            "typing_indicator": {"type": "text"},
        },
        headers={"Authorization": f"Bearer {settings.sigap_meta_access_token.get_secret_value()}"},
        trust_env=False,
    )

    assert response.json() == {"success": True}
    written.refresh_from_db()
    phone.refresh_from_db()
    assert written.status == "read"
    assert phone.typing_until is not None


def test_the_record_of_a_call_holds_no_credentials(phone: SimulatedPhone, caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.DEBUG, logger="django"):
        _send(phone)
    call = SimulatedCall.objects.latest("pk")
    settings = load()
    secrets = (settings.sigap_meta_access_token, settings.sigap_twilio_auth_token, settings.sigap_telegram_bot_token)
    shown = call.path + call.request + call.response + caplog.text
    assert not any(secret.get_secret_value() in shown for secret in secrets)
