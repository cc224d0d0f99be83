"""Delivery of webhooks to the running application: stored, retried, repeated, reordered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from cases.models import Message, RawEvent
from connectors.simulator import dispatch, faults, queue, traffic
from connectors.simulator.models import SimulatedMessage, SimulatedPhone, SimulatedWebhook
from tests.connectors.simulator.conftest import phone_on

pytestmark = pytest.mark.django_db(transaction=True)
State = SimulatedWebhook.State


@pytest.fixture(params=SimulatedPhone.Channel.values)
def phone(request: pytest.FixtureRequest, running: str) -> SimulatedPhone:
    """A citizen's phone on each channel in turn."""
    return phone_on(request.param)


def _make_all_due() -> None:
    SimulatedWebhook.objects.filter(state=State.WAITING).update(due_at=timezone.now())


def test_what_the_citizen_writes_is_stored_by_the_application(phone: SimulatedPhone):
    written = traffic.write(phone, "tanya syarat pensiun")

    assert dispatch.run_due() == 1

    assert Message.objects.get().text == "tanya syarat pensiun"
    written.refresh_from_db()
    assert written.status == SimulatedMessage.Status.DELIVERED
    assert phone.webhooks.get().response_status == 200


def test_messages_of_one_citizen_arrive_in_their_order(phone: SimulatedPhone):
    for word in ("satu", "dua", "tiga"):
        traffic.write(phone, word)
    dispatch.run_due()
    assert list(Message.objects.order_by("pk").values_list("text", flat=True)) == ["satu", "dua", "tiga"]


def test_copies_reach_the_application_and_one_message_is_stored(phone: SimulatedPhone):
    faults.arm("duplicate", 1, amount=4)
    traffic.write(phone, "halo")

    assert dispatch.run_due() == 5

    assert Message.objects.count() == 1
    assert RawEvent.objects.get().deliveries == 5


def test_reordered_webhooks_arrive_last_first(phone: SimulatedPhone):
    faults.arm("reorder", 2, amount=30)
    traffic.write(phone, "satu")
    traffic.write(phone, "dua")

    assert dispatch.run_due() == 1
    assert Message.objects.get().text == "dua"
    _make_all_due()
    assert dispatch.run_due() == 1
    assert Message.objects.count() == 2


def test_a_delayed_webhook_waits(phone: SimulatedPhone):
    faults.arm("delay", 1, amount=30)
    traffic.write(phone, "halo")
    assert dispatch.run_due() == 0
    assert queue.next_due() > timezone.now() + timedelta(seconds=25)


def test_without_an_answer_the_provider_tries_again(
    phone: SimulatedPhone, configure: Callable[..., object], running: str
):
    port = running.split(":")[2].partition("/")[0]
    configure(SIGAP_PORT="9")
    written = traffic.write(phone, "halo")
    dispatch.run_due()
    row = phone.webhooks.get()
    written.refresh_from_db()
    assert (row.state, row.attempts, row.response_status) == (State.WAITING, 1, None)
    assert "dicoba lagi" in written.reason

    configure(SIGAP_PORT=port)
    _make_all_due()
    dispatch.run_due()
    written.refresh_from_db()
    assert (Message.objects.count(), written.status, written.reason) == (1, "delivered", "")


def test_a_refused_webhook_is_given_up_as_the_vendor_does(phone: SimulatedPhone):
    traffic.write(phone, "halo")
    phone.webhooks.update(headers={"Content-Type": "application/json"}, body=b"{}")
    policy = queue.POLICIES[SimulatedPhone.Channel(phone.channel)]
    attempts = policy.attempts if policy.after_refusal else 1
    for _ in range(attempts):
        _make_all_due()
        assert dispatch.run_due() == 1

    row = phone.webhooks.get()
    assert (row.state, row.response_status, row.attempts) == (State.GIVEN_UP, 403, attempts)
    assert phone.messages.get().status == SimulatedMessage.Status.FAILED
    assert not Message.objects.exists()


def test_a_webhook_whose_delivery_died_is_delivered_again_after_its_lease(phone: SimulatedPhone):
    traffic.write(phone, "halo")
    assert queue.claim() is not None
    assert queue.claim() is None
    phone.webhooks.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert dispatch.run_due() == 1
    assert Message.objects.count() == 1


@pytest.mark.parametrize("phone", ["telegram"], indirect=True)
def test_the_webhooks_own_answer_stops_the_telegram_buttons_spinner(phone: SimulatedPhone):
    choices = [{"title": "Ya", "payload": "/setuju"}]
    offered = traffic.receive(phone, SimulatedMessage(text="Setuju?", choices=choices, choices_style="inline"))
    traffic.press(phone, offered.pk, 0)
    offered.refresh_from_db()
    assert offered.waiting_callback

    dispatch.run_due()

    offered.refresh_from_db()
    assert not offered.waiting_callback
    assert Message.objects.get().payload == "/setuju"


def test_a_late_sent_does_not_undo_delivered(phone: SimulatedPhone):
    message = traffic.receive(phone, SimulatedMessage(text="halo", external_id="SM" + "3" * 32))
    for status in ("delivered", "sent"):
        dispatch.advance(message, status)
    message.refresh_from_db()
    assert message.status == "delivered"
