"""Twilio's REST API for messages: https://www.twilio.com/docs/messaging/api/message-resource"""

from __future__ import annotations

import hmac
import secrets
from email.utils import format_datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from connectors.simulator import config, traffic
from connectors.simulator.api.common import Answer, Call, VendorFaults, accept, lower_headers, provider_api
from connectors.simulator.models import HANDLE_BASE, SimulatedFile, SimulatedMessage, SimulatedPhone
from connectors.simulator.shapes import ShapeError
from connectors.simulator.shapes import twilio as shape
from connectors.simulator.webhooks.twilio import addresses, new_message_sid

WHATSAPP = "whatsapp:"


def error(status: int, code: int, message: str) -> Answer:
    """Twilio's error body. https://www.twilio.com/docs/api/errors"""
    return Answer(status, shape.answer(ShapeError(status, code, message)))


VENDOR_FAULTS = VendorFaults(
    throttled=error(429, 20429, "Too Many Requests"),
    broken=error(500, 20500, "Internal Server Error"),
)


def _refusal(request: HttpRequest, account: str) -> Answer | None:
    """The error for a wrong account or token."""
    own = config.settings().sigap_twilio_account_sid or ""
    faults = shape.auth_errors(lower_headers(request), own, config.accepted("sigap_twilio_auth_token"))
    if account != own:
        faults = [ShapeError(401, 20003, "Authenticate")]
    return next((Answer(fault.status, shape.answer(fault)) for fault in faults), None)


def _path(request: HttpRequest) -> str:
    return request.path.partition("/api/twilio")[2]


@provider_api(_path)
def messages(call: Call, account: str) -> Answer:
    """POST /2010-04-01/Accounts/{sid}/Messages.json: send one SMS or WhatsApp message."""
    if refusal := _refusal(call.request, account):
        return refusal
    for fault in shape.message_errors(dict(call.request.POST.lists())):
        return Answer(fault.status, shape.answer(fault))
    sender, recipient = call.text("From"), call.text("To")
    whatsapp = recipient.startswith(WHATSAPP)
    current = config.settings()
    own = current.sigap_twilio_whatsapp_from if whatsapp else current.sigap_twilio_sms_from
    if sender.removeprefix(WHATSAPP) != (own or "").removeprefix(WHATSAPP):
        return error(
            400, 63007 if whatsapp else 21606, f"The From number {sender} is not a valid sender for this account"
        )
    phone, _ = SimulatedPhone.objects.get_or_create(
        channel=SimulatedPhone.Channel.WHATSAPP_TWILIO if whatsapp else SimulatedPhone.Channel.SMS_TWILIO,
        address=recipient.removeprefix(WHATSAPP),
        defaults={"name": recipient.removeprefix(WHATSAPP)},
    )
    if phone.blocked and not whatsapp:
        return error(400, 21610, "Attempt to send to unsubscribed recipient")
    link = call.text("MediaUrl")
    message = SimulatedMessage(
        kind=SimulatedMessage.Kind.IMAGE if link else SimulatedMessage.Kind.TEXT,
        text=call.text("Body"),
        link=link[:600],
        external_id=new_message_sid(media=bool(link)),
        status_url=call.text("StatusCallback"),
    )

    def take() -> Answer:
        traffic.receive(phone, message)
        return Answer(201, resource(message), phone)

    return accept(VENDOR_FAULTS, phone, take)


def resource(message: SimulatedMessage) -> dict[str, Any]:
    """Twilio's Message resource."""
    citizen, ours = addresses(message.phone)
    account = config.value("sigap_twilio_account_sid")
    when = format_datetime(message.created_at)
    address = f"/2010-04-01/Accounts/{account}/Messages/{message.external_id}"
    return {
        "account_sid": account,
        "api_version": "2010-04-01",
        "body": message.text,
        "date_created": when,
        "date_sent": None,
        "date_updated": when,
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "from": ours,
        "messaging_service_sid": None,
        "num_media": "1" if message.link else "0",
        "num_segments": "1",
        "price": None,
        "price_unit": None,
        "sid": message.external_id,
        "status": "queued" if message.status == "accepted" else message.status,
        "subresource_uris": {"media": f"{address}/Media.json"},
        "to": citizen,
        "uri": f"{address}.json",
    }


@provider_api(_path)
def message(call: Call, account: str, sid: str) -> Answer:
    """GET one message's resource."""
    if refusal := _refusal(call.request, account):
        return refusal
    found = SimulatedMessage.objects.select_related("phone").filter(external_id=sid).first()
    if found is None:
        return error(404, 20404, f"The requested resource {_path(call.request)} was not found")
    return Answer(200, resource(found), found.phone)


@provider_api(_path)
def account(call: Call, account: str) -> Answer:
    """GET the account: what `sigap check` asks for."""
    if refusal := _refusal(call.request, account):
        return refusal
    return Answer(200, {"sid": account, "friendly_name": "Sigap (simulator)", "status": "active", "type": "Full"})


@provider_api(_path)
def media(call: Call, account: str, sid: str, media_sid: str) -> Answer | HttpResponse:
    """GET a message's file with the account's credentials: Twilio redirects to its storage, which asks for none."""
    if refusal := _refusal(call.request, account):
        return refusal
    file = SimulatedFile.objects.filter(
        pk=int(media_sid.removeprefix("ME"), 16) - HANDLE_BASE, simulatedmessage__external_id=sid
    ).first()
    if file is None:
        return error(404, 20404, f"The requested resource {_path(call.request)} was not found")
    return HttpResponseRedirect(reverse("simulator:twilio-storage", args=[file.handle, storage_key(file)]), status=307)


@provider_api(_path)
def storage(call: Call, handle: str, key: str) -> HttpResponse:
    """GET from the storage behind Twilio's media: the key in the address is the permission."""
    file = SimulatedFile.objects.filter(pk=int(handle) - HANDLE_BASE).first()
    if file is None or not secrets.compare_digest(key, storage_key(file)):
        return HttpResponse(status=404)
    return HttpResponse(bytes(file.content), content_type=file.content_type)


def storage_key(file: SimulatedFile) -> str:
    """What makes a storage address unguessable."""
    token = config.value("sigap_twilio_auth_token").encode()
    return hmac.new(token, file.handle.encode(), "sha256").hexdigest()[:32]
