"""Starting programs that do not outlive us, and programs that run as another account."""

from __future__ import annotations

import ctypes
import pwd
import signal
from typing import Any

PR_SET_PDEATHSIG = 1


def die_with_parent(signal_number: int = signal.SIGTERM) -> None:
    """Ask Linux to send this process a signal when its parent dies; elsewhere do nothing.

    See prctl(2), PR_SET_PDEATHSIG. The request is lost when the process changes its user, so call it after;
    `preexec_fn` of `subprocess` runs after.
    """
    try:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal_number)
    except (OSError, AttributeError):
        return


def as_account(account: str | None) -> dict[str, Any]:
    """Arguments for `subprocess` that run a program as a system account; None changes nothing."""
    if account is None:
        return {}
    entry = pwd.getpwnam(account)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": [], "cwd": "/"}
