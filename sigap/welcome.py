"""The table that `sigap up` prints when everything runs."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from sigap.demo import officer_passwords
from sigap.settings import Settings


def welcome(settings: Settings, console: Console) -> None:
    """Print addresses and, in demo mode, the demo accounts."""
    console.print(table(settings))


def table(settings: Settings) -> Table:
    """Addresses and accounts as one table."""
    base = settings.public_url
    shown = Table(title="Sigap is running; Ctrl-C stops it", show_header=False, title_justify="left")
    shown.add_column(no_wrap=True)
    shown.add_column(no_wrap=True)
    if settings.sigap_demo:
        shown.add_row("simulator (a phone)", f"{base}/simulator/")
    shown.add_row("desk (officers)", f"{base}/desk/")
    shown.add_row("health, metrics", f"{base}/readyz  {base}/metrics")
    shown.add_section()
    if settings.sigap_demo:
        for name, password in officer_passwords(settings.sigap_state_dir).items():
            shown.add_row(f"officer {name}", f"password {password}")
    else:
        shown.add_row("add an officer", "sigap user add NAME --role ROLE")
    return shown
