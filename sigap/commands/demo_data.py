"""`sigap demo-data`: a desk full of work, for demonstrations and screenshots."""

from __future__ import annotations

import secrets
from typing import Annotated

import typer

from sigap.errors import CommandError
from sigap.house import running_database, setup_django
from sigap.settings import load


def demo_data(
    count: Annotated[int, typer.Option(min=1, max=100_000, help="How many cases.")] = 80,
    seed: Annotated[
        int, typer.Option(help="Chooses people, texts and times; the same seed gives the same desk.")
    ] = 2611,
) -> None:
    """Fill a demo installation with officers, conversations and cases in all states."""
    settings = load()
    if not settings.sigap_demo:
        raise CommandError("demo data is for demo installations: start one with `sigap up --demo`")
    with running_database(settings):
        setup_django()
        from cases.services.demo import OFFICERS, create_demo

        password = secrets.token_urlsafe(9)
        report = create_demo(count, password=password, seed=seed)
    if report.cases:
        print(f"{report.cases} cases in {report.conversations} conversations with {report.messages} messages created")
        print(f"officers {', '.join(name for name, *_ in OFFICERS)}; password, where the account is new: {password}")
    else:
        print("the demo data is there already")
