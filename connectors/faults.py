"""From a provider's refusal to the domain's closed set of send errors, in one function.

Each provider keeps a table from its codes to a `Fault`; a code that no table knows is judged by its HTTP status.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cases.ports import Rejected, SendError, TemporarilyFailed, Throttled

DEFAULT_WAIT = 5.0
_AMBIGUOUS = (502, 504)  # a gateway gave up waiting: the provider behind it may have taken the message


@dataclass(frozen=True)
class Fault:
    """What a provider's code means for us, and the sentence that an operator reads."""

    error: type[SendError]
    sentence: str
    wait: float = DEFAULT_WAIT  # seconds, for `Throttled` without the provider's own figure


def send_error(
    status: int, code: str, table: Mapping[str, Fault], retry_after: float | None = None, prefix: str = ""
) -> SendError:
    """The error of one refused call.

    Args:
        status: HTTP status.
        code: the provider's own code, "" when it gave none.
        table: the provider's codes.
        retry_after: seconds that the provider asks to wait.
        prefix: put before the code that operators see (`meta-`).
    """
    fault = table.get(code) or _by_status(status)
    shown = f"{prefix}{code or f'http-{status}'}"
    if issubclass(fault.error, Throttled):
        return Throttled(code=shown, sentence=fault.sentence, retry_after=retry_after or fault.wait)
    if issubclass(fault.error, TemporarilyFailed):
        return TemporarilyFailed(code=shown, sentence=fault.sentence, may_have_been_sent=status in _AMBIGUOUS)
    return fault.error(code=shown, sentence=fault.sentence)


def _by_status(status: int) -> Fault:
    if status == 429:
        return Fault(Throttled, "penyedia meminta pengiriman diperlambat")
    if status in (401, 403):
        # a wrong or expired token is mended by an operator; until then the message waits instead of being lost
        return Fault(TemporarilyFailed, "penyedia menolak kredensial; periksa token di pengaturan")
    if status == 408 or status >= 500:
        return Fault(TemporarilyFailed, "penyedia sedang bermasalah; pengiriman akan diulang")
    return Fault(Rejected, "penyedia menolak pesan ini")


def seconds(value: object) -> float | None:
    """A `Retry-After` figure in seconds, or None when it is absent or a date."""
    try:
        figure = float(str(value))
    except ValueError:
        return None
    return figure if 0 < figure < 3600 else None
