"""Short typed answers and ratings."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from cases.services.draft_steps import Stage
from cases.services.feedback import score_in
from cases.services.office_hours import is_open, next_open_day
from cases.services.short_answers import choice_in, is_short

JAKARTA = ZoneInfo("Asia/Jakarta")


@pytest.mark.parametrize(
    ("text", "stage", "choice"),
    [
        ("Kirim", Stage.TINJAU, "kirim"),
        ("ya kirim aja min", Stage.TINJAU, "kirim"),
        ("sudah benar", Stage.TINJAU, "kirim"),
        ("ada yang salah", Stage.TINJAU, "ubah"),
        ("jangan kirim", Stage.TINJAU, ""),
        ("anonim aja deh", Stage.KERAHASIAAN, "anonim"),
        ("tolong dirahasiakan ya pak", Stage.KERAHASIAAN, "rahasia"),
        ("jangan anonim", Stage.KERAHASIAAN, ""),
        ("biasa saja", Stage.KERAHASIAAN, "biasa"),
        ("lewati", Stage.LENGKAPI, "lewati"),
        ("ga tau", Stage.LENGKAPI, "lewati"),
        ("kirim", Stage.LENGKAPI, "kirim"),
        ("anonim", Stage.LENGKAPI, ""),
        ("ubah", Stage.KERAHASIAAN, "ubah"),
        ("udah itu aja min", Stage.CERITA, "selesai"),
        ("data saya yang rahasia bocor ke mana-mana", Stage.TINJAU, ""),
        ("", Stage.TINJAU, ""),
    ],
)
def test_short_answers_are_recognised_where_they_make_sense(text: str, stage: Stage, choice: str) -> None:
    assert choice_in(text, stage.choices) == choice


def test_a_story_is_not_short() -> None:
    assert is_short("iya kirim saja min")
    assert not is_short("berkas saya hilang di loket kemarin")


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("5", 5),
        ("bintang 1", 1),
        ("8 dari 10", 4),
        ("2/5", 2),
        ("\u2b50\u2b50\u2b50", 3),
        ("puas", None),
        ("nilai 10", 5),
        ("0", 1),
        ("99", None),
    ],
)
def test_ratings_are_read_on_a_scale_of_five(text: str, score: int | None) -> None:
    assert score_in(text) == score


@pytest.mark.parametrize(
    ("at", "open_now", "next_day"),
    [
        (datetime(2026, 11, 23, 9, tzinfo=JAKARTA), True, 24),
        (datetime(2026, 11, 23, 7, tzinfo=JAKARTA), False, 23),
        (datetime(2026, 11, 20, 16, tzinfo=JAKARTA), False, 23),
        (datetime(2026, 11, 21, 10, tzinfo=JAKARTA), False, 23),
    ],
)
def test_officers_answer_on_working_days(at: datetime, open_now: bool, next_day: int) -> None:
    assert is_open(at) is open_now
    assert next_open_day(at).day == next_day
