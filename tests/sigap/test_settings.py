"""Settings: everything wrong is said at once, and nothing misspelt is ignored."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sigap.settings import Settings, SettingsError, load, setting_name

Configure = Callable[..., Settings]


def test_an_unknown_sigap_name_is_refused(configure: Configure) -> None:
    with pytest.raises(SettingsError, match="SIGAP_PROT: unknown setting"):
        configure(SIGAP_PROT="8000")


def test_all_faults_are_reported_at_once_with_their_names(configure: Configure) -> None:
    with pytest.raises(SettingsError) as caught:
        configure(SIGAP_PORT="many", SIGAP_NUMBER_PREFIX="x", SIGAP_PROT="1", SIGAP_METRICS_FROM="somewhere")

    lines = str(caught.value).splitlines()
    assert {line.split(":")[0] for line in lines} == {
        "SIGAP_PORT",
        "SIGAP_NUMBER_PREFIX",
        "SIGAP_PROT",
        "SIGAP_METRICS_FROM",
    }


def test_a_blank_value_counts_as_not_set(configure: Configure) -> None:
    assert configure(SIGAP_TIMEZONE="", SIGAP_PORT="").sigap_timezone == "Asia/Jakarta"


def test_an_unknown_name_in_the_file_is_refused_too(configure: Configure, tmp_path: Path) -> None:
    file = tmp_path / "settings.env"
    file.write_text("SIGAP_PORTS=1\n# SIGAP_COMMENT=1\n", "utf-8")

    with pytest.raises(SettingsError) as caught:
        configure(SIGAP_ENV_FILE=str(file))

    assert str(caught.value).splitlines() == ["SIGAP_PORTS: unknown setting (see docs/operator.md)"]


def test_the_environment_wins_over_the_file(configure: Configure, tmp_path: Path) -> None:
    file = tmp_path / "settings.env"
    file.write_text("SIGAP_PORT=1234\nSIGAP_HOST=127.0.0.2\n", "utf-8")

    settings = configure(SIGAP_ENV_FILE=str(file), SIGAP_PORT="4321")

    assert (settings.sigap_port, settings.sigap_host) == (4321, "127.0.0.2")


def test_secrets_of_a_demo_serve_only_where_no_key_is_set(configure: Configure, tmp_path: Path) -> None:
    (tmp_path / "demo.env").write_text("SIGAP_SECRET_KEY=made-up\nSIGAP_DEMO=1\nSIGAP_PORT=4000\n", "utf-8")

    with_own = configure(SIGAP_STATE_DIR=str(tmp_path), SIGAP_SECRET_KEY="own", SIGAP_DEMO=None, SIGAP_PORT=None)
    assert with_own.sigap_secret_key is not None
    assert (with_own.sigap_secret_key.get_secret_value(), with_own.sigap_demo) == ("own", False)

    without = configure(SIGAP_SECRET_KEY=None)
    assert without.sigap_secret_key is not None
    assert (without.sigap_secret_key.get_secret_value(), without.sigap_demo) == ("made-up", True)


def test_printing_the_settings_shows_no_secret() -> None:
    settings = load()
    secrets = [
        value.get_secret_value()
        for name in Settings.model_fields
        if hasattr(value := getattr(settings, name), "get_secret_value")
    ]

    assert len(secrets) == 9
    assert [secret for secret in secrets if secret in repr(settings) or secret in str(settings)] == []


def test_without_a_database_address_the_embedded_socket_is_used(configure: Configure, tmp_path: Path) -> None:
    settings = configure(DATABASE_URL=None, SIGAP_STATE_DIR=str(tmp_path))

    assert settings.resolved_database_url == f"postgresql://postgres@/sigap?host={tmp_path}/run"
    assert settings.resolved_assistant_database_url == f"postgresql://postgres@/sigap_assistant?host={tmp_path}/run"


def test_every_setting_has_a_description() -> None:
    undescribed = [setting_name(name) for name, field in Settings.model_fields.items() if not field.description]

    assert undescribed == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SIGAP_TIMEZONE", "Asia/Jakata"),
        ("SIGAP_TIMEZONE", "../etc/passwd"),
        ("SIGAP_FIELD_KEYS", "terlalu-pendek"),
        ("SIGAP_FIELD_KEYS", "ASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4mrze8=,x"),
    ],
)
def test_a_value_that_would_fail_later_is_refused_at_once(configure: Configure, name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name) as refused:
        configure(**{name: value})

    assert value not in str(refused.value)
