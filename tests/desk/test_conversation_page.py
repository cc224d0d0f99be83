"""Taking over, writing, giving back, and what an open page is told."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.models import Conversation, Delivery, Message
from cases.ports import Channel
from cases.services import conversations
from desk import labels, thread
from tests.desk.conftest import LogIn
from tests.officers import conversation_of


@pytest.fixture
def client(officers: dict[str, User], log_in: LogIn) -> Client:
    return log_in(officers["admin_instansi"])


@pytest.fixture
def conversation(officers: dict[str, User]) -> Conversation:
    return conversation_of(1)


def address(name: str, conversation: Conversation) -> str:
    return reverse(f"desk:{name}", args=[conversation.pk])


def token_in(html: str) -> str:
    found = re.search(r'name="token" value="(\w+)"', html)
    assert found
    return found[1]


def test_take_over_write_and_give_back(client: Client, conversation: Conversation, officers: dict[str, User]) -> None:
    client.post(address("take_over", conversation))
    html = client.get(address("conversation", conversation)).content.decode()
    assert "Anda yang menjawab" in html

    client.post(address("say", conversation), {"text": "Selamat siang", "token": token_in(html)})
    said = Message.objects.get(author=Message.Author.OFFICER)
    assert (said.text, said.officer) == ("Selamat siang", officers["admin_instansi"])
    assert said.deliveries.get().status == Delivery.Status.QUEUED

    client.post(address("give_back", conversation))
    conversation.refresh_from_db()
    assert conversation.owner == Conversation.Owner.ASSISTANT


def test_a_colleague_who_went_home_can_be_relieved(
    client: Client, conversation: Conversation, officers: dict[str, User]
) -> None:
    conversations.take_over(conversation, officers["tim_pengaduan"])
    html = client.get(address("conversation", conversation)).content.decode()
    relieving = re.search(r'name="relieving" value="(\d+)"', html)
    assert relieving
    assert "Gantikan" in html

    client.post(address("take_over", conversation), {"relieving": relieving[1]})

    assert "Anda yang menjawab" in client.get(address("conversation", conversation)).content.decode()


def test_a_double_click_sends_once(client: Client, conversation: Conversation) -> None:
    client.post(address("take_over", conversation))
    token = token_in(client.get(address("conversation", conversation)).content.decode())

    for _ in range(2):
        client.post(address("say", conversation), {"text": "Halo", "token": token})

    assert Message.objects.filter(author=Message.Author.OFFICER).count() == 1


def test_words_are_not_lost_when_the_conversation_is_no_longer_ones_own(
    client: Client, conversation: Conversation, officers: dict[str, User]
) -> None:
    conversations.take_over(conversation, officers["tim_pengaduan"])

    response = client.post(
        address("say", conversation), {"text": "Kalimat panjang", "token": "t"}, headers={"HX-Request": "true"}
    )

    html = response.content.decode()
    assert "bukan lagi milik Anda" in html
    assert "Kalimat panjang" in html
    assert not Message.objects.filter(author=Message.Author.OFFICER).exists()


def test_the_second_officer_is_told_kindly(
    client: Client, conversation: Conversation, officers: dict[str, User]
) -> None:
    conversations.take_over(conversation, officers["tim_pengaduan"])

    html = client.post(address("take_over", conversation), follow=True).content.decode()

    assert "lebih dahulu mengambil alih" in html
    assert f"{labels.officer(officers['tim_pengaduan'])} sedang menjawab percakapan ini" in html


def test_an_officer_without_a_name_is_called_by_the_account(
    client: Client, conversation: Conversation, officers: dict[str, User]
) -> None:
    User.objects.filter(pk=officers["tim_pengaduan"].pk).update(first_name="", last_name="")
    conversations.take_over(conversation, officers["tim_pengaduan"])

    html = client.get(address("conversation", conversation)).content.decode()

    assert f"{officers['tim_pengaduan'].username} sedang menjawab percakapan ini" in html


def test_updates_hold_what_is_new_and_ticks_that_moved(client: Client, conversation: Conversation) -> None:
    client.post(address("take_over", conversation))
    client.post(address("say", conversation), {"text": "Sudah dibaca?", "token": "t1"})
    seen = Message.objects.order_by("-pk").values_list("pk", flat=True)[0]
    Delivery.objects.filter(message=seen).update(status=Delivery.Status.READ)
    Message.objects.create(
        conversation=conversation, author=Message.Author.CITIZEN, text="sudah pak", sent_at=timezone.now()
    )

    html = client.get(address("conversation_updates", conversation), {"after": seen, "mode": "mine"}).content.decode()

    assert "sudah pak" in html
    assert "Sudah dibaca?" not in html
    assert f'is-read" data-tick="{seen}"' in html
    assert "data-bar" not in html


def test_updates_bring_the_bar_when_somebody_else_answers_now(
    client: Client, conversation: Conversation, officers: dict[str, User]
) -> None:
    conversations.take_over(conversation, officers["tim_pengaduan"])

    html = client.get(address("conversation_updates", conversation), {"after": 0, "mode": "assistant"}).content.decode()

    assert 'data-mode="other"' in html


def test_older_messages_come_in_pages(client: Client, conversation: Conversation) -> None:
    for number in range(thread.PAGE + 5):
        Message.objects.create(
            conversation=conversation, author=Message.Author.CITIZEN, text=f"pesan {number}", sent_at=timezone.now()
        )

    first = client.get(address("conversation", conversation))
    older = client.get(
        reverse("desk:conversation_older", args=[conversation.pk, first.context["first_id"]])
    ).content.decode()

    assert len(first.context["bubbles"]) == thread.PAGE
    assert "Pesan sebelumnya" in first.content.decode()
    assert older.count('class="bubble ') == 6
    assert "Pesan sebelumnya" not in older


@pytest.mark.parametrize(("hours", "hint"), [(1, ""), (22, "sampai"), (30, "tertutup sejak")])
def test_whatsapps_window_is_shown_before_it_closes(
    client: Client, conversation: Conversation, hours: int, hint: str
) -> None:
    Message.objects.update(sent_at=timezone.now() - timedelta(hours=hours))
    client.post(address("take_over", conversation))

    html = client.get(address("conversation", conversation)).content.decode()

    assert ("WhatsApp menerima" in html or "Jendela 24 jam" in html) == bool(hint)
    assert hint in html


def test_other_channels_have_no_window(client: Client, officers: dict[str, User]) -> None:
    conversation = conversation_of(2, Channel.SMS)
    Message.objects.update(sent_at=timezone.now() - timedelta(days=3))

    assert thread.window_of(conversation) == thread.Window(None, True, False)


def test_a_request_for_an_officer_is_listed_and_can_be_put_aside(client: Client, conversation: Conversation) -> None:
    conversations.flag(conversation, "bicara_admin")
    listed = client.get(reverse("desk:conversations")).content.decode()
    client.post(address("unflag", conversation))
    after = client.get(reverse("desk:conversations")).content.decode()

    assert "Warga minta bicara dengan petugas" in listed
    assert "Tidak ada yang menunggu petugas" in after
