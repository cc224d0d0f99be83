"""Reading Meta's webhook payloads: every entry, change, message and status.

https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/payload-examples
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from cases.models import Delivery
from cases.ports import Ignored, Inbound, InboundMedia, InboundMessage, Kind, Quarantined, StatusUpdate
from connectors.addresses import BSUID, e164
from connectors.parsing import ODD, as_dict, as_id, as_list, as_point, as_text, as_time, guarded
from connectors.whatsapp.meta_errors import reason_of

STATUSES = {
    "sent": Delivery.Status.SENT,
    "delivered": Delivery.Status.DELIVERED,
    "read": Delivery.Status.READ,
    "played": Delivery.Status.READ,
    "failed": Delivery.Status.FAILED,
}
NEEDLESS_STATUSES = {"deleted", "warning", "pending", "accepted", "held_for_quality_assessment"}
MEDIA_KINDS = {
    "image": Kind.IMAGE,
    "audio": Kind.AUDIO,
    "video": Kind.VIDEO,
    "document": Kind.DOCUMENT,
    "sticker": Kind.STICKER,
}


def read_payload(payload: Any, phone_number_id: str) -> list[Inbound]:
    """Everything in one webhook, in order; an odd element becomes `Quarantined` and stops no other.

    Args:
        payload: the parsed JSON, of any shape.
        phone_number_id: our number; what came to another one is not ours to answer.
    """
    if not isinstance(payload, dict):
        return [Quarantined(reason="bukan objek JSON")]
    if payload.get("object") != "whatsapp_business_account":
        return [Ignored(reason="bukan objek whatsapp_business_account")]
    found: list[Inbound] = []
    try:
        for entry in as_list(payload.get("entry")):
            for change in as_list(as_dict(entry).get("changes")):
                found += _read_change(change, phone_number_id)
    except ODD as error:
        found.append(Quarantined(reason=f"entry tidak terbaca ({type(error).__name__})"))
    return found or [Quarantined(reason="tidak ada perubahan di dalamnya")]


def _read_change(change: Any, phone_number_id: str) -> list[Inbound]:
    try:
        change = as_dict(change)
        if change.get("field") != "messages":
            return [Ignored(reason="field selain messages")]
        value = as_dict(change.get("value"))
        if as_dict(value.get("metadata")).get("phone_number_id") != phone_number_id:
            return [Quarantined(reason="phone_number_id bukan milik kita; periksa SIGAP_META_PHONE_NUMBER_ID")]
        people = [as_dict(person) for person in as_list(value.get("contacts"))]
        return [
            *(guarded(_read_message, "message", item, people) for item in as_list(value.get("messages"))),
            *(guarded(_read_status, "status", item) for item in as_list(value.get("statuses"))),
            *(_read_error(item) for item in as_list(value.get("errors"))),
        ]
    except ODD as error:
        return [Quarantined(reason=f"change tidak terbaca ({type(error).__name__})")]


def _read_error(item: Any) -> Inbound:
    code = item.get("code") if isinstance(item, dict) else None
    return Quarantined(reason=f"galat dari Meta: {code}")


def _read_status(item: Any) -> Inbound:
    item = as_dict(item)
    name = as_text(item["status"])
    if name in NEEDLESS_STATUSES:
        return Ignored(reason=f"status {name}")
    if name not in STATUSES:
        return Quarantined(reason="status tidak dikenal")
    errors = as_list(item.get("errors"))
    code = str(as_dict(errors[0]).get("code", "")) if errors else ""
    return StatusUpdate(
        external_id=as_id(item["id"]),
        status=STATUSES[name].value,
        at=as_time(item["timestamp"]),
        error_code=f"meta-{code}" if code else "",
        reason=reason_of(code) if name == "failed" else "",
        reference=as_text(item.get("biz_opaque_callback_data"))[:100],
    )


def _read_message(item: Any, people: list[dict[str, Any]]) -> Inbound:
    item = as_dict(item)
    if item.get("group_id"):
        return Ignored(reason="pesan grup")
    kind = as_text(item.get("type"))
    if kind == "system":
        return Quarantined(reason="pesan sistem (nomor atau identitas warga berubah)")
    address, name = _sender(item, people)
    details = READERS.get(kind, _read_unsupported)(item)
    if details is None:
        return Ignored(reason=f"{kind} yang dicabut")
    return InboundMessage(
        external_id=as_id(item["id"]),
        address=address,
        sent_at=as_time(item["timestamp"]),
        name=name,
        reply_to=details.pop("reply_to", "") or as_text(as_dict(item.get("context")).get("id")),
        **details,
    )


def _sender(item: dict[str, Any], people: list[dict[str, Any]]) -> tuple[str, str]:
    """Address and profile name. The number may be hidden; then the business-scoped user id is the address."""
    phone, user_id = as_text(item.get("from")), as_text(item.get("from_user_id") or item.get("user_id"))
    if BSUID.match(phone):
        phone, user_id = "", phone
    if not phone and not user_id and len(people) == 1:
        phone, user_id = as_text(people[0].get("wa_id")), as_text(people[0].get("user_id"))
    address = e164(phone, international=True) if phone else ""
    if not address and BSUID.match(user_id):
        address = user_id
    if not address:
        raise ValueError("no usable sender")
    return address, _name(people, phone, user_id)


def _name(people: Iterator[dict[str, Any]] | list[dict[str, Any]], phone: str, user_id: str) -> str:
    """The profile name of the sender; matched by id, because Meta does not promise an order."""
    for person in people:
        if (phone and person.get("wa_id") == phone) or (user_id and person.get("user_id") == user_id):
            return as_text(as_dict(person.get("profile")).get("name"))[:200]
    return ""


def _read_text(item: dict[str, Any]) -> dict[str, Any]:
    return {"kind": Kind.TEXT, "text": as_text(as_dict(item["text"]).get("body"))}


def _read_media(item: dict[str, Any]) -> dict[str, Any]:
    kind = as_text(item["type"])
    body = as_dict(item[kind])
    size = body.get("file_size")
    media = InboundMedia(
        reference=as_id(body["id"]),
        content_type=as_text(body.get("mime_type")).partition(";")[0].strip(),
        filename=as_text(body.get("filename")),
        size=size if isinstance(size, int) and size >= 0 else None,
    )
    return {"kind": MEDIA_KINDS[kind], "text": as_text(body.get("caption")), "media": (media,)}


def _read_location(item: dict[str, Any]) -> dict[str, Any]:
    body = as_dict(item["location"])
    named = [as_text(body.get("name")), as_text(body.get("address"))]
    return {
        "kind": Kind.LOCATION,
        "location": as_point(body["latitude"], body["longitude"]),
        "text": "\n".join(line for line in named if line),
    }


def _read_contacts(item: dict[str, Any]) -> dict[str, Any]:
    lines = []
    for card in as_list(item["contacts"]):
        name = as_text(as_dict(as_dict(card).get("name")).get("formatted_name"))
        phones = [as_text(as_dict(phone).get("phone")) for phone in as_list(as_dict(card).get("phones"))]
        lines.append(" ".join(part for part in (name, *phones) if part))
    return {"kind": Kind.CONTACT, "text": "\n".join(lines)}


def _read_interactive(item: dict[str, Any]) -> dict[str, Any]:
    body = as_dict(item["interactive"])
    reply = body.get(as_text(body.get("type")))
    if body.get("type") not in ("button_reply", "list_reply"):
        return {"kind": Kind.UNSUPPORTED}  # nfm_reply: the answer to a flow, and we send none
    reply = as_dict(reply)
    return {"kind": Kind.BUTTON, "payload": as_text(reply["id"]), "text": as_text(reply.get("title"))}


def _read_button(item: dict[str, Any]) -> dict[str, Any]:
    body = as_dict(item["button"])
    return {"kind": Kind.BUTTON, "payload": as_text(body.get("payload")), "text": as_text(body.get("text"))}


def _read_reaction(item: dict[str, Any]) -> dict[str, Any] | None:
    body = as_dict(item["reaction"])
    emoji = as_text(body.get("emoji"))
    if not emoji:
        return None
    return {"kind": Kind.REACTION, "text": emoji, "reply_to": as_text(body.get("message_id"))}


def _read_welcome(item: dict[str, Any]) -> dict[str, Any]:
    return {"kind": Kind.COMMAND, "payload": "/sapa"}


def _read_unsupported(item: dict[str, Any]) -> dict[str, Any]:
    """Order, poll, event and whatever comes next: kept, so that the citizen gets an answer."""
    return {"kind": Kind.UNSUPPORTED}


READERS: dict[str, Callable[[dict[str, Any]], dict[str, Any] | None]] = {
    "text": _read_text,
    **dict.fromkeys(MEDIA_KINDS, _read_media),
    "location": _read_location,
    "contacts": _read_contacts,
    "interactive": _read_interactive,
    "button": _read_button,
    "reaction": _read_reaction,
    "request_welcome": _read_welcome,
}
