"""Reading untrusted payloads: every value is checked for its type and made storable before it is used."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from cases.ports import Inbound, Kind, Quarantined
from connectors.base import Malformed

ODD = (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError, OSError)
"""What reading a payload of an unexpected shape raises."""


def json_body(body: bytes) -> Any:
    """The body as JSON. Raises `Malformed` when it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise Malformed("not JSON") from None


def as_dict(value: Any) -> dict[str, Any]:
    """An object; an absent one is empty. Raises TypeError for anything else."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise TypeError("not an object")
    return value


def as_list(value: Any) -> list[Any]:
    """A list; an absent one is empty. Raises TypeError for anything else."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise TypeError("not a list")
    return value


def as_text(value: Any) -> str:
    """A string that PostgreSQL can store; an absent one is empty. Raises TypeError for anything else.

    NUL cannot be stored, and JSON's escapes can spell half of a surrogate pair, which cannot be encoded.
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        raise TypeError("not a string")
    return storable(value)


def storable(text: str) -> str:
    """The text without NUL and with lone surrogates replaced by U+FFFD."""
    return text.replace("\x00", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def as_id(value: Any) -> str:
    """A provider's message id. Raises ValueError when it is empty or longer than the column."""
    text = as_text(value)
    if not text or len(text) > 200:
        raise ValueError("bad id")
    return text


def as_time(value: Any) -> datetime:
    """Epoch seconds, as a number or a string of digits. Raises ValueError or OverflowError."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError("not a time")
    return datetime.fromtimestamp(int(value), UTC)


def as_point(latitude: Any, longitude: Any) -> tuple[float, float]:
    """A place on earth. Raises ValueError outside of it."""
    point = float(latitude), float(longitude)
    if not (math.isfinite(point[0]) and abs(point[0]) <= 90 and math.isfinite(point[1]) and abs(point[1]) <= 180):
        raise ValueError("not a place")
    return point


def guarded(read: Callable[..., Inbound], what: str, *args: Any) -> Inbound:
    """Read one element; an odd one is quarantined and does not stop the others.

    Args:
        read: the reader of one element.
        what: its name, for operators.
        args: what the reader takes.
    """
    try:
        return read(*args)
    except ODD as error:
        return Quarantined(reason=f"{what} tidak terbaca ({type(error).__name__})")


def kind_of_type(content_type: str) -> Kind:
    """The kind of a message that carries a file of this media type."""
    if content_type in ("text/vcard", "text/x-vcard", "text/directory"):
        return Kind.CONTACT
    family = {"image": Kind.IMAGE, "audio": Kind.AUDIO, "video": Kind.VIDEO}
    return family.get(content_type.partition("/")[0], Kind.DOCUMENT)
