"""Files that go out: read from the encrypted store, or lent to a provider by a signed address that expires."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from django.conf import settings
from django.core import signing

from cases.fields import cipher
from cases.ports import OutgoingPart, Rejected
from sigap.settings import load

LINK_SECONDS = 60 * 60
_SALT = "connectors.files"


def content_of(path: str) -> bytes:
    """A stored file's bytes.

    Args:
        path: relative to the media store, as `Attachment.path` has it.

    Raises:
        Rejected: there is no such file.
    """
    return cipher().decrypt(_stored(path).read_bytes())


def _stored(path: str) -> Path:
    root = Path(settings.MEDIA_ROOT).resolve()
    target = (root / path).resolve()
    if not target.is_relative_to(root) or not target.is_file():
        raise Rejected(code="file_missing", sentence="berkas yang akan dikirim tidak ditemukan")
    return target


def filename_for(part: OutgoingPart) -> str:
    """A neutral name for the recipient: stored names are ids and say nothing."""
    return f"berkas{mimetypes.guess_extension(part.media_type) or '.bin'}"


def link_for(part: OutgoingPart) -> str:
    """An address under which a provider can fetch the part's file for an hour. Raises `Rejected` when it is gone."""
    _stored(part.media_path)
    token = signing.dumps([part.media_path, part.media_type], salt=_SALT, compress=True)
    return f"{load().public_url}/webhooks/media/{token}"


def open_link(token: str) -> tuple[str, str]:
    """Path and content type behind a lent address. Raises `signing.BadSignature` when forged or expired."""
    path, content_type = signing.loads(token, salt=_SALT, max_age=LINK_SECONDS)
    return str(path), str(content_type)
