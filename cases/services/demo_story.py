"""One invented citizen of the demonstration: what was said, decided and done."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.formats import date_format
from stdnum.iso7064 import mod_37_36

from cases.fields import lookup_hash
from cases.models import Case, CaseField, Citizen, Conversation, Deadline, Delivery, Event, Message, Prediction
from cases.ports import senders
from cases.services.deadlines import add_working_days, kind_for
from cases.services.demo_triage import Verdict, judge
from cases.services.numbers import ALPHABET
from cases.taxonomy import taxonomy
from sigap.settings import load

CHANNELS = ("whatsapp", "whatsapp", "whatsapp", "telegram", "sms")
_USUAL = {"whatsapp": "whatsapp_meta", "sms": "sms_twilio", "telegram": "telegram"}


@dataclass(kw_only=True)
class Story:
    """Unsaved rows of one conversation, in the order in which they happened."""

    citizen: Citizen
    conversation: Conversation
    case: Case | None = None
    deadline: Deadline | None = None
    messages: list[Message] = field(default_factory=list)
    fields: list[CaseField] = field(default_factory=list)
    predictions: list[Prediction] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def say(self, author: str, text: str, at: datetime, *, officer: User | None = None, about: bool = False) -> None:
        """Add a message."""
        self.messages.append(
            Message(
                conversation=self.conversation,
                author=author,
                officer=officer,
                text=text,
                external_id=f"demo-{self.conversation.pk}-{len(self.messages)}" if author == "citizen" else None,
                case=self.case if about else None,
                sent_at=at,
                handled_at=at if author == "citizen" else None,
            )
        )

    def note(self, kind: str, actor: str, at: datetime, *, officer: User | None = None, **data: Any) -> None:
        """Add a line of history about the case, or about the conversation when there is none."""
        self.events.append(
            Event(
                kind=kind,
                actor=actor,
                officer=officer,
                case=self.case if kind.startswith("case.") else None,
                conversation=self.conversation,
                data=data,
                at=at,
            )
        )

    def deliveries(self) -> Iterator[Delivery]:
        """The parts of what was said to the citizen; older ones were read."""
        for index, message in enumerate(self.messages):
            if message.author == Message.Author.CITIZEN:
                continue
            last = index == len(self.messages) - 1
            yield Delivery(
                message=message,
                connector=self.conversation.connector,
                text=message.text,
                external_id=f"demo-out-{self.conversation.pk}-{index}",
                status=Delivery.Status.DELIVERED if last else Delivery.Status.READ,
                attempts=1,
            )


def address_of(index: int) -> tuple[str, str]:
    """Channel and address of the demonstration's citizen `index` (a number range without subscribers)."""
    channel = CHANNELS[index % len(CHANNELS)]
    return channel, str(900_000_000 + index) if channel == "telegram" else f"+62800{index:07d}"


def tell(
    index: int,
    text: Mapping[str, Any] | None,
    *,
    rng: random.Random,
    script: Mapping[str, Any],
    officers: Mapping[str, User],
    now: datetime,
) -> Story:
    """Invent one conversation: with a case about `text`, or without one and waiting for an officer."""
    story = _begin(index, rng, script)
    if text is None:
        _wait(story, rng, script, now)
    else:
        _report(story, index, text, rng=rng, script=script, officers=officers, now=now)
    return story


def _begin(index: int, rng: random.Random, script: Mapping[str, Any]) -> Story:
    channel, address = address_of(index)
    codes = sorted(code for code, sender in senders().items() if sender.channel == channel)
    citizen = Citizen(
        id=_uuid(rng),
        channel=channel,
        address=address,
        address_hash=lookup_hash(channel, address),
        name="" if channel == "sms" else rng.choice(script["citizens"]),
    )
    conversation = Conversation(id=_uuid(rng), citizen=citizen, connector=codes[0] if codes else _USUAL[channel])
    return Story(citizen=citizen, conversation=conversation)


def _wait(story: Story, rng: random.Random, script: Mapping[str, Any], now: datetime) -> None:
    at = now - timedelta(minutes=rng.randint(3, 240))
    wants = rng.random() < 0.6
    story.say("citizen", rng.choice(script["openings"]), at - timedelta(minutes=2))
    story.say("assistant", script["greeting"], at - timedelta(minutes=2) + timedelta(seconds=1))
    story.say("citizen", rng.choice(script["wants_officer" if wants else "unclear"]), at)
    story.say("assistant", script["connecting" if wants else "not_understood"], at + timedelta(seconds=1))
    story.conversation.flagged_at = at
    story.conversation.flag_reason = "bicara_admin" if wants else "tidak_paham"
    story.note("conversation.flagged", "assistant", at, reason=story.conversation.flag_reason)


def _report(
    story: Story,
    index: int,
    text: Mapping[str, Any],
    *,
    rng: random.Random,
    script: Mapping[str, Any],
    officers: Mapping[str, User],
    now: datetime,
) -> None:
    age = timedelta(days=min(60, int(rng.expovariate(1 / 9))), minutes=rng.randint(10, 600))
    at = now - age
    verdict = judge(text, rng)
    case = story.case = _case(story, str(text["text"]), verdict, at, rng, index)
    story.predictions = verdict.predictions(case)
    story.fields = verdict.fields(case)
    kind = kind_for(case)
    days = taxonomy().deadlines[kind]
    due = add_working_days(timezone.localdate(at), days)
    story.deadline = Deadline(case=case, kind=kind, working_days=days, due_on=due)
    story.conversation.fraud_suspected = case.fraud
    begin = at - timedelta(minutes=4)
    story.say("citizen", rng.choice(script["openings"]), begin)
    story.say("assistant", script["greeting"], begin + timedelta(seconds=1))
    story.say("citizen", case.text, at - timedelta(minutes=2), about=True)
    label = taxonomy().categories[case.category].label.lower() if case.category else "hal lain"
    story.say("assistant", script["understood"].format(kategori=label), at - timedelta(minutes=1, seconds=58))
    story.say("citizen", rng.choice(script["consent"]), at - timedelta(seconds=2))
    filled = {"nomor": case.number, "tenggat": date_format(due, "j F Y")}
    story.say("assistant", script["registered"].format(**filled), at)
    story.note("case.submitted", "citizen", at)
    story.note("case.triaged", "system", at, model_version=verdict.version)
    _work(story, case, at, rng=rng, script=script, officers=officers, now=now, filled=filled)


def _case(story: Story, text: str, verdict: Verdict, at: datetime, rng: random.Random, index: int) -> Case:
    return Case(
        id=_uuid(rng),
        number=_number(index, at),
        conversation=story.conversation,
        state=Case.State.BARU,
        confidentiality=rng.choices(Case.Confidentiality.values, [80, 12, 8])[0],
        text=text,
        summary=verdict.summary,
        report_type=verdict.report_type,
        category=verdict.category,
        unit=taxonomy().categories[verdict.category].unit if verdict.category else "admin_instansi",
        fraud=verdict.fraud,
        fraud_types=list(verdict.fraud_types) if verdict.fraud else [],
        submitted_at=at,
    )


def _work(
    story: Story,
    case: Case,
    at: datetime,
    *,
    rng: random.Random,
    script: Mapping[str, Any],
    officers: Mapping[str, User],
    now: datetime,
    filled: Mapping[str, str | None],
) -> None:
    """Let officers move the case on: the older it is, the further."""
    age = now - at
    clerk = officers["pengaduan"] if case.fraud else officers["admin"]
    steps = _steps(age, rng)
    if steps and rng.random() < 0.85:
        case.assignee = _handler(case, officers)
        story.note(
            "case.assigned",
            "officer",
            at + age * 0.05,
            officer=clerk,
            before=None,
            after=case.assignee.pk,
        )
    for number, state in enumerate(steps, start=1):
        moved_at = at + age * (number / (len(steps) + 1))
        reason = script["reasons"].get(state, "")
        story.note("case.moved", "officer", moved_at, officer=clerk, before=case.state, after=state, reason=reason)
        case.state = state
        if state in {"selesai", "ditolak"}:
            case.closed_at = moved_at
            if story.deadline:
                story.deadline.met_at = moved_at
            story.say("officer", script["solved"], moved_at, officer=clerk)
            story.say("citizen", rng.choice(script["thanks"]), moved_at + timedelta(minutes=7))
    if case.state == Case.State.DIPROSES and rng.random() < 0.5:
        _talk(story, rng, script, clerk, now, filled)


def _talk(
    story: Story,
    rng: random.Random,
    script: Mapping[str, Any],
    clerk: User,
    now: datetime,
    filled: Mapping[str, str | None],
) -> None:
    at = now - timedelta(minutes=rng.randint(5, 2000))
    story.say("citizen", rng.choice(script["asks_status"]).format(**filled), at)
    story.say("assistant", script["status"].format(**filled), at + timedelta(seconds=1))
    if rng.random() < 0.5:
        story.conversation.owner, story.conversation.officer = Conversation.Owner.OFFICER, clerk
        story.note("conversation.taken_over", "officer", at + timedelta(minutes=1), officer=clerk, withdrawn=0)
        story.say("officer", script["officer"], at + timedelta(minutes=2), officer=clerk)
        story.say("citizen", rng.choice(script["answers_officer"]), at + timedelta(minutes=4))


def _steps(age: timedelta, rng: random.Random) -> list[str]:
    if age < timedelta(days=1):
        return []
    if rng.random() < 0.06:
        return ["ditolak"]
    path = ["diverifikasi", "diproses", "selesai"]
    return path[: min(3, int(age / timedelta(days=rng.uniform(2, 6))))]


def _handler(case: Case, officers: Mapping[str, User]) -> User:
    if case.fraud:
        return officers["pengaduan"]
    by_unit = {"direktorat_pensiun": officers["penghubung"], "direktorat_mutasi": officers["penghubung2"]}
    return by_unit.get(case.unit, officers["admin"])


def _number(index: int, at: datetime) -> str:
    """A number like `numbers.new_number` draws, scattered and never the same for two of the demonstration."""
    prefix, month = load().sigap_number_prefix, f"{timezone.localtime(at):%y%m}"
    scattered = (index * 7_368_787 + 1_299_709) % len(ALPHABET) ** 5  # an odd factor visits every serial once
    serial = "".join(ALPHABET[scattered // len(ALPHABET) ** place % len(ALPHABET)] for place in range(5))
    return f"{prefix}-{month}-{serial}-{mod_37_36.calc_check_digit(f'{prefix}{month}{serial}')}"


def _uuid(rng: random.Random) -> uuid.UUID:
    return uuid.UUID(int=rng.getrandbits(128), version=4)
