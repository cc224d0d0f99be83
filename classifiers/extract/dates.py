"""When it happened, in the ways people write dates and times."""

from __future__ import annotations

import re
from collections.abc import Iterator

from classifiers.extract.numbers import Found
from classifiers.lexicons import word_set

_MONTH = (
    r"(?:januari|januwari|jan|februari|pebruari|feb|peb|maret|mar|april|apr|mei|juni|jun|juli|jul|agustus|agst|ags|agu|"
    r"september|sept|sep|oktober|okt|november|nopember|nov|nop|desember|des)"
)
_LONG_MONTH = (
    r"(?:januari|januwari|februari|pebruari|maret|april|mei|juni|juli|agustus|september|oktober|november|"
    r"nopember|desember)"
)
_DAY = r"(?:senin|selasa|rabu|kamis|jum'?at|sabtu|minggu|ahad)"
_YEAR = r"(?:19|20)\d{2}"
_PAST = r"(?:lalu|kemarin|kemaren|kmrn|kmarin|kemrin|yang lalu|yg lalu|silam|wingi|kamari|depan|ini)"
_COUNT = r"(?:\d+|se|satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh|beberapa|bbrp)"
_PERIOD = r"(?:hari|minggu|pekan|bulan|bln|tahun|thn|th|taun|jam|menit)"
_PART = r"(?:pagi|siang|sore|malam|mlm|subuh|dini hari)"
_CLOCK = r"(?:pukul|jam|pkl\.?|jm)[ ]?\d{1,2}(?:[.:]\d{2})?(?:[ ]?(?:-|s/?d|sampai)[ ]?\d{1,2}(?:[.:]\d{2})?)?"
_ZONE = r"(?:[ ](?:wib|wita|wit))?"
_WEEKDAY = rf"(?:(?:hari[ ])?{_DAY},?[ ])?(?:(?:tanggal|tgl\.?|per)[ ])?"

# Each alternative is one way of writing; longer ones first, because the first that fits wins.
_PATTERNS = (
    # Senin, 12 Maret 2025 / 5-6 Mei / 12 maret lalu
    (
        rf"{_WEEKDAY}\d{{1,2}}(?:[ ]?(?:-|–|s/?d|sampai|dan)[ ]?\d{{1,2}})?[ \-]{_MONTH}\b\.?"
        rf"(?:[ \-]'?(?:{_YEAR}|\d{{2}}\b))?(?:[ ]{_PAST}\b)?"
    ),
    # Selasa 12/3/2025, 12-03-25
    rf"{_WEEKDAY}\d{{1,2}}[/\-.]\d{{1,2}}[/\-.](?:\d{{4}}|\d{{2}})\b",
    # tgl 12/3
    r"(?:tgl|tanggal)\.?[ ]\d{1,2}[/\-]\d{1,2}\b",
    # tgl 5 kmrn / tanggal 5 bulan lalu / tgl 19 bulan delapan
    rf"(?:tgl|tanggal|tg)\.?[ ]?\d{{1,2}}\b(?:[ ](?:bulan|bln)[ ](?:{_PAST}|\w+)|[ ]{_PAST})?",
    # awal Maret 2025 / pertengahan 2024 / akhir tahun lalu
    (
        rf"(?:awal|akhir|pertengahan)[ ](?:(?:bulan|bln|tahun|thn|th)[ ])?"
        rf"(?:{_LONG_MONTH}(?:[ ]{_YEAR})?|{_YEAR}|{_PAST}|ini)\b(?:[ ]{_PAST}\b)?"
    ),
    # Maret 2025 / Juni-Juli 2024 / mei lalu / Februari tahun ini / bulan Maret
    rf"(?:(?:bulan|bln)[ ])?\b{_MONTH}\.?(?:[ ]?(?:-|–|s/?d|sampai)[ ]?{_MONTH}\.?)?[ ]{_YEAR}\b",
    rf"(?:(?:bulan|bln)[ ])?{_LONG_MONTH}\b(?:[ ](?:tahun[ ])?{_PAST}\b)?",
    rf"(?:bulan|bln)[ ]{_MONTH}\b",
    rf"\b{_MONTH}[ ]{_PAST}\b",
    rf"(?:bulan|bln)[ ]\d{{1,2}}[ ](?:tahun|thn|th)[ ]?{_YEAR}\b",
    rf"(?:triwulan|semester|kuartal|tw)[ ](?:\d|[IV]{{1,3}})(?:[ ](?:tahun[ ])?{_YEAR})?\b",
    # 2 minggu lalu / seminggu yang lalu / tiga bulan terakhir
    rf"\b(?:se|{_COUNT}[ ]?){_PERIOD}\b[ ](?:yang[ ]|yg[ ])?(?:lalu|kemarin|kemaren|kmrn|silam|terakhir)\b",
    # lebaran tahun lalu / bulan puasa kemarin
    rf"\b(?:lebaran|bulan puasa|ramadan|ramadhan|natal|tahun baru)[ ](?:tahun[ ])?{_PAST}\b",
    # awal tahun / pertengahan semester / malam takbiran / habis magrib
    r"\b(?:awal|akhir|pertengahan)[ ](?:tahun|thn|taun|bulan|bln|semester|triwulan|pekan|minggu)\b",
    r"\bmalam[ ](?:takbiran|tahun baru|lebaran|natal)\b",
    r"\b(?:subuh|dzuhur|zuhur|dhuhur|ashar|asar|magrib|maghrib|isya)\b",
    # bulan lalu / tahun kemarin / minggu ini / hari ini
    rf"(?<!\d[ ])\b(?:hari|minggu|pekan|bulan|bln|tahun|thn|th|taun)[ ](?:yang[ ]|yg[ ])?{_PAST}\b",
    # Senin lalu / hari Rabu malam / Sabtu; "minggu" alone is more often a week
    rf"(?:hari[ ])?\b{_DAY}[ ](?:{_PAST}\b(?:[ ]{_PART}\b)?|{_PART}\b)",
    rf"hari[ ]{_DAY}\b|\b(?:senin|selasa|rabu|kamis|jum'?at|sabtu)\b",
    # tahun 2024, thn 89, sejak 2017
    rf"\b(?:tahun|thn|th|taun)\.?[ ]?{_YEAR}(?:[ ]?[-/][ ]?{_YEAR})?\b",
    rf"(?:(?<=sejak )|(?<=dari )|(?<=dr )|(?<=periode )|(?<=sampai ))\b{_YEAR}\b",
    # kemarin sore / tadi pagi / semalam
    rf"\b(?:kemarin|kemaren|kmrn|kmarin|tadi|td|besok)[ ](?:{_CLOCK}{_ZONE}(?:[ ]{_PART}\b)?|{_PART}\b)",
    rf"\b{_PART}[ ](?:tadi|td|ini|kemarin|kemaren|kmrn)\b",
    r"\b(?:kemarin|kemaren|kmrn|kmarin|semalam|tadi malam|barusan|besok)\b",
    # pukul 10.30 WIB
    rf"\b{_CLOCK}{_ZONE}(?:[ ]{_PART}\b)?",
)
WHEN = re.compile("|".join(f"(?:{pattern})" for pattern in _PATTERNS), re.I)
# "tanggal", "bulan" or "hari" before something that stands alone is not part of it.
OPENING = re.compile(
    rf"(?:tanggal|tgl\.?|per|bulan|bln)[ ](?=\d{{1,2}}(?:[ ]?(?:-|–|s/?d|sampai|dan)[ ]?\d{{1,2}})?[ \-]{_MONTH}\b|"
    rf"\d{{1,2}}[/.\-]\d{{1,2}}[/.\-]\d|{_MONTH}\b)|hari[ ](?={_DAY})",
    re.I,
)
WORD = re.compile(r"\d+|[^\W\d_]+")
# The words with which a date can begin; the long pattern is tried at these and at numbers only.
STARTS = word_set(
    "januari januwari jan februari pebruari feb peb maret mar april apr mei juni jun juli jul agustus agst ags "
    "agu september sept sep oktober okt november nopember nov nop desember des senin selasa rabu kamis jum jumat "
    "sabtu minggu ahad hari tanggal tgl tg per awal akhir pertengahan bulan bln tahun thn th taun pekan sehari "
    "seminggu sepekan sebulan setahun sejam semenit triwulan semester kuartal tw lebaran ramadan ramadhan natal "
    "se satu dua tiga empat lima enam tujuh delapan sembilan sepuluh beberapa bbrp kemarin kemaren kmrn kmarin "
    "tadi td besok semalam barusan dulu pukul jam pkl jm pagi siang sore malam mlm subuh dini dzuhur zuhur dhuhur "
    "ashar asar magrib maghrib isya"
)


def find_dates(text: str) -> Iterator[Found]:
    """Yield the stretches that say when, without the preposition before them."""
    after = 0
    for word in WORD.finditer(text):
        if word.start() < after or not (word.group()[0].isdigit() or word.group().lower() in STARTS):
            continue
        match = WHEN.match(text, word.start())
        if match is None or text[word.start() - 1 : word.start()].isalnum():
            continue
        start, end = match.span()
        after = end
        opening = OPENING.match(match.group())
        if opening:
            start += opening.end()
        while text[end - 1] in " .,":
            end -= 1
        yield "waktu", start, end
