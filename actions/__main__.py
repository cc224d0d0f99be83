"""`python -m actions`: run the action server on loopback."""

from __future__ import annotations

import os
import sys
from urllib.parse import urlsplit

LOOPBACK = "127.0.0.1"


def main() -> int:
    """Start the server; returns the exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "desk.settings")
    from sigap.settings import SettingsError, load

    try:
        settings = load()
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if settings.sigap_assistant_secret is None:
        sys.stderr.write("SIGAP_ASSISTANT_SECRET is not set: the action server answers nobody without it\n")
        return 2

    import django

    django.setup()
    from actions.server import build

    app = build(settings.sigap_assistant_secret.get_secret_value())
    app.run(
        host=LOOPBACK,
        port=urlsplit(settings.actions_url).port or settings.sigap_port + 2,
        single_process=True,
        access_log=False,
        motd=False,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
