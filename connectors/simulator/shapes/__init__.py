"""What each vendor accepts: pure checks of API requests against the published shapes.

The demo phone and the tests' provider doubles both refuse with them what the real vendor would refuse. Each function
takes a request's parts and returns the vendor's errors, most important first; an empty list means accepted. `answer` of
each module makes the vendor's error body of one.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ShapeError:
    """One refusal as the vendor would word it."""

    status: int  # HTTP
    code: int
    message: str


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units, as Telegram counts (and we for Meta and Twilio, to be safe)."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
