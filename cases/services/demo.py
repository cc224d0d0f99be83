"""A desk full of work for demonstrations, screenshots and speed tests; the same seed gives the same desk.

The texts are the training complaints of `nlu_data/complaints`, the people are invented. What the live triage model
decides is used when there is one; otherwise the files' own annotations stand in, under a version that says so.
"""

from __future__ import annotations

import io
import json
import random
import uuid
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageDraw

from cases.fields import lookup_hash
from cases.models import (
    Attachment,
    Case,
    CaseField,
    Citizen,
    Conversation,
    Deadline,
    Delivery,
    Event,
    Message,
    OfficerProfile,
    Prediction,
)
from cases.services import media
from cases.services.demo_story import Story, tell
from cases.services.roles import sync_roles

COMPLAINTS = Path(__file__).resolve().parent.parent.parent / "nlu_data" / "complaints"
SCRIPT = Path(__file__).resolve().parent / "demo.yml"
BATCH = 500

OFFICERS: tuple[tuple[str, str, str, str, str], ...] = (
    ("admin", "Rina", "Kusumawati", "admin_instansi", ""),
    ("penghubung", "Bayu", "Nugroho", "pejabat_penghubung", "direktorat_pensiun"),
    ("penghubung2", "Ketut", "Widiasih", "pejabat_penghubung", "direktorat_mutasi"),
    ("pengaduan", "Sari", "Hutapea", "tim_pengaduan", ""),
    ("pimpinan", "Hadi", "Purnomo", "pimpinan", ""),
    ("data", "Mega", "Anggraini", "tim_data", ""),
)
"""Demonstration accounts: user name, first and last name, role, unit."""


@dataclass(frozen=True)
class DemoReport:
    """What was created; zeros when the demonstration was there already."""

    cases: int = 0
    conversations: int = 0
    messages: int = 0


def ensure_officers(password: str) -> list[User]:
    """Create the demonstration accounts that are missing; existing ones keep their password.

    Args:
        password: of every new account. Never call this outside demo mode.
    """
    sync_roles()
    users = []
    for username, first, last, role, unit in OFFICERS:
        user, created = User.objects.get_or_create(
            username=username, defaults={"first_name": first, "last_name": last, "email": f"{username}@example.go.id"}
        )
        if created:
            user.set_password(password)
            user.save(update_fields=["password"])
        user.groups.add(Group.objects.get(name=role))
        OfficerProfile.objects.update_or_create(user=user, defaults={"unit": unit})
        users.append(user)
    return users


@transaction.atomic
def create_demo(count: int = 80, *, password: str, seed: int = 2611, now: datetime | None = None) -> DemoReport:
    """Fill an installation with officers, conversations and cases in all states.

    Args:
        count: how many cases.
        password: of the demonstration accounts.
        seed: chooses people, texts and times.
        now: the moment that the demonstration ends at; the present by default.
    """
    officers = {user.username: user for user in ensure_officers(password)}
    rng = random.Random(seed)  # noqa: S311  # repeatable on purpose, protects nothing
    if Citizen.objects.filter(address_hash=lookup_hash(*_address(0))).exists():
        return DemoReport()
    texts = _texts(rng, count)
    moment = now or timezone.now()
    total = DemoReport()
    for start in range(0, count, BATCH):
        stories = [
            tell(index, text, rng=rng, script=_script(), officers=officers, now=moment)
            for index, text in enumerate(texts[start : start + BATCH], start=start)
        ]
        for index in range(max(1, len(stories) // 10)):
            waiting = start + count + index
            stories.append(tell(waiting, None, rng=rng, script=_script(), officers=officers, now=moment))
        total = _add(total, _store(stories))
    _attach_pictures(rng)
    return total


@lru_cache(maxsize=1)
def _script() -> dict[str, Any]:
    script: dict[str, Any] = yaml.safe_load(SCRIPT.read_text("utf-8"))
    return script


def _address(index: int) -> tuple[str, str]:
    from cases.services.demo_story import address_of

    return address_of(index)


def _texts(rng: random.Random, count: int) -> list[dict[str, Any]]:
    """Complaints in a fixed shuffle, repeated when more are wanted than were written."""
    rows = [
        json.loads(line) for path in sorted(COMPLAINTS.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()
    ]
    rng.shuffle(rows)
    return [rows[index % len(rows)] for index in range(count)]


def _add(one: DemoReport, other: DemoReport) -> DemoReport:
    return DemoReport(one.cases + other.cases, one.conversations + other.conversations, one.messages + other.messages)


def _store(stories: list[Story]) -> DemoReport:
    """Write a batch; times that the models set by themselves are put right afterwards."""
    Citizen.objects.bulk_create(story.citizen for story in stories)
    Conversation.objects.bulk_create(story.conversation for story in stories)
    cases = [story.case for story in stories if story.case]
    created = {case.pk: case.submitted_at for case in cases}
    Case.objects.bulk_create(cases)
    Message.objects.bulk_create(message for story in stories for message in story.messages)
    Delivery.objects.bulk_create(part for story in stories for part in story.deliveries())
    CaseField.objects.bulk_create(field for story in stories for field in story.fields)
    Prediction.objects.bulk_create(item for story in stories for item in story.predictions)
    Deadline.objects.bulk_create(story.deadline for story in stories if story.deadline)
    for case in cases:
        case.created_at = created[case.pk] or case.created_at
    Case.objects.bulk_update(cases, ["created_at"], batch_size=BATCH)
    messages = [message for story in stories for message in story.messages]
    for message in messages:
        message.received_at = message.sent_at
    Message.objects.bulk_update(messages, ["received_at"], batch_size=BATCH)
    _store_events([event for story in stories for event in story.events])
    return DemoReport(len(cases), len(stories), len(messages))


def _store_events(events: list[Event]) -> None:
    """Insert history with its own times, which the model would replace by the present."""
    column = Event._meta.get_field("at")
    column.auto_now_add = False
    try:
        Event.objects.bulk_create(events)
    finally:
        column.auto_now_add = True


def _attach_pictures(rng: random.Random) -> None:
    """Give some citizens' messages a picture and a document."""
    messages = Message.objects.filter(author=Message.Author.CITIZEN, case__isnull=False).order_by("pk")[:40]
    for number, message in enumerate(messages):
        if number % 4:
            continue
        picture = Attachment(
            id=uuid.UUID(int=rng.getrandbits(128), version=4),
            message=message,
            reference=f"demo-{message.pk}",
            filename=f"bukti-{number + 1}.png",
        )
        picture.save()
        media.store(picture, _picture(number), "image/png")
        Message.objects.filter(pk=message.pk).update(kind="image")


def _picture(number: int) -> bytes:
    """A small drawing that looks like a photographed letter."""
    image = Image.new("RGB", (480, 640), (232, 228, 218))
    draw = ImageDraw.Draw(image)
    draw.rectangle((40, 40, 440, 600), fill=(252, 251, 247), outline=(190, 184, 170))
    draw.rectangle((70, 80, 250, 96), fill=(60, 70, 84))
    for line in range(14):
        width = 330 - (line * 37 + number * 23) % 120
        draw.rectangle((70, 140 + line * 26, 70 + width, 148 + line * 26), fill=(150, 156, 164))
    draw.ellipse((310, 500, 400, 580), outline=(150, 50, 60), width=4)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()
