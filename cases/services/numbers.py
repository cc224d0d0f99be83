"""Registration numbers: `BKN-2611-7K3QF-M`.

Institution, year and month, five random characters, one check character (ISO 7064 Mod 37,36, which catches every
single wrong character and every swap of neighbours). The random part is drawn from 32 letters and digits without
I, L, O and U (Crockford's base 32), so numbers cannot be counted through and can be read out over the phone.
"""

from __future__ import annotations

import re
import secrets
from datetime import date

from stdnum.iso7064 import mod_37_36

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKS_LIKE = re.compile(r"\b([A-Z]{3})[\s.\-]*(\d{4})[\s.\-]*([0-9A-Z]{5})[\s.\-]*([0-9A-Z])\b")
_MISREAD = str.maketrans("ILO", "110")


def new_number(prefix: str, on: date) -> str:
    """Draw a number for a case registered on a day; the caller retries on the (rare) collision.

    Args:
        prefix: three capital letters of the institution.
        on: day of registration in the institution's time zone.
    """
    while True:
        serial = "".join(secrets.choice(ALPHABET) for _ in range(5))
        check = mod_37_36.calc_check_digit(f"{prefix}{on:%y%m}{serial}")
        if check in ALPHABET:  # one in nine would need a letter that is misread
            return f"{prefix}-{on:%y%m}-{serial}-{check}"


def find_number(text: str) -> str | None:
    """The first well-formed number in what a citizen typed, in canonical spelling.

    Case, spaces, dots and hyphens do not matter; O, I and L after the month are read as 0, 1 and 1.
    A number whose check character is wrong is not one.
    """
    for prefix, month, serial, check in _LOOKS_LIKE.findall(text.upper()):
        serial, check = serial.translate(_MISREAD), check.translate(_MISREAD)
        if mod_37_36.is_valid(f"{prefix}{month}{serial}{check}"):
            return f"{prefix}-{month}-{serial}-{check}"
    return None


def looks_like_number(text: str) -> bool:
    """Whether the text holds something of a number's shape, right or mistyped."""
    return bool(_LOOKS_LIKE.search(text.upper()))
