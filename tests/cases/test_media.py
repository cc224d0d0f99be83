"""Inbound files: encrypted at rest, typed by their bytes, and never the reason a message is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from cases.ports import InboundMedia, Kind, Rejected, TemporarilyFailed
from cases.services import media

pytestmark = pytest.mark.django_db
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489")


@pytest.fixture
def attachment(receive, sender):
    sender.files["m-1"] = (PNG, "image/jpeg")
    message = receive("", kind=Kind.IMAGE, media=(InboundMedia(reference="m-1", content_type="image/jpeg"),))
    return message.attachments.get()


def test_a_file_is_stored_encrypted_and_read_back(attachment):
    media.fetch(str(attachment.pk))

    attachment.refresh_from_db()
    assert (attachment.state, attachment.size) == ("stored", len(PNG))
    assert media.read(attachment) == PNG
    assert PNG not in (Path(settings.MEDIA_ROOT) / attachment.path).read_bytes()


def test_the_bytes_decide_the_type_not_the_sender(attachment):
    media.fetch(str(attachment.pk))

    attachment.refresh_from_db()
    assert attachment.content_type == "image/png"


def test_a_passing_failure_is_tried_again_and_a_final_one_is_said(attachment, sender):
    sender.failures += [TemporarilyFailed(code="503", sentence=""), Rejected(code="404", sentence="")]

    with pytest.raises(TemporarilyFailed):
        media.fetch(str(attachment.pk))
    attachment.refresh_from_db()
    assert attachment.state == "pending"

    media.fetch(str(attachment.pk))
    attachment.refresh_from_db()
    assert attachment.state == "unavailable"


def test_a_file_that_is_too_large_is_not_kept(attachment, sender, monkeypatch):
    monkeypatch.setattr(media, "MAX_BYTES", 10)

    media.fetch(str(attachment.pk))

    attachment.refresh_from_db()
    assert attachment.state == "unavailable"


def test_unknown_bytes_keep_the_declared_type(attachment, sender):
    sender.files["m-1"] = (b"\x00\x01\x02 nothing known", "application/x-odd")

    media.fetch(str(attachment.pk))

    attachment.refresh_from_db()
    assert attachment.content_type == "application/x-odd"
