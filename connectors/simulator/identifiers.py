"""Ids in the shapes of the vendors."""

from __future__ import annotations

import base64
import secrets


def wamid(digits: str) -> str:
    """A WhatsApp message id."""
    raw = b"\x1d\x0c" + digits.encode() + b"\x15\x02\x00\x11\x18" + secrets.token_hex(9).upper().encode() + b"\x00"
    return "wamid." + base64.b64encode(raw).decode()


def twilio_sid(prefix: str) -> str:
    """A Twilio id: two letters and 32 hexadecimal digits."""
    return prefix + secrets.token_hex(16)


def telegram_message(message_pk: int) -> str:
    """Our key for a Telegram message; on the wire it is the bare number, unique in its chat."""
    return f"tg:{message_pk}"
