"""What people spell in many ways is understood as one thing, by the assistant and by the triage."""

from __future__ import annotations

from typing import Any

import pytest

from tests.live import lines, models_are_live

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not models_are_live(), reason="no model is live: run sigap train all"),
]
SMALL = 0.15
SPELLINGS = {
    "pppk": ("PPPK", "P3K", "p3k", "pppk"),
    "bkn": ("BKN", "bkn", "bekaen"),
    "sscasn": ("SSCASN", "sscasn", "sscn"),
    "sk": ("SK", "sk", "es ka"),
    "rank": ("III/b", "3b", "IIIb", "gol 3b"),
    "myasn": ("MyASN", "myasn", "my asn", "MY ASN"),
}
QUESTIONS = {
    "pppk": "apa bedanya {} dengan pns",
    "bkn": "alamat kantor {} dimana dan buka jam berapa",
    "sscasn": "lupa password akun {} gimana cara resetnya",
    "sk": "cara pengajuan {} pensiun",
    "rank": "syarat kenaikan pangkat ke {} apa saja",
    "myasn": "tidak bisa login {} lupa kata sandi",
}
COMPLAINTS = {
    "pppk": "sudah lulus seleksi {} tahun lalu tapi nip saya belum juga keluar sampai sekarang",
    "bkn": "berkas mutasi saya sudah tiga bulan di {} dan tidak ada kabar, mohon ditindaklanjuti",
    "sscasn": "akun {} saya terkunci waktu daftar dan panitia tidak menanggapi",
    "sk": "{} pensiun ibu saya belum keluar padahal sudah setengah tahun diurus",
    "rank": "usul kenaikan pangkat saya ke {} ditolak terus tanpa alasan yang jelas",
    "myasn": "data keluarga saya di {} salah dan sudah lapor tapi tidak diperbaiki",
}


@pytest.fixture(scope="module")
def understood() -> dict[str, dict[str, Any]]:
    return answers("understand", QUESTIONS)


@pytest.fixture(scope="module")
def triaged() -> dict[str, dict[str, Any]]:
    return answers("triage", COMPLAINTS)


def answers(command: str, sentences: dict[str, str]) -> dict[str, dict[str, Any]]:
    texts = [sentence.format(spelling) for name, sentence in sentences.items() for spelling in SPELLINGS[name]]
    return {answer["text"]: answer for answer in lines(command, texts)}


def of(name: str, sentences: dict[str, str], found: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    return [found[sentences[name].format(spelling)] for spelling in SPELLINGS[name]]


def spread(answers: list[dict[str, Any]], key: str) -> float:
    values = [answer[key] for answer in answers]
    return max(values) - min(values)


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_is_the_same_however_it_is_spelt(name: str, understood: dict[str, dict[str, Any]]) -> None:
    made = of(name, QUESTIONS, understood)

    assert len({(answer["route"], answer["topic"], answer["intent"]) for answer in made}) == 1, made
    assert spread(made, "confidence") <= SMALL, made


@pytest.mark.parametrize("name", COMPLAINTS)
def test_a_complaint_is_the_same_however_it_is_spelt(name: str, triaged: dict[str, dict[str, Any]]) -> None:
    made = of(name, COMPLAINTS, triaged)

    assert len({(answer["category"], answer["fraud"], answer["report_type"]) for answer in made}) == 1
    assert spread(made, "confidence") <= SMALL, [(a["category"], a["confidence"]) for a in made]
    assert spread(made, "fraud_probability") <= SMALL, [a["fraud_probability"] for a in made]
