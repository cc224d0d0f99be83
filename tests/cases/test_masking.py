"""Masked texts hold no names and numbers."""

from __future__ import annotations

import pytest

from cases.services.masking import mask


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("hubungi saya di 0812-3456-7890 ya", "3456"),
        ("wa +62 812 3456 7890", "3456"),
        ("telepon (021) 8093008", "8093008"),
        ("NIP 198703122010121003 salah", "198703122010121003"),
        ("NIP 19870312 201012 1 003 salah", "201012"),
        ("nik 3174091203870005", "3174091203870005"),
        ("email budi.santoso@contoh.go.id", "santoso"),
        ("akun @budisantoso yang menawarkan", "budisantoso"),
        ("menurut Pak Budi Santoso berkas hilang", "Budi"),
        ("a.n. Siti Rahmawati, guru", "Siti"),
        ("nama saya Agus Prasetyo dari Tegal", "Agus"),
        ("rekening 1234567890123", "1234567890123"),
        ("saya Dewi Lestari mau lapor", "Lestari"),
    ],
)
def test_names_and_numbers_are_gone(text: str, gone: str) -> None:
    assert gone not in mask(text)


def test_values_of_the_case_are_masked_wherever_they_stand() -> None:
    assert mask("kata joko, JOKO sendiri yang minta", ["Joko"]) == "kata [nama], [nama] sendiri yang minta"


@pytest.mark.parametrize(
    "text",
    ["SK pensiun TMT 1 Maret 2025 belum terbit", "diminta Rp 500.000", "Bapak Kepala Dinas menolak", "gol III/b"],
)
def test_what_the_case_is_about_stays_readable(text: str) -> None:
    assert mask(text) == text
