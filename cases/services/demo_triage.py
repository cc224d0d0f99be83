"""What is shown as decided about the demonstration's complaints.

The live triage model decides when there is one. Before the first training the annotations of the data files stand
in, under the version `anotasi`, with the categories' usual words as evidence.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cases.models import Case, CaseField, Prediction
from cases.services import triage

VERSION = "anotasi"
_HINTS = {
    "kenaikan_pangkat": r"naik pangkat|kenaikan pangkat|\bKP\b|golongan|pangkat",
    "pensiun": r"pensiun\w*|TMT|taspen|ahli waris|janda",
    "mutasi": r"mutasi|pindah\w*|lolos butuh",
    "data_kepegawaian": r"data\b|NIP|nama|tgl lahir|tanggal lahir|riwayat",
    "pengadaan_asn": r"CPNS|PPPK|P3K|seleksi|formasi|SSCASN|pelamar",
    "kinerja_disiplin": r"cuti|SKP|disiplin|absen\w*|kinerja",
    "kesejahteraan": r"gaji|tunjangan|TPP|rapel|tukin",
    "pengembangan_karier": r"fungsional|kompetensi|tugas belajar|angka kredit|ujian dinas",
    "layanan_aplikasi": r"aplikasi|error|login|MyASN|SIASN|server|gagal",
    "pelayanan_petugas": r"petugas|loket|dilayani|jutek|sikap|pelayanan",
    "bukan_kewenangan": r"jalan|sampah|listrik|KTP|kelurahan|polisi",
}
_FRAUD_HINT = (
    r"uang\w*|bayar\w*|setor\w*|rp\.?\s?[\d.]+|juta|ribu|amplop|calo|joki|palsu|oknum|titip\w*|keponakan|dipotong"
)
_FIELDS = {
    "jumlah_uang": r"(?i)rp\.?\s?\d[\d.,]*(?:\s?(?:juta|jt|ribu|rb))?|\b\d+(?:[.,]\d+)?\s?(?:juta|jt|ribu|rb)\b",
    "nip": r"\b\d{8}\s?\d{6}\s?\d\s?\d{3}\b",
    "waktu": r"(?i)\b\d{1,2}\s(?:januari|februari|maret|april|mei|juni|juli|agustus|september|oktober|november|"
    r"desember|jan|feb|mar|apr|jun|jul|agu|sep|okt|nov|des)(?:\s\d{4})?\b",
    "instansi": r"\b(?:BKPSDM|BKD|BKN|Dinas \p{Lu}\w+)\b".replace(r"\p{Lu}", "[A-Z]"),
    "pangkat": r"\b(?:IV|III|II|I)/[a-e]\b",
}


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Everything decided about one text, not yet tied to a case."""

    version: str
    report_type: str
    category: str
    fraud: bool
    fraud_types: tuple[str, ...]
    summary: str
    decisions: tuple[tuple[str, str, float, bool, tuple[dict[str, Any], ...]], ...]
    found: tuple[tuple[str, str, int, int], ...]

    def predictions(self, case: Case) -> list[Prediction]:
        """The decisions as rows of a case."""
        return [
            Prediction(
                case=case,
                head=head[:40],
                value=value,
                probability=probability,
                abstained=abstained,
                evidence=list(evidence),
                model_version=self.version,
            )
            for head, value, probability, abstained, evidence in self.decisions
        ]

    def fields(self, case: Case) -> list[CaseField]:
        """The facts as rows of a case."""
        return [CaseField(case=case, name=name, value=value, start=s, end=e) for name, value, s, e in self.found]


def judge(row: Mapping[str, Any], rng: random.Random) -> Verdict:
    """Decide about one line of a complaints file."""
    try:
        return _by_model(str(row["text"]))
    except triage.TriageUnavailable:
        return _by_annotation(row, rng)


def _by_model(text: str) -> Verdict:
    result = triage.read(text)
    heads = [("report_type", result.report_type), ("category", result.category), ("fraud", result.fraud)]
    heads += [(f"fraud_type:{item.value}", item) for item in result.fraud_types]
    return Verdict(
        version=result.model_version,
        report_type=result.report_type.value,
        category="" if result.category.abstained else result.category.value,
        fraud=result.fraud.value == "true",
        fraud_types=tuple(item.value for item in result.fraud_types if not item.abstained),
        summary=(result.summary or text)[:200],
        decisions=tuple(
            (
                head,
                decision.value,
                decision.probability,
                decision.abstained,
                tuple({"start": s.start, "end": s.end, "weight": s.weight} for s in decision.evidence),
            )
            for head, decision in heads
        ),
        found=tuple((field.name, field.value, field.start, field.end) for field in result.fields),
    )


def _by_annotation(row: Mapping[str, Any], rng: random.Random) -> Verdict:
    text, fraud = str(row["text"]), bool(row["fraud"])
    category = str(row.get("category") or "")
    types = tuple(str(code) for code in row.get("fraud_types") or ())
    sure = round(rng.uniform(0.62, 0.99), 3)
    spoken = tuple(_spans(text, _FRAUD_HINT)) if fraud else ()
    decisions = [
        ("report_type", str(row["report_type"]), round(rng.uniform(0.8, 0.99), 3), False, ()),
        ("fraud", str(fraud).lower(), sure if fraud else round(1 - sure, 3), False, spoken),
    ]
    if category:
        decisions.insert(1, ("category", category, sure, False, tuple(_spans(text, _HINTS.get(category, r"$^")))))
    decisions += [(f"fraud_type:{code}", code, round(rng.uniform(0.55, 0.97), 3), False, spoken) for code in types]
    found = sorted(
        (match.start(), match.end(), name, match[0])
        for name, pattern in _FIELDS.items()
        for match in re.finditer(pattern, text)
    )
    return Verdict(
        version=VERSION,
        report_type=str(row["report_type"]),
        category=category,
        fraud=fraud,
        fraud_types=types,
        summary=_first_sentence(text),
        decisions=tuple(decisions),
        found=tuple((name, value, start, end) for start, end, name, value in found),
    )


def _spans(text: str, pattern: str) -> Iterator[dict[str, Any]]:
    for number, match in enumerate(re.finditer(rf"(?i)\b(?:{pattern})", text)):
        if number < 4:
            yield {"start": match.start(), "end": match.end(), "weight": round(0.5 / (number + 1), 2)}


def _first_sentence(text: str) -> str:
    sentences = re.split(r"(?<=[.!?])\s", " ".join(text.split()))
    sentence = next((s for s in sentences if len(s) > 24), sentences[0])  # past the salutation
    return sentence if len(sentence) <= 120 else sentence[:119].rsplit(" ", 1)[0] + "…"
