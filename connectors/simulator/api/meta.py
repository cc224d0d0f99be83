"""Meta's Cloud API: https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from connectors.simulator import config, identifiers, traffic
from connectors.simulator.api.common import Answer, Call, VendorFaults, accept, choices_of, lower_headers, provider_api
from connectors.simulator.models import HANDLE_BASE, SimulatedFile, SimulatedMessage, SimulatedPhone
from connectors.simulator.shapes import ShapeError
from connectors.simulator.shapes import meta as shape
from connectors.simulator.webhooks.meta import DISPLAY_NUMBER

TYPING = timedelta(seconds=25)
"""How long a typing indicator shows, unless the message comes first."""


def error(status: int, code: int, message: str) -> Answer:
    """Meta's error body. https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes"""
    return Answer(status, shape.answer(ShapeError(status, code, message)))


VENDOR_FAULTS = VendorFaults(
    throttled=error(429, 130429, "Rate limit hit"),
    broken=error(500, 131000, "Something went wrong"),
)


def _refusal(request: HttpRequest, node: str | None = None) -> Answer | None:
    """The error for a wrong token or a sender id that is not the account's."""
    for fault in shape.auth_errors(lower_headers(request), config.accepted("sigap_meta_access_token")):
        return Answer(fault.status, shape.answer(fault))
    if node is not None and node != config.settings().sigap_meta_phone_number_id:
        return error(400, 100, f"Unsupported post request. Object with ID '{node}' does not exist")
    return None


def _path(request: HttpRequest) -> str:
    return request.path.partition("/api/meta")[2]


@provider_api(_path)
def messages(call: Call, node: str) -> Answer:
    """POST /{phone-number-id}/messages: a message, or a read receipt with an optional typing indicator."""
    if refusal := _refusal(call.request, node):
        return refusal
    for fault in shape.message_errors(call.fields):
        return Answer(fault.status, shape.answer(fault))
    if call.fields.get("status") == "read":
        return _mark_read(call)
    to = call.text("to").lstrip("+")
    address = f"+{to}" if to else call.text("recipient")
    phone, _ = SimulatedPhone.objects.get_or_create(
        channel=SimulatedPhone.Channel.WHATSAPP_META, address=address, defaults={"name": address[:80]}
    )
    message = _message(call.fields)
    if message.file is None and _media(call.fields).get("id"):
        return error(400, 131053, "Media upload error")
    message.external_id = identifiers.wamid(phone.digits)
    message.reference = call.text("biz_opaque_callback_data")

    def take() -> Answer:
        traffic.receive(phone, message)
        body = {
            "messaging_product": "whatsapp",
            "contacts": [{"input": to or address, "wa_id": phone.digits}],
            "messages": [{"id": message.external_id}],
        }
        return Answer(200, body, phone)

    return accept(VENDOR_FAULTS, phone, take)


def _mark_read(call: Call) -> Answer:
    seen = SimulatedMessage.objects.filter(external_id=call.text("message_id"), author="citizen").first()
    if seen is None:
        return error(400, 100, "Message ID does not exist.")
    older = seen.phone.messages.filter(author="citizen", pk__lte=seen.pk).exclude(status="failed")
    older.update(status=SimulatedMessage.Status.READ)
    if call.fields.get("typing_indicator"):
        SimulatedPhone.objects.filter(pk=seen.phone_id).update(typing_until=timezone.now() + TYPING)
    seen.phone.touch()
    return Answer(200, {"success": True}, seen.phone)


def _media(fields: dict[str, Any]) -> dict[str, Any]:
    found = fields.get(str(fields.get("type")))
    return found if isinstance(found, dict) and fields.get("type") in ("image", "document", "audio", "video") else {}


def _message(fields: dict[str, Any]) -> SimulatedMessage:
    if fields.get("type") == "interactive":
        return _interactive(fields["interactive"])
    if media := _media(fields):
        kind = SimulatedMessage.Kind.IMAGE if fields["type"] == "image" else SimulatedMessage.Kind.DOCUMENT
        return SimulatedMessage(
            kind=kind,
            text=str(media.get("caption", "")),
            file=_file(str(media.get("id", ""))),
            link=str(media.get("link", ""))[:600],
        )
    if fields.get("type") == "location":
        place = fields["location"]
        point = {
            "latitude": place["latitude"],
            "longitude": place["longitude"],
            "place": str(place.get("name", ""))[:120],
        }
        return SimulatedMessage(kind=SimulatedMessage.Kind.LOCATION, **point)
    if fields.get("type") == "template":
        return SimulatedMessage(text=f"[templat {fields['template']['name']}]")
    return SimulatedMessage(text=str(fields["text"]["body"]))


def _interactive(interactive: dict[str, Any]) -> SimulatedMessage:
    action = interactive["action"]
    if interactive["type"] == "button":
        replies = [button["reply"] for button in action["buttons"]]
        choices = choices_of([(reply["title"], reply["id"], "") for reply in replies])
    else:
        rows = [row for section in action["sections"] for row in section["rows"]]
        choices = choices_of([(row["title"], row["id"], row.get("description", "")) for row in rows])
    return SimulatedMessage(
        text=str(interactive["body"]["text"]),
        choices=choices,
        choices_style="list" if interactive["type"] == "list" else "buttons",
        choices_label=str(action.get("button", ""))[:40],
    )


def _file(handle: str) -> SimulatedFile | None:
    return SimulatedFile.objects.filter(pk=int(handle) - HANDLE_BASE).first() if handle.isdigit() else None


@provider_api(_path)
def media(call: Call, node: str) -> Answer:
    """POST /{phone-number-id}/media: upload a file, get its id."""
    if refusal := _refusal(call.request, node):
        return refusal
    for fault in shape.upload_errors(call.fields, call.request.FILES):
        return Answer(fault.status, shape.answer(fault))
    file = call.save_upload(None, "file")
    if file is None:
        return error(400, 131053, "Media upload error")
    return Answer(200, {"id": file.handle})


@provider_api(_path)
def node(call: Call, node: str) -> Answer:
    """GET /{id}: the sender's data, or where a file is."""
    if refusal := _refusal(call.request):
        return refusal
    if node == config.settings().sigap_meta_phone_number_id:
        return Answer(200, {"verified_name": "Sigap", "display_phone_number": DISPLAY_NUMBER, "id": node})
    file = _file(node)
    if file is None:
        return error(400, 100, f"Unsupported get request. Object with ID '{node}' does not exist")
    body: dict[str, Any] = {
        "url": call.request.build_absolute_uri(f"{call.request.path.rpartition('/')[0]}/download/{node}"),
        "mime_type": file.content_type,
        "sha256": hashlib.sha256(file.content).hexdigest(),
        "file_size": len(file.content),
        "id": node,
        "messaging_product": "whatsapp",
    }
    return Answer(200, body, file.phone)


@provider_api(_path)
def download(call: Call, node: str) -> Answer | HttpResponse:
    """GET the address that a file's node named, with the token again."""
    file = _file(node)
    if refusal := _refusal(call.request):
        return refusal
    if file is None:
        return HttpResponse(status=404)
    return HttpResponse(bytes(file.content), content_type=file.content_type)
