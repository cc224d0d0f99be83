"""Numbers with a form of their own: NIP, NIK, telephone, money, document numbers and ranks.

Sources of the forms: NIP of 18 digits as birth date, appointment month, sex, sequence (Peraturan Kepala BKN
22/2007); NIK of 16 digits as region, birth date with 40 added for women, sequence (PP 40/2019); ranks I/a to IV/e
(PP 99/2000).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

Found = tuple[str, int, int]
"""Field name, first and last character (exclusive)."""

DIGITS = re.compile(r"(?<![\w.,/-])\+?\(?\d[\d \-.()]{6,24}\d(?![\w/])")
LABEL = re.compile(
    r"\b(nip|nik|ktp|no\.? ?(?:hp|telp|wa)|hp|telp|telepon|wa|whatsapp)\W{0,3}(?:\w{1,8}\W{1,2})?$", re.I
)

_UNIT = (
    r"(?:triliun|milyar|miliar|jutaan|juta|juto|yuta|jt-?an|jt|jeti|ribuan|ribu|rebu|ribee|ewu|rb-?an|rb|ratus|"
    r"k|m)"
)
_WORD = (
    r"(?:se(?:puluh|belas|ratus|ribu|juta)|satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|"
    r"(?:dua|tiga|empat|lima|enam|tujuh|delapan|sembilan)(?:puluh|belas|ratus)|puluh|belas|ratus|ribu|rb|juta|jt|"
    r"jeti|miliar|milyar|setengah|koma)"
)
_AMOUNT = r"\d{1,3}(?:[.,]\d{3})+(?:,\d{2})?(?:,-)?|\d+(?:[.,]\d+)?"
_ENDING = r"(?:,-|,00|\b)(?:[ ]?(?:rupiah|perak))?"
MONEY = (
    # Rp 2.500.000 / Rp2,5 jt / IDR 500rb, with a range on either side
    re.compile(rf"\b(?:rp|idr)\.?[ ]?(?:{_AMOUNT})(?:[ ]?{_UNIT}\b)?{_ENDING}", re.I),
    # 4jt5, 1jt250: four and a half million, one and a quarter
    re.compile(r"(?<![\w.,/])\d+[ ]?(?:jt|juta)[ ]?\d{1,3}(?:rb|ribu|k)?(?![\w/]|[.,]\d)", re.I),
    # 2,5 jt / 500rb / 2-3 juta / 50 ribu
    re.compile(
        rf"(?<![\w.,/])\d+(?:[.,]\d+)?(?:[ ]?(?:-|–|s/?d|sampai|hingga)[ ]?\d+(?:[.,]\d+)?)?[ ]?{_UNIT}"
        r"(?:[ ]?(?:rupiah|perak))?\b",
        re.I,
    ),
    # 2.500.000, 750.000: a round sum without a currency
    re.compile(r"(?<![\w.,/])\d{1,3}(?:\.\d{3})*\.(?:000|\d00|\d50)(?:,-|,00)?(?![\w.,/]\d|\w)", re.I),
    # 200 perak, 2500 rupiah
    re.compile(r"(?<![\w.,/])(?:\d{2,3}|\d{1,3}(?:[.]?\d{3})+)[ ](?:rupiah|perak)\b", re.I),
    # US$200, $ 1,500.50, USD 300, 50 dolar
    re.compile(
        r"(?:\b(?:us|s)\$|(?<!\w)\$|\b(?:usd|sgd)\b)[ ]?\d+(?:[.,]\d+)*(?!\w)|"
        r"(?<![\w.,/])\d+(?:[.,]\d+)*[ ](?:dolar|dollar|usd)\b",
        re.I,
    ),
    # dua juta lima ratus ribu (rupiah) / setengah juta / sejuta
    re.compile(rf"\b{_WORD}(?:[ ]{_WORD})*(?:[ ](?:rupiah|perak))?\b", re.I),
)
# An amount in words needs a unit and something before it: "sejuta", "dua ratus ribu", not "ribu" alone.
MONEY_WORD = re.compile(r"se(?:ribu|juta)|\w.*(?:ribu|rb|juta|jt|jeti|miliar|milyar|rupiah|perak)", re.I)
ANY_DIGIT = re.compile(r"\d")
IN_WORDS = len(MONEY) - 1
MONEY_HINT = re.compile(r"\d|ribu|juta|milyar|miliar|rupiah|perak|jeti|\brb\b|\bjt\b|ceng\b|ban\b|ca?p\b|pek\b", re.I)
SLANG_MONEY = re.compile(r"\b(?:seceng|noceng|goceng|ceban|noban|goban|gocap|cepek|nopek|gopek)\b", re.I)
NOT_MONEY_BEFORE = re.compile(r"(?:no|nomor|nip|nik|pasal|halaman)\W{0,2}$", re.I)
# "5 ribu orang", "3 m dari kantor", "dua juta pelamar" count something else.
NOT_MONEY_AFTER = re.compile(
    r"[ ]?(?:orang|org|pegawai|guru|honorer|pelamar|peserta|formasi|data|berkas|kali|km|meter|siswa|warga|"
    r"dokumen)\b",
    re.I,
)

_DOCUMENT_HEAD = (
    r"(?:(?:no(?:mor|mer)?\b\.?|nmr\b)[ ]?:?[ ]?(?:surat|sk|usul(?:an)?|peserta|ujian|registrasi|reg|pertek|"
    r"tiket|laporan|aduan|pengaduan|agenda|ijazah|taspen|karpeg|seri|rekening|kwitansi|kuitansi|pendaftaran)?|"
    r"\b(?:sk|surat|pertek|usul(?:an)?|tiket|agenda|spt|lhp|sp|kuitansi|kwitansi|faktur|sertifikat)[ ]"
    r"(?:bupati|gubernur|wali ?kota|menteri|kepala bkn|bkn)?[ ]?(?:no(?:mor|mer)?\b\.?)?)"
)
# The letter of "A 0452211", a series as on civil servants' cards, belongs to the number; a price does not.
_DOCUMENT_VALUE = r"(?!(?:rp|idr)[\d.])(?:[A-Z][ ](?=\d{5}))?(?=[\w.\-/]*\d)[A-Za-z0-9]+(?:[.\-/][A-Za-z0-9]+)*"
DOCUMENT = re.compile(rf"{_DOCUMENT_HEAD}[ ]?:?[ ]?(?P<value>{_DOCUMENT_VALUE})", re.I)
# A number in the form of Indonesian office letters needs no head: 823.3/1234/BKD/2024, PT-123/V/2025.
LETTER = re.compile(r"(?<![\w.\-/])(?=[\w.\-/]*\d)[A-Za-z0-9.\-]+(?:/[A-Za-z0-9.\-]+){2,}(?<!\.)")
PLAIN_DATE = re.compile(r"\d{1,2}[/.\-]\d{1,2}[/.\-](?:\d{4}|\d{2})$")
RANK = re.compile(
    r"(?<![\w/.])(?:(?:IV|iv|4)[ ]?[/.\-]?[ ]?[a-eA-E]|(?:I{1,3}|i{1,3}|[1-3])[ ]?[/.\-]?[ ]?[a-dA-D])"
    r"(?![\w/]|[ ]?[/.]\d)"
)
RANK_BEFORE = re.compile(r"\b(?:gol(?:ongan)?|pangkat|ruang|gol/ruang|kp|ke|dari|dr)\.?\W{0,2}(?:ruang\W)?$", re.I)
RANK_NAME = re.compile(
    r"\b(?:juru|pengatur|penata)(?:[ ]muda)?(?:[ ](?:tingkat|tk\.?)[ ](?:I|1)\b)?|"
    r"\bpembina(?:[ ](?:utama(?:[ ](?:muda|madya))?|(?:tingkat|tk\.?)[ ](?:I|1)\b))?",
    re.I,
)
# "penata" and "pembina" are also plain words ("penata laksana", "pembina pramuka"): a rank needs company.
BRACKETED = re.compile(r"[ ]?\([ ]?(?:(?:gol(?:ongan)?|ruang)\.?[ ])?$", re.I)
# Ranks of contract staff run from I to XVII (Perpres 11/2024); a Roman number needs the word before or after it.
GRADE = re.compile(r"(?<![\w/.])(?:X(?:VI{0,2}|V|IV|I{1,3})?|IX|VI{0,3}|IV|V|I{1,3})(?![\w/.])")
GRADE_BEFORE = re.compile(r"\bgol(?:ongan)?\.?[ ](?:(?:p3k|pppk|ruang)[ ])?$", re.I)
GRADE_AFTER = re.compile(r"[ ](?:p3k|pppk)\b", re.I)
RANK_COMPANY = re.compile(r"\b(?:gol(?:ongan)?|pangkat|ruang)\b|\(?\b(?:I|II|III|IV)/[a-e]\b", re.I)


def find_numbers(text: str) -> Iterator[Found]:
    """Yield every number field, the surest first; the caller drops what overlaps an earlier one."""
    if ANY_DIGIT.search(text):
        yield from _identity_numbers(text)
        yield from _documents(text)
    if MONEY_HINT.search(text):
        yield from _money(text)
    yield from _ranks(text)


def _identity_numbers(text: str) -> Iterator[Found]:
    for match in DIGITS.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        label = LABEL.search(text[max(0, match.start() - 24) : match.start()])
        name = _identity_kind(digits, (label.group(1).lower() if label else ""), match.group())
        if name:
            yield name, match.start() + _leading(match.group()), match.end()


def _leading(raw: str) -> int:
    """An opening bracket belongs to the number only if it is closed inside it."""
    return 1 if raw.startswith("(") and ")" not in raw else 0


def _identity_kind(digits: str, label: str, raw: str) -> str | None:
    if len(digits) == 18 and (label == "nip" or is_nip(digits)):
        return "nip"
    if len(digits) == 16 and (label in ("nik", "ktp") or is_nik(digits)):
        return "nik"
    mobile = digits.startswith(("08", "628")) and 10 <= len(digits) <= 14
    fixed = (
        digits.startswith("0") and 9 <= len(digits) <= 12 and raw.startswith(("0", "(0")) and not raw.startswith("00")
    )
    if mobile or (fixed and ("(" in raw or "-" in raw or bool(label))):
        return "telepon"
    return None


def is_nip(digits: str) -> bool:
    """Whether 18 digits can be a NIP: birth date, appointment month, sex, sequence."""
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:8])
    appointed, since = int(digits[8:12]), int(digits[12:14])
    return (
        1930 <= year <= 2015
        and 1 <= month <= 12
        and 1 <= day <= 31
        and 1950 <= appointed <= 2099
        and (1 <= since <= 12 or since in (21, 22))  # 21: PPPK numbers carry no month
        and digits[14] in "123"
    )


def is_nik(digits: str) -> bool:
    """Whether 16 digits can be a NIK: province code, birth date (day + 40 for women), sequence."""
    day, month = int(digits[6:8]), int(digits[8:10])
    return 11 <= int(digits[:2]) <= 97 and (1 <= day <= 31 or 41 <= day <= 71) and 1 <= month <= 12


def _money(text: str) -> Iterator[Found]:
    for number, pattern in enumerate(MONEY):
        for match in pattern.finditer(text):
            if number == IN_WORDS and not MONEY_WORD.match(match.group()):
                continue
            if number and not match.group().lower().endswith(("rupiah", "perak")):
                before, after = text[max(0, match.start() - 10) : match.start()], text[match.end() : match.end() + 14]
                if NOT_MONEY_BEFORE.search(before) or NOT_MONEY_AFTER.match(after):
                    continue
                if match.group()[-1] in "mM" and match.group()[-2:-1].isspace():
                    continue  # "3 m": metres
            yield "jumlah_uang", match.start(), match.end()
    for match in SLANG_MONEY.finditer(text):
        yield "jumlah_uang", match.start(), match.end()


def _documents(text: str) -> Iterator[Found]:
    for match in DOCUMENT.finditer(text):
        value = match.group("value")
        digits = sum(character.isdigit() for character in value)
        structured = "/" in value or "-" in value or "." in value or not value.isdigit()
        named = not match.group().lower().startswith(("sk ", "surat ", "usul", "tiket", "sp "))
        if PLAIN_DATE.match(value) or digits < 2 or not (structured or (named and digits >= 4)):
            continue
        if not named and re.fullmatch(r"(?:19|20)\d{2}", value):
            continue
        yield "nomor_dokumen", match.start("value"), match.end("value")
    for match in LETTER.finditer(text):
        if not PLAIN_DATE.match(match.group()) and sum(map(str.isdigit, match.group())) >= 3:
            yield "nomor_dokumen", match.start(), match.end()


def _ranks(text: str) -> Iterator[Found]:
    names = _rank_names(text)
    after = {end: start for start, end in names}
    for match in RANK.finditer(text):
        raw = match.group()
        sure = "/" in raw or RANK_BEFORE.search(text[max(0, match.start() - 18) : match.start()])
        compact = len(raw) <= 4 and " " not in raw and not raw.isalpha()
        roman = raw[:-1].isupper() and raw[-1].islower() and len(raw) > 2
        if sure or compact or roman:
            opening = BRACKETED.search(text, max(0, match.start() - 16), match.start())
            if opening and opening.start() in after and text[match.end() : match.end() + 1] == ")":
                yield "pangkat", after[opening.start()], match.end() + 1  # "Penata (III/c)" is one statement
            else:
                yield "pangkat", match.start(), match.end()
    for start, end in names:
        near = text[max(0, start - 24) : end + 14]
        sure = RANK_COMPANY.search(near) or re.search(r"(?:tingkat|tk|muda|madya)", text[start + 5 : end], re.I)
        # "Pengatur Muda ke Pengatur": the second has the first for company.
        beside = len(names) > 1 and re.search(r"\b(?:ke|menjadi|jadi|dari|dr)[ ]$", text[max(0, start - 9) : start])
        if sure or beside:
            yield "pangkat", start, end
    for match in GRADE.finditer(text):
        before = text[max(0, match.start() - 18) : match.start()]
        if GRADE_BEFORE.search(before) or GRADE_AFTER.match(text, match.end()):
            yield "pangkat", match.start(), match.end()


def _rank_names(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in RANK_NAME.finditer(text)]
