"""Masking of personal data for those who work with texts but not with people (`tim_data`).

Recall before precision: a harmless number masked costs nothing, a telephone number left standing does.
"""

from __future__ import annotations

from collections.abc import Iterable

import regex

MASKED_FIELDS = frozenset({"terlapor", "nip", "nik", "telepon", "nomor_dokumen", "pelapor"})
"""Case fields whose values are taken out wherever they stand in the text."""

_RULES: tuple[tuple[regex.Pattern[str], str], ...] = (
    (regex.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[surel]"),
    (regex.compile(r"(?<!\w)@\w{3,}"), "[akun]"),
    (regex.compile(r"(?<!\d)\d{8}[\s.]?\d{6}[\s.]?\d[\s.]?\d{3}(?!\d)"), "[NIP]"),
    (regex.compile(r"(?<!\d)\d{16}(?!\d)"), "[NIK]"),
    (regex.compile(r"(?<![\d\w])(?:\+?62|0)[\s.-]?8(?:[\s.-]?\d){7,11}(?!\d)"), "[telepon]"),
    (regex.compile(r"(?<![\d\w])0\d{2,3}[\s.-]?\d{5,8}(?!\d)"), "[telepon]"),
    (regex.compile(r"(?<![\d.,])\d{6,}(?![\d.,]*\d)"), "[nomor]"),
    (
        # A form of address or a kinship word, then one to four capitalised words; "Bapak Kepala Dinas" is an office.
        regex.compile(
            r"\b(?i:bpk|bapak|pak|ibu|bu|sdr|sdri|saudara|saudari|mas|mbak|kang|haji|h|hj|dr|drs|dra|ir|an|a\.n|"
            r"atas\snama|bernama|nama\s(?:saya|ayah|ibu|istri|suami)|saya)\b\.?,?\s+"
            r"(?!(?:Kepala|Kabag|Kabid|Kasubbag|Sekretaris|Bupati|Camat|Direktur|Menteri|Gubernur|Bendahara|Operator|"
            r"PNS|ASN|PPPK|BKN|BKD|BKPSDM|SK|SIASN|MyASN|CPNS|NIP|NIK)\b)"
            r"((?:\p{Lu}[\p{L}'’.-]*\s?){1,4})"
        ),
        "[nama]",
    ),
)


def mask(text: str, known_values: Iterable[str] = ()) -> str:
    """Replace names, numbers and addresses with a word for what stood there.

    Args:
        text: any text of a case.
        known_values: values of the case's extracted fields that identify a person (see `MASKED_FIELDS`).
    """
    for value in sorted({value.strip() for value in known_values if len(value.strip()) > 2}, key=len, reverse=True):
        text = regex.sub(rf"(?<!\w){regex.escape(value)}(?!\w)", "[nama]", text, flags=regex.IGNORECASE)
    for pattern, word in _RULES:
        text = pattern.sub(lambda match, word=word: _replacement(match, word), text)
    return text


def _replacement(match: regex.Match[str], word: str) -> str:
    if match.re.groups == 0:
        return word
    kept = match[0][: match.start(1) - match.start(0)]
    tail = " " if match[1].endswith(" ") else ""
    return f"{kept}{word}{tail}"
