"""Encrypted columns for reporters' identity, and the keyed hash that finds them again."""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models


@lru_cache(maxsize=4)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def cipher() -> MultiFernet:
    """The cipher of `SIGAP_FIELD_KEYS`: the first key writes, all keys read."""
    return _fernet(tuple(settings.FIELD_KEYS))


def lookup_hash(*parts: str) -> str:
    """Keyed hash (HMAC-SHA256, hex) under which an encrypted value is found without being readable.

    Args:
        parts: what identifies the value, for example channel and address; joined unambiguously.
    """
    message = "\x1f".join(parts).encode()
    return hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).hexdigest()


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]  # not subscriptable at run time
    """Text that is encrypted (Fernet: AES-128-CBC with HMAC) before it reaches the database."""

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt on the way in."""
        value = super().get_prep_value(value)
        return value if value is None else cipher().encrypt(value.encode()).decode()

    def from_db_value(self, value: str | None, *_: object) -> str | None:
        """Decrypt on the way out."""
        return value if value is None else cipher().decrypt(value.encode()).decode()


class EncryptedBinaryField(models.BinaryField):  # type: ignore[type-arg]  # no subscript at run time
    """Bytes that are encrypted before they reach the database."""

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """Encrypt on the way in."""
        encrypted = value if value is None else cipher().encrypt(bytes(value))
        return super().get_db_prep_value(encrypted, connection, prepared)

    def from_db_value(self, value: bytes | None, *_: object) -> bytes | None:
        """Decrypt on the way out."""
        return value if value is None else cipher().decrypt(bytes(value))
