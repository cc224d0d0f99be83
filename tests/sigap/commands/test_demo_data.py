"""`sigap demo-data` fills a demo, once, and nothing but a demo."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import connection

from cases.models import Case
from sigap.cli import main
from sigap.settings import Settings


@pytest.mark.django_db
def test_cases_appear_once_and_the_printed_password_works(
    configure: Callable[..., Settings], capsys: pytest.CaptureFixture[str]
) -> None:
    name = connection.settings_dict["NAME"]
    configure(DATABASE_URL=configure().resolved_database_url.replace("/sigap?", f"/{name}?"))

    assert main(["demo-data", "--count", "4"]) == 0

    password = capsys.readouterr().out.strip().rsplit(" ", 1)[1]
    assert User.objects.get(username="pengaduan").check_password(password)
    assert Case.objects.count() == 4
    assert main(["demo-data", "--count", "4"]) == 0
    assert "there already" in capsys.readouterr().out
    assert Case.objects.count() == 4


def test_an_installation_for_citizens_is_left_alone(
    configure: Callable[..., Settings], capsys: pytest.CaptureFixture[str]
) -> None:
    configure(SIGAP_DEMO=None)

    assert main(["demo-data"]) == 1
    assert "demo installations" in capsys.readouterr().err
