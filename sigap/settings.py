"""Every setting, typed, read once from the environment or `.env`.

Unknown `SIGAP_` names are refused and all errors are reported at once, so that a misspelt setting cannot
silently leave a default in force. `docs/operator.md` lists the settings; a test compares the two.
"""

from __future__ import annotations

import os
from base64 import urlsafe_b64decode
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from sigap.sockets import socket_url

ROOT = Path(__file__).resolve().parent.parent
FIELD_KEY_BYTES = 32
"""A Fernet key. https://github.com/fernet/spec/blob/master/Spec.md"""
DEMO_FILE = "demo.env"
"""In the state directory: the secrets that demo mode made for itself. Ignored once `SIGAP_SECRET_KEY` is set."""


class SettingsError(Exception):
    """Settings that cannot be used; the text lists every fault, one a line, with the setting's name."""


class Settings(BaseSettings):
    """All settings of one installation. Secrets are `SecretStr`, so that printing the object leaks nothing."""

    model_config = SettingsConfigDict(env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore", frozen=True)

    sigap_env_file: Path = Field(Path(".env"), description="file of settings; the environment wins over it")

    database_url: str | None = Field(
        None, validation_alias="DATABASE_URL", description="PostgreSQL address; unset: the embedded server"
    )
    sigap_state_dir: Path = Field(ROOT / "var", description="where the embedded database, media and models live")
    sigap_demo: bool = Field(False, description="demo mode: generates secrets, opens the simulator")
    sigap_host: str = Field("127.0.0.1", description="address the web process listens on")
    sigap_port: int = Field(8000, ge=1, le=65000, description="web port; the next two serve assistant and actions")
    sigap_public_url: str | None = Field(None, description="address under which providers reach the webhooks")
    sigap_metrics_from: str = Field("", description="networks that may read /metrics, comma-separated; loopback may")
    sigap_timezone: str = Field("Asia/Jakarta", description="time zone of deadlines and pages")
    sigap_secret_key: SecretStr | None = Field(None, description="signs sessions and look-up hashes; never change it")
    sigap_field_keys: SecretStr | None = Field(
        None, description="comma-separated Fernet keys for reporters' identity; first writes, all read"
    )
    sigap_number_prefix: str = Field("BKN", pattern=r"^[A-Z]{3}$", description="first part of registration numbers")
    sigap_assistant_host: str = Field("127.0.0.1", description="address the Rasa server listens on; loopback, or a pod")
    sigap_assistant_url: str | None = Field(None, description="address of the Rasa server")
    sigap_assistant_secret: SecretStr | None = Field(None, description="shared by worker, assistant and actions")
    sigap_actions_url: str | None = Field(None, description="address of the action server")
    sigap_assistant_database_url: str | None = Field(None, description="database of the conversation tracker")

    sigap_twilio_account_sid: str | None = Field(None, description="Twilio account (AC...)")
    sigap_twilio_auth_token: SecretStr | None = Field(None, description="one token, or two while rotating")
    sigap_twilio_sms_from: str | None = Field(None, description="our SMS number, E.164")
    sigap_twilio_whatsapp_from: str | None = Field(None, description="our WhatsApp number, E.164")
    sigap_twilio_api_base: str = Field("https://api.twilio.com", description="Twilio's REST host, or a double's")
    sigap_meta_app_secret: SecretStr | None = Field(None, description="signs Meta's webhooks; two while rotating")
    sigap_meta_verify_token: SecretStr | None = Field(None, description="answers Meta's webhook verification")
    sigap_meta_access_token: SecretStr | None = Field(None, description="Cloud API token for sending")
    sigap_meta_phone_number_id: str | None = Field(None, description="Cloud API sender id")
    sigap_meta_api_base: str = Field("https://graph.facebook.com/v23.0", description="Graph API, or a double's")
    sigap_telegram_bot_token: SecretStr | None = Field(None, description="from BotFather")
    sigap_telegram_secret_token: SecretStr | None = Field(None, description="header token of the webhook")
    sigap_telegram_api_base: str = Field("https://api.telegram.org", description="Bot API host, or a double's")

    @field_validator("sigap_metrics_from")
    @classmethod
    def _is_networks(cls, value: str) -> str:
        for part in filter(None, value.split(",")):
            ip_network(part.strip())
        return value

    @field_validator("sigap_timezone")
    @classmethod
    def _is_time_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError("not a time zone; Indonesia's are Asia/Jakarta, Asia/Makassar, Asia/Jayapura") from None
        return value

    @field_validator("sigap_field_keys")
    @classmethod
    def _are_keys(cls, value: SecretStr | None) -> SecretStr | None:
        for key in value.get_secret_value().split(",") if value else ():
            try:
                length = len(urlsafe_b64decode(key.strip())) if key.strip() else FIELD_KEY_BYTES
            except ValueError:
                length = 0
            if length != FIELD_KEY_BYTES:  # never the key itself: this text reaches logs
                raise ValueError("each key is 32 random bytes in URL-safe base64 (44 characters)")
        return value

    @property
    def metrics_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """Networks besides loopback that may read the metrics."""
        return tuple(ip_network(part.strip()) for part in self.sigap_metrics_from.split(",") if part.strip())

    @property
    def public_url(self) -> str:
        """Address under which providers reach us, without a trailing slash."""
        return (self.sigap_public_url or f"http://{self.sigap_host}:{self.sigap_port}").rstrip("/")

    @property
    def assistant_url(self) -> str:
        """Address of the Rasa server."""
        return (self.sigap_assistant_url or f"http://127.0.0.1:{self.sigap_port + 1}").rstrip("/")

    @property
    def actions_url(self) -> str:
        """Address of the action server."""
        return (self.sigap_actions_url or f"http://127.0.0.1:{self.sigap_port + 2}").rstrip("/")

    @property
    def resolved_database_url(self) -> str:
        """The database in use: the configured one, else the embedded server's."""
        return self.database_url or socket_url(self.sigap_state_dir, "sigap")

    @property
    def resolved_assistant_database_url(self) -> str:
        """The tracker store's database: configured, else `<database>_assistant` on the same server."""
        if self.sigap_assistant_database_url:
            return self.sigap_assistant_database_url
        head, _, query = self.resolved_database_url.partition("?")
        return f"{head}_assistant" + (f"?{query}" if query else "")


def _files() -> tuple[Path, ...]:
    """Files of settings, later ones winning: a demo's generated ones (if it has no key of its own), then `.env`."""
    own = Path(os.environ.get("SIGAP_ENV_FILE") or ".env")
    demo = Path(os.environ.get("SIGAP_STATE_DIR") or ROOT / "var") / DEMO_FILE
    configured = "SIGAP_SECRET_KEY" in os.environ or "SIGAP_SECRET_KEY" in _names_in(own)
    return (own,) if configured or not demo.is_file() else (demo, own)


def _names_in(path: Path) -> set[str]:
    if not path.is_file():
        return set()
    lines = (line.strip().removeprefix("export ") for line in path.read_text("utf-8").splitlines())
    return {line.split("=", 1)[0].strip() for line in lines if "=" in line and not line.startswith("#")}


def _unknown_names(files: tuple[Path, ...]) -> list[str]:
    known = {setting_name(name) for name in Settings.model_fields}
    names = set(os.environ).union(*(_names_in(path) for path in files))
    return sorted(
        name for name in names if name.startswith("SIGAP_") and not name.startswith("SIGAP_TEST_") and name not in known
    )


def setting_name(field: str) -> str:
    """The environment variable of a field of `Settings`."""
    alias = Settings.model_fields[field].validation_alias
    return (alias if isinstance(alias, str) else field).upper()


@lru_cache(maxsize=1)
def load() -> Settings:
    """Read the settings once.

    Raises:
        SettingsError: a value is malformed or a `SIGAP_` name is unknown; the text names each.
    """
    files = _files()
    faults = [f"{name}: unknown setting (see docs/operator.md)" for name in _unknown_names(files)]
    settings: Settings | None = None
    try:
        settings = Settings(_env_file=files)  # type: ignore[call-arg]  # pydantic-settings takes it
    except ValidationError as error:
        faults += [f"{'.'.join(map(str, item['loc'])).upper()}: {item['msg']}" for item in error.errors()]
    if faults or settings is None:
        raise SettingsError("\n".join(faults))
    return settings
