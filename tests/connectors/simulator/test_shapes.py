"""The shape checks refuse what the vendors refuse."""

from __future__ import annotations

import base64

import pytest

from connectors.simulator.shapes import meta, telegram, twilio

TO = {"messaging_product": "whatsapp", "to": "6281234567890"}


def _buttons(*titles: str, kind: str = "reply") -> dict:
    return {
        "type": "button",
        "body": {"text": "Pilih"},
        "action": {"buttons": [{"type": kind, "reply": {"id": f"/{n}", "title": t}} for n, t in enumerate(titles)]},
    }


def _list(rows: int, title: str = "Baris") -> dict:
    return {
        "type": "list",
        "body": {"text": "Pilih"},
        "action": {"button": "Lihat", "sections": [{"rows": [{"id": f"/{n}", "title": title} for n in range(rows)]}]},
    }


GOOD_META = [
    TO | {"type": "text", "text": {"body": "x" * 4096}},
    TO | {"type": "interactive", "interactive": _buttons("Ya", "Tidak", "Nanti")},
    TO | {"type": "interactive", "interactive": _list(10)},
    TO | {"type": "image", "image": {"id": "1", "caption": "x"}},
    {"messaging_product": "whatsapp", "recipient": "ID.123", "type": "text", "text": {"body": "x"}},
    {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.1"},
]
BAD_META = [
    None,
    {},
    {"to": "6281234567890", "type": "text", "text": {"body": "x"}},
    {"messaging_product": "whatsapp", "type": "text", "text": {"body": "x"}},
    TO | {"to": "budi", "type": "text", "text": {"body": "x"}},
    TO | {"type": "text", "text": {"body": " "}},
    TO | {"type": "text", "text": {"body": "x" * 4097}},
    TO | {"type": "text"},
    TO | {"type": "text", "text": {"body": "x"}, "colour": "red"},
    TO | {"type": "hologram", "hologram": {}},
    TO | {"recipient_type": "business_scoped_user_id", "type": "text", "text": {"body": "x"}},
    TO | {"type": "interactive", "interactive": _buttons()},
    TO | {"type": "interactive", "interactive": _buttons("a", "b", "c", "d")},
    TO | {"type": "interactive", "interactive": _buttons("sama", "sama")},
    TO | {"type": "interactive", "interactive": _buttons("x" * 21)},
    TO | {"type": "interactive", "interactive": _buttons("a", kind="url")},
    TO | {"type": "interactive", "interactive": _list(11)},
    TO | {"type": "interactive", "interactive": _list(1, "x" * 25)},
    TO | {"type": "image", "image": {}},
    TO | {"type": "audio", "audio": {"id": "1", "caption": "x"}},
    TO | {"biz_opaque_callback_data": "x" * 513, "type": "text", "text": {"body": "x"}},
]


@pytest.mark.parametrize("body", GOOD_META, ids=range(len(GOOD_META)))
def test_meta_takes(body):
    assert meta.message_errors(body) == []


@pytest.mark.parametrize("body", BAD_META, ids=range(len(BAD_META)))
def test_meta_refuses(body):
    [error, *_] = meta.message_errors(body)

    assert meta.answer(error)["error"]["code"] == error.code


def _form(**fields) -> dict[str, list[str]]:
    good = {"To": ["+6281234567890"], "From": ["+15005550006"], "Body": ["halo"]}
    return {key: value for key, value in (good | fields).items() if value is not None}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"To": None}, 21604),
        ({"From": None}, 21603),
        ({"Body": None}, 21602),
        ({"Body": ["x" * 1601]}, 21617),
        ({"To": ["081234567890"]}, 21211),
        ({"To": ["whatsapp:+6281234567890"]}, 21910),
        ({"StatusCallback": ["/webhooks"]}, 21609),
        ({"MediaUrl": ["berkas"]}, 21620),
        ({"MediaUrl": ["https://a.id/1"] * 11}, 21623),
    ],
)
def test_twilio_refuses(fields, code):
    assert [error.code for error in twilio.message_errors(_form(**fields))] == [code]


@pytest.mark.parametrize(
    "fields",
    [{}, {"Body": ["x" * 1600]}, {"Body": None, "ContentSid": ["HX1"]}, {"StatusCallback": ["https://a.id/x"]}],
)
def test_twilio_takes(fields):
    assert twilio.message_errors(_form(**fields)) == []


@pytest.mark.parametrize(
    ("method", "params", "description"),
    [
        ("sendMessage", {"chat_id": 1}, "message text is empty"),
        ("sendMessage", {"text": "x"}, "chat_id is empty"),
        ("sendMessage", {"chat_id": 1, "text": "😀" * 2049}, "message is too long"),
        ("sendMessage", {"chat_id": 1, "text": "x", "parse_mode": "BB"}, "parse_mode"),
        (
            "sendMessage",
            {
                "chat_id": 1,
                "text": "x",
                "reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "é" * 33}]]},
            },
            "BUTTON_DATA_INVALID",
        ),
        ("sendPhoto", {"chat_id": 1}, "no photo"),
        ("getFile", {}, "file_id"),
        ("setWebhook", {"url": "http://a.id"}, "HTTPS"),
        ("fly", {}, "Not Found"),
    ],
)
def test_telegram_refuses(method, params, description):
    [error, *_] = telegram.method_errors(method, params)

    assert description in telegram.answer(error)["description"]


def test_telegram_takes():
    assert telegram.method_errors("sendmessage", {"chat_id": "1", "text": "😀" * 2048}) == []
    assert telegram.method_errors("sendDocument", {"chat_id": "1"}, ["document"]) == []


def test_wrong_credentials_are_refused():
    pair = base64.b64encode(b"AC1:token").decode()

    assert twilio.auth_errors({"authorization": f"Basic {pair}"}, "AC1", ["token"]) == []
    assert twilio.auth_errors({"authorization": f"Basic {pair}"}, "AC1", ["other"])[0].code == 20003
    assert meta.auth_errors({"authorization": "Bearer a"}, ["a"]) == []
    assert meta.auth_errors({}, ["a"])[0].code == 190
    assert telegram.auth_errors("1:a", ["1:a"]) == []
    assert telegram.auth_errors("1:b", ["1:a"])[0].code == 401
