"""FAQ answers: seeded from `nlu_data/faq/`, corrected by officers, served to the assistant."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from cases.models import Answer
from cases.services.texts import domain_responses

FOLDER = Path(__file__).resolve().parent.parent.parent / "nlu_data" / "faq"
MAX_CHARACTERS = 900


class SeedError(Exception):
    """A FAQ file cannot be used; the sentence names file and topic."""


@dataclass(frozen=True)
class Seeded:
    """What seeding did."""

    created: int = 0
    updated: int = 0
    kept: int = 0  # edited by an officer: the file's version was not taken


def seed_answers(folder: Path = FOLDER) -> Seeded:
    """Bring the answers of the files into the database.

    A row that no officer has edited follows its file; an edited row is kept. Topics that left the files stay, they
    may be an institution's own.

    Raises:
        SeedError: a file is malformed or an answer is longer than a phone message may be.
    """
    created = updated = kept = 0
    with transaction.atomic():
        existing = {answer.topic: answer for answer in Answer.objects.select_for_update()}
        for topic, values in _read(folder):
            row = existing.get(topic)
            if row is None:
                Answer.objects.create(topic=topic, **values)
                created += 1
            elif row.edited_at is not None or not row.seed_hash:
                kept += 1
            elif row.seed_hash != values["seed_hash"]:
                Answer.objects.filter(pk=topic).update(**values)
                updated += 1
    return Seeded(created, updated, kept)


def responses() -> tuple[str, dict[str, list[dict[str, Any]]]]:
    """Every text the assistant can say, and the tag that changes when one of them does.

    An answer comes with the domain's question whether it helped, on channels that have buttons; on SMS it stands
    alone, because every part costs the citizen's time. To a message that may well be a complaint (`utter_faq_lapor`)
    it also offers, on every channel, to make a report of it.
    """
    texts = dict(domain_responses())
    helped = texts["utter_apakah_membantu"][0]
    offer = texts["utter_tawarkan_laporan"][0]
    for topic, text in Answer.objects.order_by("topic").values_list("topic", "text"):
        texts[f"utter_faq/{topic}"] = [
            {"text": f"{text}\n\n{helped['text'].strip()}", "buttons": helped["buttons"]},
            {"text": text, "channel": "sms"},
        ]
        asked, plain = texts[f"utter_faq/{topic}"]
        texts[f"utter_faq_lapor/{topic}"] = [
            {**asked, "buttons": [*asked["buttons"], *offer["buttons"]]},
            {**plain, "text": f"{text}\n\n{offer['text'].strip()}", "buttons": offer["buttons"]},
        ]
        texts[f"utter_faq_draf/{topic}"] = [{"text": text}]  # inside a report one question at a time is enough
    digest = hashlib.sha256(json.dumps(texts, sort_keys=True).encode()).hexdigest()
    return f'"{digest[:32]}"', texts


def title_of(topic: str) -> str:
    """The heading of a topic, or "" for one without an answer."""
    return Answer.objects.filter(pk=topic).values_list("title", flat=True).first() or ""


def _read(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(folder.glob("*.yml")):
        entries = yaml.safe_load(path.read_text("utf-8")) or {}
        for topic, entry in entries.items():
            try:
                yield topic, _values(path.stem, entry)
            except (KeyError, TypeError, ValueError) as error:
                raise SeedError(f"{path.name}: topic {topic}: {error!r}") from error


def _values(group: str, entry: dict[str, Any]) -> dict[str, Any]:
    text = str(entry["answer"]).strip()
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"answer has {len(text)} characters, {MAX_CHARACTERS} are allowed")
    checked = entry["last_checked"]
    values: dict[str, Any] = {
        "group": group,
        "title": str(entry["title"]).strip(),
        "text": text,
        "buttons": [str(topic) for topic in entry.get("buttons") or []],
        "legal_basis": str(entry.get("legal_basis") or ""),
        "check_at": str(entry.get("check_at") or ""),
        "last_checked": checked if isinstance(checked, date) else date.fromisoformat(str(checked)),
    }
    seed = json.dumps(values, sort_keys=True, default=str)
    return {**values, "seed_hash": hashlib.sha256(seed.encode()).hexdigest()}
