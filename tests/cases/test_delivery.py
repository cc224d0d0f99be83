"""Sending: in order, once, and never the assistant's words while an officer owns the conversation."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, connections
from django.utils import timezone

from cases.models import Conversation, Delivery, Message
from cases.ports import Button, Rejected, StatusUpdate, TemporarilyFailed, Throttled, Unreachable
from cases.services import conversations, delivery
from cases.services.outbox import queue_replies, queue_reply
from cases.services.statuses import apply_status
from cases.services.texts import Reply

pytestmark = pytest.mark.django_db
LONG = "".join(f"Kalimat nomor {n} cukup panjang untuk dipotong. " for n in range(12))


def _statuses(message):
    return list(message.deliveries.values_list("status", flat=True))


def test_a_reply_reaches_the_citizen(conversation, sender):
    message = queue_reply(conversation, Reply(text="Halo", buttons=(Button(title="Ya", payload="/setuju"),)))

    delivery.deliver(message.pk)

    assert [(p.text, p.address, p.buttons[0].payload) for p in sender.sent] == [("Halo", "chat-700100", "/setuju")]
    assert _statuses(message) == ["sent"]


def test_a_long_reply_is_sent_in_parts_that_join_back(conversation, sender):
    message = queue_reply(conversation, Reply(text=LONG))

    delivery.deliver(message.pk)

    assert len(sender.sent) > 1
    assert "".join(part.text for part in sender.sent) == LONG


def test_delivering_twice_sends_once(conversation, sender):
    message = queue_reply(conversation, Reply(text="Halo"))

    delivery.deliver(message.pk)
    delivery.deliver(message.pk)

    assert len(sender.sent) == 1


def test_a_retry_resumes_at_the_first_unsent_part(conversation, sender):
    message = queue_reply(conversation, Reply(text=LONG))
    sender.while_sending = lambda: (
        sender.failures.append(TemporarilyFailed(code="503", sentence="sibuk")) if not sender.sent else None
    )
    with pytest.raises(TemporarilyFailed):
        delivery.deliver(message.pk)
    first = sender.sent[0].text
    assert len(sender.sent) == 1

    delivery.deliver(message.pk)

    assert "".join(part.text for part in sender.sent) == LONG
    assert [part.text for part in sender.sent].count(first) == 1


def test_a_permanent_refusal_stops_and_says_why(conversation, sender):
    message = queue_reply(conversation, Reply(text="Halo"))
    sender.failures.append(Rejected(code="100", sentence="isi tidak diterima"))

    delivery.deliver(message.pk)

    part = message.deliveries.get()
    assert (part.status, part.error_code, part.reason) == ("failed", "100", "isi tidak diterima")
    assert conversation.events.filter(kind="delivery.failed").count() == 1


def test_an_unreachable_citizen_is_marked(conversation, sender):
    message = queue_reply(conversation, Reply(text="Halo"))
    sender.failures.append(Unreachable(code="403", sentence="bot diblokir"))

    delivery.deliver(message.pk)

    conversation.citizen.refresh_from_db()
    assert conversation.citizen.unreachable_reason == "bot diblokir"


def test_an_ambiguous_failure_is_tried_once_more_and_not_again(conversation, sender):
    message = queue_reply(conversation, Reply(text="Halo"))
    lost = TemporarilyFailed(code="timeout", sentence="tidak ada jawaban", may_have_been_sent=True)
    sender.failures += [lost, lost]

    with pytest.raises(TemporarilyFailed):
        delivery.deliver(message.pk)
    delivery.deliver(message.pk)

    part = message.deliveries.get()
    assert (part.status, part.may_have_been_sent, part.attempts) == ("failed", True, 2)


def test_a_part_left_sending_by_a_crash_is_sent_at_most_once_more(conversation, sender):
    message = queue_reply(conversation, Reply(text="Halo"))
    message.deliveries.update(status=Delivery.Status.SENDING, attempts=1)

    delivery.deliver(message.pk)
    assert _statuses(message) == ["sent"]

    message.deliveries.update(status=Delivery.Status.SENDING)
    delivery.deliver(message.pk)
    assert _statuses(message) == ["failed"]
    assert len(sender.sent) == 1


def test_a_part_left_sending_by_a_crash_is_known_from_the_providers_report(conversation, sender):
    sender.reports_reference = True
    message = queue_reply(conversation, Reply(text=LONG))
    first, *rest = message.deliveries.all()
    message.deliveries.filter(pk=first.pk).update(status=Delivery.Status.SENDING, attempts=1)
    for status in ("sent", "delivered"):
        apply_status("memory", _report(first.key, status))

    delivery.deliver(message.pk)

    first.refresh_from_db()
    assert (first.status, first.external_id, first.attempts) == ("delivered", "wamid.1", 1)
    assert [part.text for part in sender.sent] == [part.text for part in rest]


def test_a_part_in_doubt_waits_for_its_report_and_is_then_sent_once_more(conversation, sender):
    sender.reports_reference = True
    message = queue_reply(conversation, Reply(text="Halo"))
    message.deliveries.update(status=Delivery.Status.SENDING, attempts=1, status_at=timezone.now())
    apply_status("memory", _report("another part's", "sent"))

    with pytest.raises(Throttled) as waiting:
        delivery.deliver(message.pk)
    assert 25 < waiting.value.retry_after <= 31
    assert sender.sent == []

    message.deliveries.update(status_at=timezone.now() - delivery.REPORT_WITHIN)
    delivery.deliver(message.pk)
    assert _statuses(message) == ["sent"]
    assert len(sender.sent) == 1


def test_a_send_without_an_answer_is_known_from_the_providers_report(conversation, sender):
    sender.reports_reference = True
    message = queue_reply(conversation, Reply(text="Halo"))
    sender.failures.append(TemporarilyFailed(code="timeout", sentence="tidak ada jawaban", may_have_been_sent=True))
    with pytest.raises(TemporarilyFailed):
        delivery.deliver(message.pk)
    apply_status("memory", _report(message.deliveries.get().key, "failed"))

    delivery.deliver(message.pk)

    assert _statuses(message) == ["failed"]
    assert sender.sent == []


def _report(reference, status):
    return StatusUpdate(external_id="wamid.1", status=status, at=timezone.now(), reference=reference)


def test_waiting_follows_the_provider_and_gives_up_on_final_errors():
    retry = delivery.SendRetry()

    class Job:
        attempts = 3

    slow = retry.get_retry_decision(exception=Throttled(code="429", sentence="", retry_after=17), job=Job())
    final = retry.get_retry_decision(exception=Rejected(code="x", sentence=""), job=Job())

    assert 15 <= (slow.retry_at - _now()).total_seconds() <= 18
    assert final is None


def _now():
    from django.utils import timezone

    return timezone.now()


def test_the_assistant_is_silent_after_a_takeover(conversation, sender, officer):
    message = queue_reply(conversation, Reply(text="dari asisten"))
    conversations.take_over(conversation, officer("ani", "admin_instansi"))

    delivery.deliver(message.pk)

    assert _statuses(message) == ["cancelled"]
    assert all(part.text != "dari asisten" for part in sender.sent)


def test_officers_words_are_sent_while_the_officer_owns_the_conversation(conversation, sender, officer):
    ani = officer("ani", "admin_instansi")
    conversations.take_over(conversation, ani)

    message = conversations.say_as_officer(conversation, ani, "Selamat siang", key="form-1")
    assert conversations.say_as_officer(conversation, ani, "Selamat siang", key="form-1") is None
    delivery.deliver(message.pk)

    assert [part.text for part in sender.sent] == ["Selamat siang"]


def test_replies_to_one_message_are_stored_once(conversation, receive):
    message = receive("tanya")

    for _ in range(3):
        queue_replies(conversation, [Reply(text="satu"), Reply(text="dua")], in_reply_to=message)

    assert Message.objects.filter(author="assistant").count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_takeover_waits_for_the_word_on_its_way_and_none_follows(conversation, sender, officer):
    ani = officer("ani", "admin_instansi")
    first = queue_reply(conversation, Reply(text="sedang dikirim"))
    second = queue_reply(conversation, Reply(text="menyusul"))
    on_its_way, order = threading.Event(), []

    def slow() -> None:
        on_its_way.set()
        threading.Event().wait(0.4)
        order.append("sent")

    sender.while_sending = slow

    def take() -> None:
        on_its_way.wait(5)
        conversations.take_over(Conversation.objects.get(pk=conversation.pk), ani)
        order.append("taken over")
        connections.close_all()

    thread = threading.Thread(target=take)
    thread.start()
    delivery.deliver(first.pk)
    thread.join(10)
    delivery.deliver(second.pk)

    assert order == ["sent", "taken over"]
    assert [part.text for part in sender.sent] == ["sedang dikirim"]
    assert connection.vendor == "postgresql"


def test_parts_behind_one_that_failed_for_good_do_not_wait_for_ever(conversation, sender):
    message = queue_reply(conversation, Reply(text=LONG))
    sender.failures.append(Rejected(code="131026", sentence="ditolak"))

    delivery.deliver(message.pk)

    assert sender.sent == []
    assert set(_statuses(message)) == {"failed", "cancelled"}


@pytest.mark.django_db(transaction=True)
def test_a_job_that_runs_twice_at_once_keeps_what_the_first_one_learnt(conversation, sender):
    message = queue_reply(conversation, Reply(text="Halo"))
    part = message.deliveries.get()
    second = threading.Thread(target=lambda: (delivery.deliver(message.pk), connections.close_all()))
    sender.while_sending = lambda: (second.start(), second.join(0.5)) if not second.ident else None

    delivery.deliver(message.pk)
    second.join(10)

    part.refresh_from_db()
    assert (part.status, part.external_id) == ("sent", "m1")
    assert len(sender.sent) == 1


def test_a_passing_failure_is_tried_for_hours_and_then_an_officer_is_asked(conversation, sender):
    message = queue_reply(conversation, Reply(text="Halo"))
    trouble = TemporarilyFailed(code="503", sentence="sibuk")
    message.deliveries.update(attempts=30)
    sender.failures.append(trouble)
    with pytest.raises(TemporarilyFailed):
        delivery.deliver(message.pk)
    assert _statuses(message) == ["queued"]

    message.deliveries.update(created_at=timezone.now() - 2 * delivery.KEEP_TRYING)
    sender.failures.append(trouble)
    delivery.deliver(message.pk)

    conversation.refresh_from_db()
    assert _statuses(message) == ["failed"]
    assert conversation.flag_reason == "gagal_kirim"


def test_a_late_first_try_is_not_the_only_one(conversation, sender):
    message = queue_reply(conversation, Reply(text="Halo"))
    message.deliveries.update(created_at=timezone.now() - 2 * delivery.KEEP_TRYING)
    sender.failures.append(TemporarilyFailed(code="503", sentence="sibuk"))

    with pytest.raises(TemporarilyFailed):
        delivery.deliver(message.pk)
