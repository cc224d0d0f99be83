"""What happens on a simulated network: citizens send, our messages arrive, are delivered and read."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from connectors.simulator import identifiers, queue
from connectors.simulator.models import SimulatedFile, SimulatedMessage, SimulatedPhone, SimulatedWebhook
from connectors.simulator.people import Place
from connectors.simulator.webhooks import Webhook, meta, telegram, twilio

Author = SimulatedMessage.Author
Kind = SimulatedMessage.Kind
Status = SimulatedMessage.Status
Channel = SimulatedPhone.Channel
WINDOW = timedelta(hours=24)
SENT_AFTER, DELIVERED_AFTER = 0.4, 1.0  # seconds; a real network is about as quick


class NotPossible(Exception):
    """The citizen's phone cannot do that; the text says why, in Indonesian."""


def write(phone: SimulatedPhone, text: str) -> SimulatedMessage:
    """The citizen sends a text. Raises `NotPossible` for an empty one."""
    if not text.strip():
        raise NotPossible("Pesan masih kosong.")
    if phone.channel == Channel.SMS_TWILIO:
        _opt(phone, text.strip().upper())
    return _send(phone, SimulatedMessage(kind=Kind.TEXT, text=text[:4096]))


def _opt(phone: SimulatedPhone, word: str) -> None:
    """Twilio itself blocks a number that sent STOP, and lets it in again after START."""
    if word in twilio.STOP_WORDS | twilio.START_WORDS:
        phone.blocked = word in twilio.STOP_WORDS
        phone.save(update_fields=["blocked"])


def attach(phone: SimulatedPhone, filename: str, content_type: str, content: bytes, caption: str) -> SimulatedMessage:
    """The citizen sends a file."""
    with transaction.atomic():
        file = SimulatedFile.objects.create(
            phone=phone, filename=filename[:200], content_type=content_type[:120], content=content
        )
        kind = Kind.IMAGE if content_type in ("image/jpeg", "image/png", "image/webp") else Kind.DOCUMENT
        return _send(phone, SimulatedMessage(kind=kind, text=caption[:1024], file=file))


def locate(phone: SimulatedPhone, place: Place) -> SimulatedMessage:
    """The citizen sends a location. Raises `NotPossible` on SMS, which has none."""
    if phone.channel == Channel.SMS_TWILIO:
        raise NotPossible("SMS tidak dapat mengirim lokasi.")
    message = SimulatedMessage(
        kind=Kind.LOCATION, latitude=place.latitude, longitude=place.longitude, place=place.label[:120]
    )
    return _send(phone, message)


def press(phone: SimulatedPhone, message_pk: int, index: int) -> None:
    """The citizen presses a choice under a message of ours.

    Raises:
        NotPossible: there is no such choice.
    """
    offered = phone.messages.filter(pk=message_pk, author=Author.SIGAP).first()
    if offered is None or not 0 <= index < len(offered.choices):
        raise NotPossible("Tombol itu tidak ada.")
    choice = offered.choices[index]
    if phone.channel == Channel.TELEGRAM:
        _press_inline(phone, offered, choice["payload"])
        return
    _send(phone, SimulatedMessage(kind=Kind.BUTTON, text=choice["title"], payload=choice["payload"], pressed=offered))


def _press_inline(phone: SimulatedPhone, offered: SimulatedMessage, payload: str) -> None:
    """On Telegram a press writes nothing into the chat; the button waits for `answerCallbackQuery`."""
    callback_id = telegram.new_callback_id()
    with transaction.atomic():
        offered.waiting_callback, offered.payload = callback_id, payload[:300]
        offered.save(update_fields=["waiting_callback", "payload"])
        queue.put(
            phone,
            lambda serial: telegram.callback(offered, payload, callback_id, telegram.UPDATE_BASE + serial),
            message=offered,
        )
        phone.touch()


def block(phone: SimulatedPhone, blocked: bool) -> None:
    """The citizen blocks us, or lets us in again."""
    if phone.blocked == blocked:
        return
    with transaction.atomic():
        phone.blocked = blocked
        phone.save(update_fields=["blocked"])
        phone.touch()
        if phone.channel == Channel.TELEGRAM:
            now = int(timezone.now().timestamp())
            queue.put(phone, lambda serial: telegram.membership(phone, now, telegram.UPDATE_BASE + serial))


def _send(phone: SimulatedPhone, message: SimulatedMessage) -> SimulatedMessage:
    """Store the citizen's message with the webhook that tells us of it."""
    with transaction.atomic():
        message.phone, message.author, message.status = phone, Author.CITIZEN, Status.SENT
        message.external_id = _inbound_id(phone, message)
        message.save()
        if phone.channel == Channel.TELEGRAM:
            message.external_id = identifiers.telegram_message(message.pk)
            message.save(update_fields=["external_id"])
        queue.put(phone, lambda serial: _inbound(message, serial), message=message)
        phone.touch()
    return message


def _inbound_id(phone: SimulatedPhone, message: SimulatedMessage) -> str:
    if phone.channel == Channel.WHATSAPP_META:
        return identifiers.wamid(phone.digits)
    return twilio.new_message_sid(media=message.file is not None)


def _inbound(message: SimulatedMessage, serial: int) -> Webhook:
    if message.phone.channel == Channel.WHATSAPP_META:
        return meta.inbound(message)
    if message.phone.channel == Channel.TELEGRAM:
        return telegram.inbound(message, telegram.UPDATE_BASE + serial)
    return twilio.inbound(message)


def receive(phone: SimulatedPhone, message: SimulatedMessage) -> SimulatedMessage:
    """A message of ours reaches the provider and goes its way: sent, delivered, or failed afterwards.

    Args:
        phone: the recipient.
        message: unsaved, with its external id (Telegram's is given here).
    """
    with transaction.atomic():
        message.phone, message.author = phone, Author.SIGAP
        message.status = Status.DELIVERED if phone.channel == Channel.TELEGRAM else Status.ACCEPTED
        message.external_id = message.external_id or twilio.new_message_sid(media=bool(message.link))
        message.save()
        if phone.channel == Channel.TELEGRAM:
            message.external_id = identifiers.telegram_message(message.pk)
            message.save(update_fields=["external_id"])
        else:
            _report_fate(phone, message)
        SimulatedPhone.objects.filter(pk=phone.pk).update(typing_until=None)
        phone.touch()
    return message


def _report_fate(phone: SimulatedPhone, message: SimulatedMessage) -> None:
    """Queue the delivery reports that the provider would post."""
    failure = _failure(phone)
    if failure is None:
        _report(message, Status.SENT, SENT_AFTER)
        _report(message, Status.DELIVERED, DELIVERED_AFTER)
        return
    code, reason = failure
    message.reason = f"{code}: {reason}"
    message.save(update_fields=["reason"])
    _report(message, Status.FAILED, SENT_AFTER, code)


def _failure(phone: SimulatedPhone) -> tuple[int, str] | None:
    """Why a message that was taken cannot be delivered: the vendor's code and our words."""
    meta_channel = phone.channel == Channel.WHATSAPP_META
    if phone.channel == Channel.SMS_TWILIO:
        return None  # Twilio refuses at once: 21610
    if phone.blocked:
        return (131026, "warga memblokir nomor ini") if meta_channel else (63024, "warga memblokir nomor ini")
    last = phone.messages.filter(author=Author.CITIZEN).order_by("-pk").values_list("created_at", flat=True).first()
    if last is not None and timezone.now() - last > WINDOW:
        return (131047, "lewat 24 jam") if meta_channel else (63016, "lewat 24 jam")
    return None


def _report(message: SimulatedMessage, status: str, delay: float, error: int | None = None) -> SimulatedWebhook | None:
    at = int((timezone.now() + timedelta(seconds=delay)).timestamp())
    reported = "undelivered" if error == 63024 else status

    def build(_: int) -> Webhook | None:
        if message.phone.channel == Channel.WHATSAPP_META:
            return meta.status(message, status, at, error)
        return twilio.status(message, reported, error)

    return queue.put(message.phone, build, message=message, marks=status, delay=delay)


def see(phone: SimulatedPhone) -> None:
    """The citizen looks at the chat: WhatsApp reports our delivered messages as read; SMS and Telegram tell nobody."""
    if phone.channel not in (Channel.WHATSAPP_META, Channel.WHATSAPP_TWILIO):
        return
    with transaction.atomic():
        unread = phone.messages.select_for_update(skip_locked=True).filter(author=Author.SIGAP, status=Status.DELIVERED)
        for message in unread:
            SimulatedMessage.objects.filter(pk=message.pk).update(status=Status.READ)
            _report(message, Status.READ, 0.1)
            phone.touch()


def forget(phone: SimulatedPhone) -> None:
    """Empty the phone's thread, as a citizen clears a chat; the system's own record stays."""
    with transaction.atomic():
        phone.messages.all().delete()
        phone.calls.all().delete()
        phone.webhooks.all().delete()
        phone.touch()


def callback_answered(callback_id: str) -> bool:
    """Telegram's button stops waiting. Returns whether there was such a press."""
    waiting = SimulatedMessage.objects.select_related("phone").filter(waiting_callback=callback_id).first()
    if waiting is None or not callback_id:
        return False
    SimulatedMessage.objects.filter(pk=waiting.pk).update(waiting_callback="")
    waiting.phone.touch()
    return True
