"""Accounts from the command line."""

from __future__ import annotations

import io

import pytest
from django.contrib.auth.models import User
from django.db import connection

from sigap.cli import main


@pytest.fixture(autouse=True)
def _test_database(configure, db: None) -> None:
    name = connection.settings_dict["NAME"]
    configure(DATABASE_URL=configure().resolved_database_url.replace("/sigap?", f"/{name}?"))


def test_an_officer_is_added_with_role_unit_and_a_password_that_works(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["user", "add", "budi", "--role", "pejabat_penghubung", "--unit", "direktorat_pensiun"]) == 0

    password = capsys.readouterr().out.strip().rsplit(" ", 1)[1]
    user = User.objects.get(username="budi")
    assert user.check_password(password)
    assert list(user.groups.values_list("name", flat=True)) == ["pejabat_penghubung"]
    assert user.officer.unit == "direktorat_pensiun"
    assert not user.is_superuser


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--role", "raja"], "unknown role 'raja'"),
        (["--role", "pejabat_penghubung"], "name it with --unit"),
        (["--role", "tim_data", "--unit", "dapur"], "unknown unit 'dapur'"),
    ],
)
def test_a_wrong_role_or_unit_is_one_sentence(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["user", "add", "budi", *arguments]) == 2
    assert sentence in capsys.readouterr().err
    assert not User.objects.exists()


def test_a_given_password_is_checked_and_not_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("12345\n"))
    assert main(["user", "add", "budi", "--role", "tim_data", "--password-stdin"]) == 2

    monkeypatch.setattr("sys.stdin", io.StringIO("kopi-pahit-di-teras\n"))
    assert main(["user", "add", "budi", "--role", "tim_data", "--password-stdin"]) == 0
    assert "kopi-pahit" not in capsys.readouterr().out
    assert User.objects.get().check_password("kopi-pahit-di-teras")


def test_a_name_that_is_taken_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["user", "add", "budi", "--role", "tim_data"]) == 0
    assert main(["user", "add", "budi", "--role", "tim_data"]) == 2
    assert "already an officer named 'budi'" in capsys.readouterr().err
