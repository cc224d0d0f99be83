"""The providers' side of the settings: which secrets sign, and where the system is reached."""

from __future__ import annotations

from sigap.settings import Settings, load, setting_name


class NotConfigured(Exception):
    """A setting that the provider shares with us is missing; the text names it."""


def settings() -> Settings:
    """The settings in force now."""
    return load()


def value(field: str) -> str:
    """A setting, the first of two while rotating.

    Args:
        field: name of a field of `sigap.settings.Settings`.

    Raises:
        NotConfigured: it is not set.
    """
    found = getattr(load(), field)
    text = found.get_secret_value() if hasattr(found, "get_secret_value") else str(found or "")
    if not text:
        raise NotConfigured(setting_name(field))
    return str(text).split(",")[0].strip()


def accepted(field: str) -> tuple[str, ...]:
    """Every secret in a setting: a provider takes the old and the new one while rotating."""
    found = getattr(load(), field)
    text = found.get_secret_value() if found else ""
    return tuple(item.strip() for item in text.split(",") if item.strip())


def local_url() -> str:
    """Where the web process listens: webhooks are signed for the public address and delivered here."""
    current = load()
    host = "127.0.0.1" if current.sigap_host in ("", "0.0.0.0", "::", "localhost") else current.sigap_host  # noqa: S104
    return f"http://{f'[{host}]' if ':' in host else host}:{current.sigap_port}"


def own_path(url: str) -> str | None:
    """The path and query of an address of ours, or None when it leads elsewhere: the simulator calls nobody else."""
    for base in (load().public_url, local_url()):
        if url == base or url.startswith(base + "/"):
            return url[len(base) :].partition("#")[0] or "/"
    return None
