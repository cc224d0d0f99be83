"""Registration numbers: readable, checkable, not countable."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.services.numbers import ALPHABET, find_number, looks_like_number, new_number

DAY = date(2026, 11, 21)


def test_a_number_has_institution_month_serial_and_check_character():
    prefix, month, serial, check = new_number("BKN", DAY).split("-")

    assert (prefix, month, len(serial), len(check)) == ("BKN", "2611", 5, 1)
    assert set(serial + check) <= set(ALPHABET)


def test_numbers_do_not_follow_each_other():
    assert len({new_number("BKN", DAY) for _ in range(500)}) > 490


@given(st.integers(0, 4), st.sampled_from(ALPHABET))
def test_a_single_wrong_character_opens_nothing(position, other):
    number = new_number("BKN", DAY)
    place = 9 + position
    wrong = number[:place] + other + number[place + 1 :]

    assert find_number(wrong) == (number if wrong == number else None)


@pytest.mark.parametrize("change", [str.lower, lambda n: n.replace("-", " "), lambda n: n.replace("-", "")])
def test_a_number_is_found_however_it_is_typed(change):
    number = new_number("BKN", DAY)

    assert find_number(f"min cek status {change(number)} dong") == number


def test_letters_that_are_misread_are_read_as_digits():
    while "1" not in (number := new_number("BKN", DAY))[9:14]:
        pass

    assert find_number(number[:9] + number[9:14].replace("1", "l") + number[14:]) == number


def test_ordinary_words_are_not_numbers():
    assert find_number("saya mau cek status laporan tahun 2025 di bkn") is None
    assert not looks_like_number("golongan III/b tahun 2025")
    assert looks_like_number("BKN-2611-AAAAA-A")
