"""Every Telegram payload file and what the connector makes of it."""

from __future__ import annotations

import json

import pytest

from cases.models import Event, Message
from cases.ports import Ignored, InboundMessage, Kind, Quarantined
from tests.connectors.providers import PROVIDERS

TELEGRAM = PROVIDERS["telegram"]
T, I, Q = InboundMessage, Ignored, Quarantined  # noqa: E741
CHAT = "700000001"

EXPECTED = {
    "text": (T, {"kind": Kind.TEXT, "address": CHAT, "external_id": f"{CHAT}:1", "name": "Budi Santoso"}),
    "text_empty": (T, {"text": ""}),
    "start_with_payload": (T, {"kind": Kind.COMMAND, "payload": "/sapa"}),
    "help_with_bot_name": (T, {"kind": Kind.COMMAND, "payload": "/bantuan"}),
    "unknown_command": (T, {"kind": Kind.TEXT, "payload": "", "text": "/restart"}),
    "photo": (T, {"kind": Kind.IMAGE, "text": "bukti"}),
    "voice": (T, {"kind": Kind.AUDIO}),
    "document_without_mime": (T, {"kind": Kind.DOCUMENT}),
    "video_note": (T, {"kind": Kind.VIDEO}),
    "sticker": (T, {"kind": Kind.STICKER}),
    "location": (T, {"kind": Kind.LOCATION, "location": (-6.92182, 107.60697)}),
    "venue": (T, {"kind": Kind.LOCATION, "text": "Kantor\nJl. Merdeka"}),
    "contact": (T, {"kind": Kind.CONTACT, "text": "Siti 0274-555123"}),
    "poll_message": (T, {"kind": Kind.UNSUPPORTED}),
    "media_group_first": (T, {"kind": Kind.IMAGE}),
    "reply": (T, {"reply_to": f"{CHAT}:1"}),
    "from_missing": (T, {"text": "tanpa pengirim", "name": "Budi Santoso"}),
    "from_bot": (I, {}),
    "group_text": (I, {}),
    "group_migrated": (I, {}),
    "pinned_service_message": (I, {}),
    "unknown_content": (T, {"kind": Kind.UNSUPPORTED}),
    "edited": (T, {"edited": True, "external_id": f"{CHAT}:1#1795200060"}),
    "button_press": (T, {"kind": Kind.BUTTON, "payload": "/setuju", "text": "Ya, kirim", "reply_to": f"{CHAT}:50"}),
    "button_press_inaccessible_message": (T, {"kind": Kind.BUTTON, "payload": "/tolak", "text": ""}),
    "button_press_without_message": (I, {}),
    "button_press_game": (I, {}),
    "bot_blocked": (I, {}),
    "channel_post": (I, {}),
    "poll": (I, {}),
    "message_reaction": (I, {}),
    "inline_query": (I, {}),
    "unknown_update": (Q, {}),
    "update_id_only": (Q, {}),
    "message_is_a_string": (Q, {}),
    "chat_missing": (Q, {}),
    "date_malformed": (Q, {}),
    "date_overflow": (Q, {}),
    "json_list": (Q, {}),
    "lone_surrogate_and_nul": (T, {"text": "rusak \ufffd dan  nol"}),
    "text_is_a_number": (Q, {}),
}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_payload_is_understood(name):
    [event] = TELEGRAM.read(name)

    kind, fields = EXPECTED[name]
    assert type(event) is kind
    assert {key: getattr(event, key) for key in fields} == fields


def test_every_payload_file_is_expected():
    assert TELEGRAM.payload_names() == set(EXPECTED)


def test_the_largest_photo_that_a_bot_may_download_is_chosen():
    assert TELEGRAM.read("photo")[0].media[0].reference == "besar"


@pytest.mark.django_db
def test_a_button_press_is_answered_in_the_webhook_reply():
    response = TELEGRAM.named("button_press").post()

    assert response["Content-Type"].startswith("application/json")
    assert json.loads(response.content) == {
        "method": "answerCallbackQuery",
        "callback_query_id": "4382bfdwdsb323b2d9",
    }
    assert TELEGRAM.named("text").post().content == b""


@pytest.mark.django_db
def test_an_edit_corrects_the_message_and_is_noted_once():
    TELEGRAM.named("text").post()
    for _ in range(2):
        TELEGRAM.named("edited").post()

    assert Message.objects.get().text == "pak mau tanya syarat naik pangkat guru"
    assert Event.objects.filter(kind="message.corrected").count() == 1


@pytest.mark.django_db
def test_an_edit_that_was_overtaken_changes_nothing():
    TELEGRAM.named("text").post()
    late = TELEGRAM.payload("edited")
    late["edited_message"] |= {"text": "lama", "edit_date": 1795200030}
    TELEGRAM.named("edited").post()
    TELEGRAM.deliver(late).post()

    assert Message.objects.get().text == "pak mau tanya syarat naik pangkat guru"


@pytest.mark.django_db
def test_an_edit_of_a_message_that_never_came_is_a_message():
    TELEGRAM.named("edited").post()

    assert Message.objects.get().text == "pak mau tanya syarat naik pangkat guru"
