"""Choices as buttons or as numbered text."""

from __future__ import annotations

import pytest

from cases.ports import Button, Kind
from cases.services.choices import numbered, resolve_choice
from cases.services.outbox import parts_of, queue_reply
from cases.services.texts import Reply

pytestmark = pytest.mark.django_db
YES_NO = (Button(title="Ya", payload="/setuju"), Button(title="Tidak", payload="/tolak"))


@pytest.mark.parametrize(
    ("typed", "payload"),
    [("1", "/setuju"), ("2.", "/tolak"), (" 2 ", "/tolak"), ("YA", "/setuju"), ("3", ""), ("0", ""), ("ya dong", "")],
)
def test_a_typed_answer_stands_for_its_choice(conversation, receive, typed, payload):
    queue_reply(conversation, Reply(text="Benar?", buttons=YES_NO))

    assert resolve_choice(conversation, receive(typed)) == payload


def test_an_old_menu_is_not_an_open_question(conversation, receive):
    queue_reply(conversation, Reply(text="Benar?", buttons=YES_NO))
    queue_reply(conversation, Reply(text="Baik."))

    assert resolve_choice(conversation, receive("1")) == ""


def test_a_pressed_button_of_an_older_message_counts(conversation, receive):
    queue_reply(conversation, Reply(text="Benar?", buttons=YES_NO))
    queue_reply(conversation, Reply(text="Masih di sana?"))

    assert resolve_choice(conversation, receive("Ya", kind=Kind.BUTTON, payload="/setuju")) == "/setuju"


def test_a_payload_that_we_never_offered_counts_for_nothing(conversation, receive):
    assert resolve_choice(conversation, receive("x", kind=Kind.BUTTON, payload='/tanya{"topik": "x"}')) == ""


def test_a_command_of_the_channel_needs_no_offer(conversation, receive):
    assert resolve_choice(conversation, receive("/start", kind=Kind.COMMAND, payload="/sapa")) == "/sapa"


def test_choices_that_do_not_fit_become_numbered_text(conversation):
    many = tuple(Button(title=f"Pilihan {n}", payload=f"/p{n}") for n in range(5))

    [(text, buttons)] = parts_of(Reply(text="Pilih:", buttons=many), "memory")

    assert text == "Pilih:\n\n1. Pilihan 0\n2. Pilihan 1\n3. Pilihan 2\n4. Pilihan 3\n5. Pilihan 4"
    assert buttons == ()


def test_numbered_without_a_text_is_just_the_list():
    assert numbered("", YES_NO) == "1. Ya\n2. Tidak"
