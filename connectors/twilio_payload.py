"""Reading Twilio's webhooks: inbound messages and status callbacks, for SMS and WhatsApp alike.

https://www.twilio.com/docs/messaging/guides/webhook-request
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from cases.models import Delivery
from cases.ports import Ignored, Inbound, InboundMedia, InboundMessage, Kind, Quarantined, StatusUpdate
from connectors.addresses import BSUID, e164
from connectors.parsing import as_point, kind_of_type, storable
from connectors.twilio_errors import reason_of

STATUSES = {
    "sent": Delivery.Status.SENT,
    "delivered": Delivery.Status.DELIVERED,
    "read": Delivery.Status.READ,
    "undelivered": Delivery.Status.FAILED,
    "failed": Delivery.Status.FAILED,
    "canceled": Delivery.Status.FAILED,
}
NEEDLESS_STATUSES = {
    "accepted", "scheduled", "queued", "sending", "receiving", "received", "partially_delivered",
}  # fmt: skip
MAX_MEDIA = 10
WHATSAPP = "whatsapp:"
_SID = re.compile(r"^[A-Za-z0-9]{2,64}$")


def read_form(form: Mapping[str, str], *, whatsapp: bool, reference: str = "") -> Inbound:
    """The one event in a webhook.

    Args:
        form: the parameters, one value each.
        whatsapp: addresses are WhatsApp's, where a business-scoped user id may stand for the number.
        reference: what the address of a status callback says about the part it reports on.

    Raises:
        ValueError: a parameter is not what Twilio documents.
    """
    if "MessageStatus" in form:
        return _read_status(form, reference)
    return _read_message(form, whatsapp=whatsapp)


def _sid(form: Mapping[str, str]) -> str:
    sid = form.get("MessageSid") or form.get("SmsSid") or form.get("SmsMessageSid") or ""
    if not _SID.match(sid):
        raise ValueError("bad sid")
    return sid


def _read_status(form: Mapping[str, str], reference: str) -> Inbound:
    name = form["MessageStatus"].lower()
    if name in NEEDLESS_STATUSES:
        return Ignored(reason=f"status {name}")
    if name not in STATUSES:
        return Quarantined(reason="status tidak dikenal")
    code = form.get("ErrorCode", "") if STATUSES[name] == Delivery.Status.FAILED else ""
    return StatusUpdate(
        external_id=_sid(form),
        status=STATUSES[name].value,
        at=timezone.now(),
        error_code=f"twilio-{code}" if code else "",
        reason=reason_of(code) if STATUSES[name] == Delivery.Status.FAILED else "",
        reference=storable(reference)[:100],
    )


def _read_message(form: Mapping[str, str], *, whatsapp: bool) -> Inbound:
    address = _address(form, whatsapp=whatsapp)
    if not address:
        # a sender id like "TELKOMSEL" or a short code: legal, but nobody there can be answered
        return Ignored(reason="pengirim tanpa nomor telepon")
    details = _content(form)
    return InboundMessage(
        external_id=_sid(form),
        address=address,
        sent_at=timezone.now(),  # Twilio sends no time with a message
        name=storable(form.get("ProfileName", ""))[:200],
        reply_to=form.get("OriginalRepliedMessageSid", "")[:200],
        **details,
    )


def _address(form: Mapping[str, str], *, whatsapp: bool) -> str:
    if not whatsapp:
        return e164(form["From"])
    sender = form.get("From", "").removeprefix(WHATSAPP)
    candidates = (sender, form.get("ExternalUserId", ""), form.get("ParentExternalUserId", ""))
    hidden = next((item for item in candidates if BSUID.match(item)), "")
    address = e164(sender, international=True) or hidden
    if not address:
        raise ValueError("no usable sender")
    return address


def _content(form: Mapping[str, str]) -> dict[str, Any]:
    text = storable(form.get("Body", ""))
    media = _media(form)
    if form.get("ButtonPayload") or form.get("ButtonText"):
        title = storable(form.get("ButtonText", "")) or text
        return {"kind": Kind.BUTTON, "payload": storable(form.get("ButtonPayload", "")), "text": title}
    if form.get("Latitude") and form.get("Longitude"):
        named = [storable(form.get("Label", "")), storable(form.get("Address", "")), text]
        return {
            "kind": Kind.LOCATION,
            "location": as_point(form["Latitude"], form["Longitude"]),
            "text": "\n".join(dict.fromkeys(line for line in named if line)),
        }
    if media:
        return {"kind": kind_of_type(media[0].content_type), "text": text, "media": media}
    if not text and form.get("MessageType", "text") not in ("text", "sms", ""):
        return {"kind": Kind.UNSUPPORTED}
    return {"kind": Kind.TEXT, "text": text}


def _media(form: Mapping[str, str]) -> tuple[InboundMedia, ...]:
    count = min(int(form.get("NumMedia") or 0), MAX_MEDIA)
    return tuple(
        InboundMedia(
            reference=storable(form[f"MediaUrl{index}"]),
            content_type=storable(form.get(f"MediaContentType{index}", "")).partition(";")[0].strip().lower(),
        )
        for index in range(count)
    )
