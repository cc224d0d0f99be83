"""Telegram's updates: https://core.telegram.org/bots/api#update"""

from __future__ import annotations

import json
import secrets
from typing import Any

from connectors.simulator import config
from connectors.simulator.models import SimulatedFile, SimulatedMessage, SimulatedPhone
from connectors.simulator.webhooks import Webhook

PATH = "/webhooks/telegram"
UPDATE_BASE = 100_000_000
PHOTO_SIDE = 1280


def person(phone: SimulatedPhone) -> dict[str, Any]:
    """Telegram's User object of the citizen."""
    first, _, last = phone.name.partition(" ")
    user = {"id": int(phone.address), "is_bot": False, "first_name": first, "language_code": "id"}
    return user | ({"last_name": last} if last else {})


def chat(phone: SimulatedPhone) -> dict[str, Any]:
    """Telegram's Chat object of the private chat with the citizen."""
    return {key: value for key, value in person(phone).items() if key.endswith(("id", "_name"))} | {"type": "private"}


def bot() -> dict[str, Any]:
    """Telegram's User object of our bot; its id is the token's first part."""
    number = config.value("sigap_telegram_bot_token").partition(":")[0]
    return {"id": int(number), "is_bot": True, "first_name": "Sigap", "username": "sigap_demo_bot"}


def inbound(message: SimulatedMessage, update_id: int) -> Webhook:
    """What Telegram posts when a citizen writes, or sends a file or a place."""
    return signed({"update_id": update_id, "message": as_message(message)})


def as_message(message: SimulatedMessage) -> dict[str, Any]:
    """Telegram's Message object, ours or the citizen's."""
    phone = message.phone
    ours = message.author == SimulatedMessage.Author.SIGAP
    base = {
        "message_id": message.pk,
        "from": bot() if ours else person(phone),
        "chat": chat(phone),
        "date": int(message.created_at.timestamp()),
    }
    markup = {"reply_markup": {"inline_keyboard": keyboard(message)}} if ours and message.choices else {}
    return base | _content(message) | markup


def keyboard(message: SimulatedMessage) -> list[list[dict[str, str]]]:
    """The inline keyboard under a message of ours, one button a row."""
    return [[{"text": choice["title"], "callback_data": choice["payload"]}] for choice in message.choices]


def _content(message: SimulatedMessage) -> dict[str, Any]:
    if message.kind == SimulatedMessage.Kind.LOCATION:
        return {"location": {"latitude": message.latitude, "longitude": message.longitude}}
    if message.file is None:
        return {"text": message.text} | _command_entity(message.text)
    caption = {"caption": message.text} if message.text else {}
    if message.kind == SimulatedMessage.Kind.IMAGE:
        sizes = (90, 320, PHOTO_SIDE)
        return {"photo": [photo_size(message.file, side) for side in sizes]} | caption
    document = {
        "file_name": message.file.filename,
        "mime_type": message.file.content_type,
        "file_id": file_id(message.file),
        "file_unique_id": f"AgAD{message.file.pk}",
        "file_size": len(message.file.content),
    }
    return {"document": document} | caption


def _command_entity(text: str) -> dict[str, Any]:
    if not text.startswith("/"):
        return {}
    return {"entities": [{"offset": 0, "length": len(text.split()[0]), "type": "bot_command"}]}


def photo_size(file: SimulatedFile, side: int) -> dict[str, Any]:
    """Telegram's PhotoSize object; the simulator keeps one size and names it thrice, as clients expect several."""
    size = len(file.content) * side // PHOTO_SIDE
    return {
        "file_id": file_id(file),
        "file_unique_id": f"AQAD{file.pk}x{side}",
        "file_size": max(1, size),
        "width": side,
        "height": side * 3 // 4,
    }


def file_id(file: SimulatedFile) -> str:
    """Telegram's id of a file."""
    return f"BQACAgUAAxkBAA{file.handle}"


def callback(message: SimulatedMessage, payload: str, callback_id: str, update_id: int) -> Webhook:
    """What Telegram posts when a citizen presses a button under a message of ours."""
    query = {
        "id": callback_id,
        "from": person(message.phone),
        "message": as_message(message),
        "chat_instance": str(message.phone_id),
        "data": payload,
    }
    return signed({"update_id": update_id, "callback_query": query})


def membership(phone: SimulatedPhone, at: int, update_id: int) -> Webhook:
    """What Telegram posts when a citizen blocks the bot or lets it in again.

    Args:
        phone: with its new `blocked` state.
        at: Unix time.
        update_id: number of this update.
    """
    states = ({"status": "member"}, {"status": "kicked", "until_date": 0})
    old, new = states if phone.blocked else states[::-1]
    change = {
        "chat": chat(phone),
        "from": person(phone),
        "date": at,
        "old_chat_member": {"user": bot()} | old,
        "new_chat_member": {"user": bot()} | new,
    }
    return signed({"update_id": update_id, "my_chat_member": change})


def new_callback_id() -> str:
    """A fresh id for a button press."""
    return str(secrets.randbelow(9 * 10**18) + 10**18)


def signed(update: dict[str, Any]) -> Webhook:
    """An update with the header that proves its origin."""
    headers = {
        "Content-Type": "application/json",
        "X-Telegram-Bot-Api-Secret-Token": config.value("sigap_telegram_secret_token"),
    }
    return Webhook(PATH, headers, json.dumps(update, separators=(",", ":")).encode())
