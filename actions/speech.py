"""From what a service found out to the responses of the domain; the words themselves are in `domain.yml`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import formats, timezone, translation
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from cases.models import Case
from cases.ports import Channel
from cases.services.deadlines import current_deadline
from cases.services.draft_steps import Aside, Outcome, Progress, Stage, Step, attachment_count
from cases.services.texts import render
from cases.taxonomy import taxonomy

STAGE_SLOT = "tahap"
SHOWN_FIELDS = ("terlapor", "instansi", "tempat", "waktu", "jumlah_uang")
"""Facts repeated to the citizen; numbers of identity are kept but not sent back over the wire."""
LONGEST_VALUE = 80


@dataclass(frozen=True)
class Saying:
    """One response: its name, what fills it, and choices made at run time."""

    response: str
    values: dict[str, str] = field(default_factory=dict)
    buttons: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True)
class Speech:
    """What is said, and the stage the conversation is in afterwards."""

    sayings: tuple[Saying, ...]
    stage: str | None = None

    def utter(self, dispatcher: CollectingDispatcher) -> list[Any]:
        """Hand the responses to Rasa; returns the events of the action."""
        for saying in self.sayings:
            dispatcher.utter_message(response=saying.response, buttons=list(saying.buttons), **saying.values)
        return [SlotSet(STAGE_SLOT, self.stage)]


def in_words(day: date) -> str:
    """A date as people say it: `Senin, 22 Desember 2026`."""
    with translation.override("id"):
        return str(formats.date_format(day, "l, j F Y"))


def choice(key: str, payload: str) -> dict[str, str]:
    """A button made at run time; its title is the text of a response."""
    return {"title": render(key).text, "payload": payload}


def speech_for(step: Step) -> Speech:
    """What the citizen hears after a step of a draft."""
    case = step.case
    if case is None or step.outcome == Outcome.NO_DRAFT:
        return Speech((Saying("utter_tidak_ada_draf"),))
    if step.outcome == Outcome.SUBMITTED:
        return Speech((_registered(case),))
    if step.outcome == Outcome.ALREADY_SENT:
        return Speech((Saying("utter_sudah_terdaftar", {"nomor": str(case.number)}),))
    if step.outcome == Outcome.CLOSED:
        return Speech((Saying("utter_sudah_dikirim", {"nomor": str(case.number)}),))
    if step.outcome == Outcome.CANCELLED:
        return Speech((Saying("utter_dibatalkan"),))
    stage = Stage.of(case)
    return Speech(tuple(_said(step, case, stage)), slot_of(stage))


def _said(step: Step, case: Case, stage: Stage) -> Iterable[Saying]:
    if step.outcome == Outcome.LISTEN:
        return
    if step.outcome == Outcome.STALE:
        yield Saying("utter_draf_lama", {"tanggal": in_words(timezone.localdate(case.created_at))})
        return
    preface = tuple(_preface(step, case))
    if step.aside and not (preface and step.aside == Aside.ADDED):
        kept = Case.Confidentiality(case.confidentiality).label.lower()
        yield Saying(_ASIDES[step.aside], {"nilai": kept} if step.aside == Aside.PRIVACY else {})
    yield from preface
    yield Saying(_AGAIN[stage]) if step.again and stage in _AGAIN and not preface else _question(case, stage)


_AGAIN = {
    Stage.CERITA: "utter_menyimak",
    Stage.KERAHASIAAN: "utter_pilih_kerahasiaan_lagi",
    Stage.TINJAU: "utter_tinjau_lagi",
}
"""The same question a second time is short."""

_ASIDES = {
    Aside.ADDED: "utter_ditambahkan",
    Aside.THANKS: "utter_sama_sama",
    Aside.ANGER: "utter_paham_kesal",
    Aside.PRIVACY: "utter_kerahasiaan_dicatat",
    Aside.OPTIONAL: "utter_tidak_wajib",
    Aside.QUESTION: "utter_pertanyaan_dicatat",
}


def slot_of(stage: Stage | None) -> str | None:
    """The slot value that stands for a draft's stage."""
    if stage is None:
        return None
    return (Stage.UBAH if stage == Stage.KATEGORI else stage).value


def _registered(case: Case) -> Saying:
    deadline = current_deadline(case)
    if deadline is None:
        return Saying("utter_sudah_terdaftar", {"nomor": str(case.number)})
    values = {"nomor": str(case.number), "tenggat": in_words(deadline.due_on), "hari": str(deadline.working_days)}
    return Saying("utter_terdaftar", values)


def _preface(step: Step, case: Case) -> Iterable[Saying]:
    """What a new understanding deserves to be told before the next question."""
    if not step.news:
        return
    if case.fraud:
        if not step.assured:
            yield Saying("utter_jaminan")
    elif case.report_type == "aspirasi":
        yield Saying("utter_aspirasi")
    elif case.report_type == "permintaan_informasi":
        yield Saying("utter_permintaan_informasi")
    elif case.category != "bukan_kewenangan" and Stage.of(case) != Stage.TINJAU:
        yield _understood(case)
    if case.category == "bukan_kewenangan" and case.report_type == "pengaduan":
        yield Saying("utter_luar_kewenangan")


def _understood(case: Case) -> Saying:
    kind = _label(taxonomy().report_types.get(case.report_type, case.report_type))
    category = taxonomy().categories.get(case.category)
    if category is None:
        return Saying("utter_dipahami_tanpa_kategori", {"jenis": kind})
    return Saying("utter_dipahami", {"jenis": kind, "kategori": _label(category.label)})


def _question(case: Case, stage: Stage) -> Saying:
    if stage == Stage.LENGKAPI:
        return Saying(f"utter_tanya_{Progress.of(case).asking}")
    if stage == Stage.KERAHASIAAN:
        return Saying("utter_pilih_kerahasiaan_khusus" if case.fraud else "utter_pilih_kerahasiaan")
    if stage == Stage.TINJAU:
        return Saying("utter_tinjau", {"rincian": summary_of(case)})
    if stage == Stage.UBAH:
        return Saying("utter_ubah")
    if stage == Stage.KATEGORI:
        return Saying("utter_pilih_kategori", buttons=_categories())
    if case.text:
        return Saying("utter_lanjut_cerita")
    return Saying("utter_ceritakan_berkas" if attachment_count(case) else "utter_ceritakan")


def _categories() -> tuple[dict[str, str], ...]:
    return tuple(
        {"title": category.label, "payload": f'/pilih_kategori{{"kategori": "{category.code}"}}'}
        for category in taxonomy().categories.values()
    )


def summary_of(case: Case) -> str:
    """What was understood, one fact a line; on SMS without anything that the case is about."""
    sms = case.conversation.channel == Channel.SMS
    lines = [_line("jenis", taxonomy().report_types.get(case.report_type, case.report_type))]
    if not sms:
        lines += _facts(case)
    if count := attachment_count(case):
        lines.append(_line("lampiran", str(count)))
    if case.report_type == "pengaduan":
        lines.append(_line("kerahasiaan", Case.Confidentiality(case.confidentiality).label))
    return ("; " if sms else "\n").join(lines)


def _facts(case: Case) -> list[str]:
    category = taxonomy().categories.get(case.category)
    lines = [_line("kategori", category.label) if category else render("utter_rincian_kategori_kosong").text]
    for name in SHOWN_FIELDS:
        values = {f.value.casefold(): f.value for f in case.fields.all() if f.name == name}
        distinct = [v for key, v in values.items() if not any(key != other and key in other for other in values)]
        if distinct:
            lines.append(_line(name, _shortened(", ".join(distinct))))
    return lines


def _line(name: str, value: str) -> str:
    return render(f"utter_rincian_{name}", nilai=value).text


def _shortened(value: str) -> str:
    value = " ".join(value.split())
    return value if len(value) <= LONGEST_VALUE else value[: LONGEST_VALUE - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def _label(text: str) -> str:
    """A label inside a sentence: first letter small, unless the word is an abbreviation."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
