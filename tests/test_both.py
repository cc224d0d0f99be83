"""A message that is both a question and a complaint gets both, on the installation's own models."""

from __future__ import annotations

import pytest

from tests.live import lines, models_are_live

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not models_are_live(), reason="no model is live: run sigap train all"),
]
BOTH = {
    "SK pensiun ibu saya sudah 5 bulan belum terbit di BKD. cara lapornya gimana ya?": "cara_lapor",
    "cara lapor pengaduan gimana min? SK pensiun ibu saya sudah 5 bulan belum terbit di BKD": "cara_lapor",
    "sy udh 3x bolak balik ke BKPSDM ga dilayani, btw syarat kartu istri apa aja": "karis_karsu",
    "tpp sy dipotong separo sm bendahara tnp penjelasan. kalau lapor nama saya dirahasiakan ga?": "kerahasiaan_pelapor",
}
ONE = {
    "SK pensiun ibu saya sudah 5 bulan belum terbit di BKD, kok bisa begitu?": ("complaint", None),
    "syarat kartu istri apa aja min": ("faq", "karis_karsu"),
}


def test_both_are_told() -> None:
    found = {answer["text"]: (answer["route"], answer["topic"]) for answer in lines("understand", list(BOTH))}

    assert found == {text: ("complaint", topic) for text, topic in BOTH.items()}


def test_one_stays_one() -> None:
    found = {answer["text"]: (answer["route"], answer["topic"]) for answer in lines("understand", list(ONE))}

    assert found == ONE
