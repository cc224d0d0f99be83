"""Telegram's refusals. The Bot API has few codes; its descriptions tell them apart.

https://core.telegram.org/api/errors and https://core.telegram.org/bots/api#making-requests
"""

from __future__ import annotations

from typing import Any

from cases.ports import Rejected, SendError, TemporarilyFailed, Throttled, Unreachable
from connectors.faults import Fault, seconds, send_error
from connectors.parsing import ODD, as_dict

_TOKEN = "token bot ditolak Telegram; periksa SIGAP_TELEGRAM_BOT_TOKEN"  # noqa: S105  # a sentence, not a secret

ERRORS: dict[str, Fault] = {
    "unauthorized": Fault(TemporarilyFailed, _TOKEN),
    "not-found": Fault(TemporarilyFailed, _TOKEN),
    "too-many-requests": Fault(Throttled, "Telegram meminta pengiriman diperlambat", wait=5),
    "blocked": Fault(Unreachable, "warga memblokir bot"),
    "deactivated": Fault(Unreachable, "akun Telegram warga sudah dihapus"),
    "no-initiative": Fault(Unreachable, "warga belum pernah memulai percakapan dengan bot"),
    "chat-not-found": Fault(Unreachable, "percakapan Telegram tidak ditemukan"),
    "forbidden": Fault(Unreachable, "Telegram tidak mengizinkan bot mengirim ke percakapan ini"),
    "too-long": Fault(Rejected, "pesan melebihi 4096 karakter"),
    "empty": Fault(Rejected, "isi pesan kosong"),
    "bad-button": Fault(Rejected, "tombol ditolak Telegram"),
    "file-too-big": Fault(Rejected, "berkas melebihi 20 MB"),
    "file-gone": Fault(Rejected, "berkas sudah tidak ada di Telegram"),
}
_DESCRIPTIONS = (
    ("bot was blocked", "blocked"),
    ("user is deactivated", "deactivated"),
    ("can't initiate conversation", "no-initiative"),
    ("chat not found", "chat-not-found"),
    ("peer_id_invalid", "chat-not-found"),
    ("message is too long", "too-long"),
    ("message text is empty", "empty"),
    ("button_data_invalid", "bad-button"),
    ("file is too big", "file-too-big"),
    ("wrong file_id", "file-gone"),
    ("wrong file identifier", "file-gone"),
    ("file reference has expired", "file-gone"),
)
_STATUSES = {401: "unauthorized", 403: "forbidden", 404: "not-found", 429: "too-many-requests"}


def error_of(status: int, body: dict[str, Any]) -> SendError:
    """The send error of a refused Bot API call.

    Args:
        status: HTTP status; the body's `error_code` is the same figure.
        body: `{"ok": false, "error_code", "description", "parameters"}`, or anything.
    """
    description = str(body.get("description", "")).lower()
    name = next((name for words, name in _DESCRIPTIONS if words in description), _STATUSES.get(status, ""))
    try:
        wait = seconds(as_dict(body.get("parameters")).get("retry_after"))
    except ODD:
        wait = None
    return send_error(status, name, ERRORS, wait, prefix="telegram-")
