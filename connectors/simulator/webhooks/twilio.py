"""Twilio's webhooks for SMS and WhatsApp: https://www.twilio.com/docs/messaging/guides/webhook-request"""

from __future__ import annotations

import json
import uuid
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

from connectors.simulator import config
from connectors.simulator.identifiers import twilio_sid
from connectors.simulator.models import SimulatedMessage, SimulatedPhone
from connectors.simulator.webhooks import Webhook

WHATSAPP_PATH = "/webhooks/whatsapp/twilio"
SMS_PATH = "/webhooks/sms/twilio"
STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
START_WORDS = frozenset({"START", "YES", "UNSTOP"})
"""https://help.twilio.com/articles/223134027: whole-message words that block and unblock a number at Twilio."""


def is_whatsapp(phone: SimulatedPhone) -> bool:
    """Whether the phone talks through Twilio's WhatsApp rather than SMS."""
    return phone.channel == SimulatedPhone.Channel.WHATSAPP_TWILIO


def addresses(phone: SimulatedPhone) -> tuple[str, str]:
    """The citizen's address and ours, as Twilio writes them."""
    if is_whatsapp(phone):
        return f"whatsapp:{phone.address}", f"whatsapp:{config.value('sigap_twilio_whatsapp_from')}"
    return phone.address, config.value("sigap_twilio_sms_from")


def inbound(message: SimulatedMessage) -> Webhook:
    """What Twilio posts when a citizen writes."""
    phone = message.phone
    citizen, ours = addresses(phone)
    form = {
        "SmsMessageSid": message.external_id,
        "NumMedia": "1" if message.file else "0",
        "SmsSid": message.external_id,
        "SmsStatus": "received",
        "Body": message.text,
        "To": ours,
        "NumSegments": "1",
        "MessageSid": message.external_id,
        "AccountSid": config.value("sigap_twilio_account_sid"),
        "From": citizen,
        "ApiVersion": "2010-04-01",
    }
    form |= _whatsapp_fields(message) if is_whatsapp(phone) else _sms_fields()
    if message.file:
        form["MediaUrl0"] = media_url(message)
        form["MediaContentType0"] = message.file.content_type
    return signed(f"{config.settings().public_url}{WHATSAPP_PATH if is_whatsapp(phone) else SMS_PATH}", form)


def _sms_fields() -> dict[str, str]:
    place = {f"{side}{part}": "" for side in ("To", "From") for part in ("City", "State", "Zip")}
    return {**place, "FromCountry": "ID", "ToCountry": "ID"}


def _whatsapp_fields(message: SimulatedMessage) -> dict[str, str]:
    phone = message.phone
    fields = {
        "ProfileName": phone.name,
        "WaId": phone.digits,
        "MessageType": str(message.kind),
        "ReferralNumMedia": "0",
        "ChannelMetadata": json.dumps(
            {"type": "whatsapp", "data": {"context": {"ProfileName": phone.name, "WaId": phone.digits}}}
        ),
    }
    if message.kind == SimulatedMessage.Kind.LOCATION:
        fields |= {"Latitude": str(message.latitude), "Longitude": str(message.longitude)}
        fields |= {"Address": message.place, "Label": message.place} if message.place else {}
    return fields


def media_url(message: SimulatedMessage) -> str:
    """Where Twilio serves the message's file: at its API, under the account."""
    assert message.file is not None  # noqa: S101 - the caller asked for a message with a file
    base = config.settings().sigap_twilio_api_base.rstrip("/")
    account = config.value("sigap_twilio_account_sid")
    return (
        f"{base}/2010-04-01/Accounts/{account}/Messages/{message.external_id}/Media/ME{int(message.file.handle):032x}"
    )


def status(message: SimulatedMessage, new: str, error: int | None = None) -> Webhook | None:
    """What Twilio posts to the message's StatusCallback; None when the sender named none.

    Args:
        new: sent, delivered, read, undelivered or failed.
        error: Twilio's error code.
    """
    if not message.status_url:
        return None
    citizen, ours = addresses(message.phone)
    form = {
        "SmsSid": message.external_id,
        "SmsStatus": new,
        "MessageStatus": new,
        "To": citizen,
        "MessageSid": message.external_id,
        "AccountSid": config.value("sigap_twilio_account_sid"),
        "From": ours,
        "ApiVersion": "2010-04-01",
    }
    if is_whatsapp(message.phone):
        form |= {"ChannelToAddress": citizen, "ChannelPrefix": "whatsapp"}
        form |= {"EventType": "READ"} if new == "read" else {}
    if error is not None:
        form["ErrorCode"] = str(error)
    return signed(message.status_url, form)


def signed(url: str, form: dict[str, str]) -> Webhook:
    """Sign a form for the public address that Twilio was given; the fragment (`#rc=5`) is not part of it."""
    url = url.partition("#")[0]
    token = config.value("sigap_twilio_auth_token")
    headers = {
        "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
        "X-Twilio-Signature": RequestValidator(token).compute_signature(url, form),
        "I-Twilio-Idempotency-Token": str(uuid.uuid4()),
        "User-Agent": "TwilioProxy/1.1",
    }
    return Webhook(config.own_path(url) or "", headers, urlencode(form).encode())


def new_message_sid(*, media: bool) -> str:
    """A fresh id for a message: SM, or MM when it carries a file."""
    return twilio_sid("MM" if media else "SM")
