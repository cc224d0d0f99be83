"""FAQ answers: the files seed, officers correct, the assistant is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import timezone

from cases.models import Answer
from cases.services.answers import MAX_CHARACTERS, Seeded, SeedError, responses, seed_answers, title_of
from cases.taxonomy import taxonomy

pytestmark = pytest.mark.django_db

FILE = """
jam_layanan:
  title: Jam buka
  answer: |-
    Buka Senin sampai Jumat.
  last_checked: 2026-11-21
  buttons: [kanal]
  examples: [buka jam berapa]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "umum.yml").write_text(FILE, "utf-8")
    return tmp_path


def test_files_become_rows_and_a_second_seeding_changes_nothing(folder: Path) -> None:
    assert seed_answers(folder) == Seeded(created=1)
    assert seed_answers(folder) == Seeded()
    row = Answer.objects.get()
    assert (row.topic, row.group, row.title, row.text) == (
        "jam_layanan",
        "umum",
        "Jam buka",
        "Buka Senin sampai Jumat.",
    )
    assert title_of("jam_layanan") == "Jam buka"
    assert title_of("lain") == ""


def test_an_unedited_row_follows_its_file(folder: Path) -> None:
    seed_answers(folder)
    (folder / "umum.yml").write_text(FILE.replace("Jumat", "Sabtu"), "utf-8")

    assert seed_answers(folder) == Seeded(updated=1)
    assert Answer.objects.get().text == "Buka Senin sampai Sabtu."


def test_an_officers_correction_is_kept(folder: Path) -> None:
    seed_answers(folder)
    Answer.objects.update(text="Buka hanya Senin.", edited_at=timezone.now(), seed_hash="")
    (folder / "umum.yml").write_text(FILE.replace("Jumat", "Sabtu"), "utf-8")

    assert seed_answers(folder) == Seeded(kept=1)
    assert Answer.objects.get().text == "Buka hanya Senin."


@pytest.mark.parametrize(
    ("before", "after"),
    [("Jumat.", "Jumat." + "x" * MAX_CHARACTERS), ("  title: Jam buka\n", ""), ("2026-11-21", "kemarin")],
)
def test_a_faulty_file_is_named_and_nothing_is_seeded(folder: Path, before: str, after: str) -> None:
    (folder / "umum.yml").write_text(FILE.replace(before, after), "utf-8")

    with pytest.raises(SeedError, match=r"umum\.yml: topic jam_layanan"):
        seed_answers(folder)
    assert not Answer.objects.exists()


def test_the_real_files_cover_the_taxonomy() -> None:
    seed_answers()

    assert set(Answer.objects.values_list("topic", flat=True)) >= set(taxonomy().topics)


def test_answers_ask_whether_they_helped_except_on_sms_and_change_the_tag(folder: Path) -> None:
    seed_answers(folder)
    tag, texts = responses()
    with_buttons, sms = texts["utter_faq/jam_layanan"]

    assert with_buttons["text"].startswith("Buka Senin sampai Jumat.")
    assert [b["title"] for b in with_buttons["buttons"]] == ["Ya", "Tidak"]
    assert sms == {"text": "Buka Senin sampai Jumat.", "channel": "sms"}
    with_buttons, sms = texts["utter_faq_lapor/jam_layanan"]
    assert [b["title"] for b in with_buttons["buttons"]] == ["Ya", "Tidak", "Buat laporan"]
    assert [b["payload"] for b in sms["buttons"]] == ["/jadikan_laporan"]
    assert sms["text"].startswith("Buka Senin sampai Jumat.\n\n")
    assert responses()[0] == tag
    Answer.objects.update(text="Tutup.")
    assert responses()[0] != tag
