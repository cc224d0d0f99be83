"""Officers and cases for the tests of services and pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Group, User
from django.utils import timezone

from cases.models import Case, Citizen, Conversation, Message, OfficerProfile
from cases.ports import Channel
from cases.services.deadlines import set_deadline
from cases.services.intake import conversation_for

ROLES = ("admin_instansi", "pejabat_penghubung", "tim_pengaduan", "pimpinan", "tim_data")
UNIT = "direktorat_pensiun"
CONNECTORS = {Channel.WHATSAPP: "whatsapp_meta", Channel.SMS: "sms_twilio", Channel.TELEGRAM: "telegram"}

MakeCase = Callable[..., Case]


def officer(role: str, *, username: str = "", unit: str = "", password: str | None = None) -> User:
    """An officer with one role; a `pejabat_penghubung` belongs to the pension unit unless told otherwise."""
    user = User.objects.create_user(username or role, password=password, first_name=role.split("_")[0].title())
    user.groups.add(Group.objects.get_or_create(name=role)[0])
    OfficerProfile.objects.create(user=user, unit=unit or (UNIT if role == "pejabat_penghubung" else ""))
    return user


def fresh(user: User) -> User:
    """The same officer without remembered roles."""
    return User.objects.get(pk=user.pk)


def conversation_of(number: int, channel: Channel = Channel.WHATSAPP, name: str = "Siti Rahmawati") -> Conversation:
    """A conversation with one message of its citizen."""
    conversation = conversation_for(CONNECTORS[channel], channel, f"+6280012{number:05d}", name)
    if not conversation.messages.exists():
        Message.objects.create(
            conversation=conversation,
            author=Message.Author.CITIZEN,
            external_id=f"m-{number}",
            text="Selamat pagi, mau lapor",
            sent_at=timezone.now() - timedelta(minutes=5),
            handled_at=timezone.now(),
        )
    return conversation


def make_case(serial: int = 1, /, *, channel: Channel = Channel.WHATSAPP, **changes: Any) -> Case:
    """A submitted case with its deadline; `serial` chooses citizen and registration number."""
    conversation = changes.pop("conversation", None) or conversation_of(serial, channel)
    values: dict[str, Any] = {
        "number": f"BKN-2611-{serial:05d}-X",
        "state": Case.State.BARU,
        "text": "SK pensiun ayah saya belum terbit sejak Maret, petugas meminta uang Rp 500.000",
        "summary": "SK pensiun belum terbit",
        "category": "pensiun",
        "unit": UNIT,
        "submitted_at": timezone.now(),
        **changes,
    }
    case = Case.objects.create(conversation=conversation, **values)
    if case.fraud:
        Conversation.objects.filter(pk=conversation.pk).update(fraud_suspected=True)
    set_deadline(case)
    return case


__all__ = ["ROLES", "UNIT", "Citizen", "conversation_of", "fresh", "make_case", "officer"]
