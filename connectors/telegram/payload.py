"""Reading Telegram's updates with python-telegram-bot's types, offline.

https://core.telegram.org/bots/api#update
"""

from __future__ import annotations

import re
from typing import Any

from django.utils import timezone
from telegram import CallbackQuery, Message, Update

from cases.ports import Ignored, Inbound, InboundMedia, InboundMessage, Kind, Quarantined
from connectors.parsing import ODD, as_dict, storable

NEEDLESS_UPDATES = {
    "channel_post", "edited_channel_post", "inline_query", "chosen_inline_result", "shipping_query",
    "pre_checkout_query", "poll", "poll_answer", "my_chat_member", "chat_member", "chat_join_request", "chat_boost",
    "removed_chat_boost", "message_reaction", "message_reaction_count", "business_connection", "business_message",
    "edited_business_message", "deleted_business_messages", "purchased_paid_media",
}  # fmt: skip
SERVICE_MESSAGES = (
    "pinned_message", "message_auto_delete_timer_changed", "write_access_allowed", "successful_payment",
    "refunded_payment", "users_shared", "chat_shared", "connected_website", "boost_added", "chat_background_set",
    "new_chat_members", "left_chat_member", "migrate_to_chat_id", "migrate_from_chat_id",
)  # fmt: skip
COMMANDS = {
    "start": "/sapa",
    "help": "/bantuan",
    "bantuan": "/bantuan",
    "lapor": "/mulai_lapor",
    "status": "/cek_status",
    "admin": "/bicara_admin",
    "batal": "/batal",
    "cancel": "/batal",
    "stop": "/batal",
}
"""Telegram's slash commands and the dialogue intent that each stands for."""
FILE_KINDS = {
    "voice": Kind.AUDIO,
    "audio": Kind.AUDIO,
    "video": Kind.VIDEO,
    "video_note": Kind.VIDEO,
    "animation": Kind.VIDEO,
    "document": Kind.DOCUMENT,
    "sticker": Kind.STICKER,
}
"""In this order: an animation comes with a `document` as well, for old clients."""
PLAIN_KEYS = {"message_id", "from", "chat", "date", "edit_date", "text", "caption"}
"""What is left of a message for the second try at reading it."""
MAX_FILE = 20 * 1024 * 1024
"""Bots can download files up to this size. https://core.telegram.org/bots/api#getfile"""
_COMMAND = re.compile(r"^/([A-Za-z0-9_]{1,32})(?:@\w+)?(?:\s+(.*))?$", re.DOTALL)


def read_update(data: Any) -> Inbound:
    """The one event in an update.

    Args:
        data: the parsed JSON, of any shape.

    Raises:
        TypeError, KeyError, ValueError ...: a part is not of the documented shape (`connectors.parsing.ODD`).
    """
    data = as_dict(data)
    kinds = set(data) - {"update_id"}
    if kinds & NEEDLESS_UPDATES:
        return Ignored(reason=f"update {min(kinds & NEEDLESS_UPDATES)}")
    if not kinds & {"message", "edited_message", "callback_query"}:
        return Quarantined(reason="jenis update tidak dikenal")
    update = _typed(data)
    if update.callback_query:
        return _read_press(update.callback_query)
    if update.edited_message:
        return _read_message(update.edited_message, edited=True)
    if update.message is None:
        raise ValueError("no message")
    return _read_message(update.message)


def _typed(data: dict[str, Any]) -> Update:
    """The update in the library's types; a part that the library cannot read does not cost the whole message."""
    try:
        return Update.de_json(data, None)
    except ODD:
        bare: dict[str, Any] = {
            kind: {key: value for key, value in as_dict(data[kind]).items() if key in PLAIN_KEYS}
            for kind in ("message", "edited_message")
            if kind in data
        }
        return Update.de_json({"update_id": data["update_id"], **bare}, None)


def _read_press(query: CallbackQuery) -> Inbound:
    if query.message is None or not query.data:
        return Ignored(reason="tombol tanpa percakapan")
    if query.message.chat.type != "private":
        return Ignored(reason="tombol di grup")
    title = _title_of(query)
    return InboundMessage(
        external_id=f"callback:{storable(query.id)[:180]}",
        address=str(query.message.chat.id),
        kind=Kind.BUTTON,
        text=title,
        payload=storable(query.data)[:300],
        name=storable(query.from_user.full_name)[:200],
        sent_at=timezone.now(),  # Telegram sends no time with a press
        reply_to=f"{query.message.chat.id}:{query.message.message_id}",
    )


def _title_of(query: CallbackQuery) -> str:
    """The words on the pressed button; an inaccessible message shows none."""
    markup = getattr(query.message, "reply_markup", None)
    for row in markup.inline_keyboard if markup else ():
        for button in row:
            if button.callback_data == query.data:
                return storable(button.text)
    return ""


def _read_message(message: Message, *, edited: bool = False) -> Inbound:
    if message.chat.type != "private":
        # a complaint told in a group is not confidential, and a bot answering there would make it worse
        return Ignored(reason="pesan di luar percakapan pribadi")
    if message.from_user is not None and message.from_user.is_bot:
        return Ignored(reason="pesan dari bot")
    if any(getattr(message, name, None) for name in SERVICE_MESSAGES):
        return Ignored(reason="pesan layanan")
    root = f"{message.chat.id}:{message.message_id}"
    stamp = int(message.edit_date.timestamp()) if edited and message.edit_date else 0
    quoted = message.reply_to_message
    return InboundMessage(
        external_id=f"{root}#{stamp}" if edited else root,
        address=str(message.chat.id),
        sent_at=message.edit_date if edited and message.edit_date else message.date,
        name=storable(message.from_user.full_name if message.from_user else message.chat.full_name or "")[:200],
        reply_to=f"{message.chat.id}:{quoted.message_id}" if quoted else "",
        edited=edited,
        **_content(message),
    )


def _content(message: Message) -> dict[str, Any]:
    if message.text is not None:
        return _text(storable(message.text))
    caption = storable(message.caption or "")
    if message.photo:
        return {"kind": Kind.IMAGE, "text": caption, "media": (_photo(message),)}
    for name, kind in FILE_KINDS.items():
        file = getattr(message, name)
        if file is not None:
            return {"kind": kind, "text": caption, "media": (_file(file),)}
    place = message.venue.location if message.venue else message.location
    if place is not None:
        named = [message.venue.title, message.venue.address] if message.venue else []
        text = "\n".join(storable(line) for line in named if line)
        return {"kind": Kind.LOCATION, "location": (place.latitude, place.longitude), "text": text}
    if message.contact:
        card = message.contact
        words = (card.first_name, card.last_name, card.phone_number)
        return {"kind": Kind.CONTACT, "text": storable(" ".join(word for word in words if word))}
    return {"kind": Kind.UNSUPPORTED}


def _text(text: str) -> dict[str, Any]:
    command = _COMMAND.match(text)
    if command and (payload := COMMANDS.get(command[1].lower())):
        return {"kind": Kind.COMMAND, "payload": payload, "text": text}
    return {"kind": Kind.TEXT, "text": text}


def _photo(message: Message) -> InboundMedia:
    """The largest size that a bot may download."""
    sizes = sorted(message.photo, key=lambda size: (size.width * size.height, size.file_size or 0))
    usable = [size for size in sizes if (size.file_size or 0) <= MAX_FILE] or sizes[:1]
    return InboundMedia(reference=usable[-1].file_id, content_type="image/jpeg", size=usable[-1].file_size)


def _file(file: Any) -> InboundMedia:
    return InboundMedia(
        reference=storable(file.file_id),
        content_type=storable(getattr(file, "mime_type", None) or ""),
        filename=storable(getattr(file, "file_name", None) or ""),
        size=file.file_size,
    )
