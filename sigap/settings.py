"""Every setting, typed, read once from the environment or `.env`.

Unknown `SIGAP_` names are refused and all errors are reported at once, so that a misspelt setting cannot
silently leave a default in force. `docs/operator.md` lists the settings; a test compares the two.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class SettingsError(Exception):
    """Settings that cannot be used; the text lists every fault, one a line, with the setting's name."""


class Settings(BaseSettings):
    """All settings of one installation. Secrets are `SecretStr`, so that printing the object leaks nothing."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True)

    database_url: str | None = Field(
        None, validation_alias="DATABASE_URL", description="PostgreSQL address; unset: the embedded server"
    )
    sigap_state_dir: Path = Field(ROOT / "var", description="where the embedded database, media and models live")
    sigap_demo: bool = Field(False, description="demo mode: generates secrets, opens the simulator")
    sigap_host: str = Field("127.0.0.1", description="address the web process listens on")
    sigap_port: int = Field(8000, ge=1, le=65000, description="web port; the next three serve assistant, actions, db")
    sigap_public_url: str | None = Field(None, description="address under which providers reach the webhooks")
    sigap_timezone: str = Field("Asia/Jakarta", description="time zone of deadlines and pages")
    sigap_secret_key: SecretStr | None = Field(None, description="signs sessions and look-up hashes; never change it")
    sigap_field_keys: SecretStr | None = Field(
        None, description="comma-separated Fernet keys for reporters' identity; first writes, all read"
    )
    sigap_number_prefix: str = Field("BKN", pattern=r"^[A-Z]{3}$", description="first part of registration numbers")
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

    @field_validator("*", mode="before")
    @classmethod
    def _blank_is_unset(cls, value: Any) -> Any:
        return None if isinstance(value, str) and not value.strip() else value

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
    def embedded_postgres_port(self) -> int:
        """Port of the embedded PostgreSQL server."""
        return self.sigap_port + 3

    @property
    def resolved_database_url(self) -> str:
        """The database in use: the configured one, else the embedded server's."""
        return self.database_url or f"postgresql://postgres@127.0.0.1:{self.embedded_postgres_port}/sigap"

    @property
    def resolved_assistant_database_url(self) -> str:
        """The tracker store's database: configured, else `<database>_assistant` on the same server."""
        if self.sigap_assistant_database_url:
            return self.sigap_assistant_database_url
        head, _, query = self.resolved_database_url.partition("?")
        return f"{head}_assistant" + (f"?{query}" if query else "")


def _unknown_names() -> list[str]:
    known = {(field.validation_alias or name).upper() for name, field in Settings.model_fields.items()}  # type: ignore[union-attr]
    names = set(os.environ)
    dotenv = Path(".env")
    if dotenv.is_file():
        names |= {line.split("=", 1)[0].strip() for line in dotenv.read_text("utf-8").splitlines() if "=" in line}
    return sorted(name for name in names if name.startswith("SIGAP_") and name not in known)


@lru_cache(maxsize=1)
def load() -> Settings:
    """Read the settings once.

    Raises:
        SettingsError: a value is malformed or a `SIGAP_` name is unknown; the text names each.
    """
    faults = [f"{name}: unknown setting (see docs/operator.md)" for name in _unknown_names()]
    settings: Settings | None = None
    try:
        settings = Settings()
    except ValidationError as error:
        faults += [f"{'.'.join(map(str, item['loc'])).upper()}: {item['msg']}" for item in error.errors()]
    if faults or settings is None:
        raise SettingsError("\n".join(faults))
    return settings
