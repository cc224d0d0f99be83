"""What operators and their tools read."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from cases.models import Citizen, Conversation, Delivery, Message, RawEvent
from sigap.settings import Settings


@pytest.fixture
def conversation(db: None) -> Conversation:
    citizen = Citizen.objects.create(channel="whatsapp", address_hash="h", address="+6281200000001")
    return Conversation.objects.create(citizen=citizen, connector="whatsapp_meta")


def test_alive_without_log_in(client: Client) -> None:
    assert client.get("/healthz").content == b"ok\n"


@pytest.mark.django_db
def test_ready_with_a_database_even_while_the_assistant_is_away(client: Client) -> None:
    response = client.get("/readyz")

    assert response.status_code == 200
    assert json.loads(response.content) == {"database": True, "assistant": False}


def test_metrics_tell_the_flow_by_connector_without_a_number(client: Client, conversation: Conversation) -> None:
    now = timezone.now()
    RawEvent.objects.create(connector="whatsapp_meta", body=b"{}", sha256="a", deliveries=3)
    RawEvent.objects.create(connector="whatsapp_meta", body=b"?", sha256="b", state="quarantined")
    waiting = Message.objects.create(conversation=conversation, author="citizen", sent_at=now, external_id="1")
    Message.objects.filter(pk=waiting.pk).update(received_at=now - timedelta(seconds=90))
    reply = Message.objects.create(conversation=conversation, author="assistant", sent_at=now)
    Delivery.objects.create(message=reply, connector="whatsapp_meta", status="failed")

    text = client.get("/metrics").content.decode()

    lines = dict(line.rsplit(" ", 1) for line in text.splitlines() if line.startswith("sigap_"))
    assert lines['sigap_webhooks_received{connector="whatsapp_meta"}'] == "4.0"
    assert lines['sigap_webhooks_stored{connector="whatsapp_meta"}'] == "1.0"
    assert lines['sigap_webhooks_quarantined{connector="whatsapp_meta"}'] == "1.0"
    assert lines['sigap_unanswered_messages{connector="whatsapp_meta"}'] == "1.0"
    assert 90 <= float(lines['sigap_unanswered_oldest_seconds{connector="whatsapp_meta"}']) < 120
    assert lines['sigap_outbox{connector="whatsapp_meta",status="failed"}'] == "1.0"
    assert "6281200000001" not in text


def test_a_message_in_an_officers_hands_is_not_unanswered(
    client: Client, conversation: Conversation, django_user_model: type
) -> None:
    officer = django_user_model.objects.create_user("o")
    Conversation.objects.filter(pk=conversation.pk).update(owner="officer", officer=officer)
    Message.objects.create(conversation=conversation, author="citizen", sent_at=timezone.now())

    assert 'sigap_unanswered_messages{connector="whatsapp_meta"} 0.0' in client.get("/metrics").content.decode()


@pytest.mark.django_db
def test_metrics_are_for_this_machine_and_configured_networks(
    client: Client, configure: Callable[..., Settings]
) -> None:
    assert client.get("/metrics", REMOTE_ADDR="10.1.2.3").status_code == 403

    configure(SIGAP_METRICS_FROM="10.1.0.0/16, 192.168.0.0/24")
    assert client.get("/metrics", REMOTE_ADDR="10.1.2.3").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="10.2.2.3").status_code == 403
    assert client.get("/metrics", REMOTE_ADDR="").status_code == 403
