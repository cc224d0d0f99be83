"""The person reported: a name with the job beside it, or, where nobody is named, the job."""

from __future__ import annotations

from collections.abc import Iterator

from classifiers.extract.numbers import Found
from classifiers.extract.tokens import NOT_NAMES, Tokens
from classifiers.extract.units import UNIT_HEADS, business_end, unit_end
from classifiers.lexicons import word_set

# Forms of address that are no part of a name; "Drs." and "Hj." are.
ADDRESS = word_set("pak bapak bpk bu ibu ibuk sdr sdri saudara saudari mas mbak mba mb bang kang pa kak cak uda")
DEGREES = word_set("drs dra dr ir h hj haji prof kh ust ustad")
SELF = word_set(
    "saya sy aku gue kami kita selaku sebagai istri suami anak ayah ibu bapak mertua ortu orang ane sa abdi ulun "
    "nama an a.n"
)
# The person whom a matter concerns, in whose name a relative writes, is not reported either.
CONCERNED = word_set(
    "alm almarhum almarhumah istri isteri suami anak kuasa pendamping nama an usul peserta pensiunan rekan"
)
GREETED = word_set("yth yth. kepada halo selamat salam assalamualaikum min admin terima makasih")
# What stands before somebody who is reported by name.
POINTERS = word_set(
    "melaporkan mengadukan laporkan adukan lapor oleh bernama namanya inisial berinisial dipanggil terlapor oknum "
    "atasan pelaku tersangka bos si"
)
RELATIONS = word_set("ke kepada dari dr dengan dgn sama sm yaitu yakni adalah : - dan antara melalui lewat")
FOLLOWERS = word_set("selaku sebagai yang yg adalah sering selalu sudah telah pernah diduga")
# What people say that the person they report did; tells "petugas minta 50 ribu" from "petugas ramah".
ACTS = word_set(
    "minta meminta minta2 mintak narik menarik memungut mungut pungut menawarkan nawarin menawari maksa memaksa "
    "menyuruh nyuruh suruh ngancam mengancam ancam bentak membentak marah marahin memarahi menolak nolak menahan "
    "nahan bilang ngomong berkata mengatakan menjawab jawab menyebut ngajak mengajak menerima terima memalsukan "
    "memotong motong korupsi selingkuh bolos mangkir membolos main mabuk menjual jual jutek judes ketus kasar "
    "cuek tidur ngobrol merokok menghina menghilangkan mempersulit mempersulitkan persulit nipu menipu mengaku "
    "ngaku janji menjanjikan melecehkan pegang memukul melempar mengubah merekayasa menyalahgunakan memanfaatkan "
    "ditransfer kabur malah nilep menilep tilep nyunat menyunat malak peras memeras mengulur menghilangkan "
    "menggelapkan gelapkan menyembunyikan membatalkan mengadu memanipulasi mengatur menawar nawar bocorin ngebocorin "
    "menipu curang korup korupsi"
)
# People with these jobs write most reports: "guru minta kenaikan gaji" reports nobody, "oknum guru minta uang" does.
WRITERS = word_set("guru dosen dokter bidan perawat pegawai staf staff penyuluh widyaiswara penghulu anggota honorer")
LONGEST = 3
"""Longest name in words."""
TERLAPOR = "terlapor"


def find_persons(tokens: Tokens) -> Iterator[Found]:
    """Yield the named persons; where there is none, the first job whose holder is said to have done something."""
    named, jobs = persons_and_jobs(tokens)
    yield from named or jobs[:1]


def persons_and_jobs(tokens: Tokens) -> tuple[list[Found], list[Found]]:
    """Who is reported by name, and which jobs are named whose holders are said to have done something."""
    named: list[Found] = []
    jobs: list[Found] = []
    after = 0
    for index in range(len(tokens)):
        if index < after or not _may_start(tokens, index):
            continue
        start, end, has_name = _person(tokens, index)
        if end <= index:
            continue
        after = end
        if not _is_self_or_greeted(tokens, index):
            (named if has_name else jobs).append(tokens.span(TERLAPOR, start, end))
    return named, jobs


def _may_start(tokens: Tokens, index: int) -> bool:
    lower = tokens.lowers[index]
    if index in tokens.titles or lower in ADDRESS or lower in DEGREES or lower == "oknum":
        return True
    if not tokens.titled[index]:
        return False
    return tokens.lower(index - 1) in POINTERS or _stands_as_person(tokens, index, tokens.name_run(index, LONGEST))


def _stands_as_person(tokens: Tokens, start: int, end: int) -> bool:
    """Whether two or more name words are a person, by what surrounds them: a job behind, "kepada" before, an act."""
    if end - start < 2:
        return False
    introduces = tokens.lower(end) in (",", "(") and end + 1 in tokens.titles
    acts = any(lower.removesuffix("nya") in ACTS for lower in tokens.lowers[end : end + 3])
    return introduces or acts or tokens.lower(end) in FOLLOWERS or tokens.lower(start - 1) in RELATIONS


def _person(tokens: Tokens, index: int) -> tuple[int, int, bool]:
    """First and last token (exclusive) of a person who starts at `index`, and whether the person is named."""
    start = index + 1 if tokens.lowers[index] == "oknum" else index
    start, addressed = _skip_address(tokens, start)
    title_end = tokens.titles.get(start)
    if title_end is not None:
        return _job(tokens, index, start, title_end, addressed)
    end = _name_end(tokens, start, trusted=addressed or start > index)
    pointed = start > index or tokens.lower(index - 1) in POINTERS or _stands_as_person(tokens, start, end)
    if end == start or not pointed:
        return index, index, False
    return start, end, True


def _job(tokens: Tokens, index: int, start: int, title_end: int, addressed: bool) -> tuple[int, int, bool]:
    """A job, with the name beside it: "camat Lukman Hadi", "kabid mutasi pak Hendra" (then the name alone)."""
    business = _business(tokens, start, title_end)
    name_start, inner_address = _skip_address(tokens, business)
    name_end = _name_end(tokens, name_start, trusted=inner_address)
    if name_end > name_start:
        return (name_start if inner_address else start), name_end, True
    writes = business == start + 1 and tokens.lowers[start] in WRITERS
    acts = not writes and any(lower.removesuffix("nya") in ACTS for lower in tokens.lowers[business : business + 4])
    if start > index or acts:
        return start, business, False
    return index, (business if addressed else index), False


def _business(tokens: Tokens, start: int, end: int) -> int:
    """Extend a job by its business, and by the place when the job itself names the kind of office."""
    if tokens.lowers[end - 1] in UNIT_HEADS and end - start > 1:
        return unit_end(tokens, end)
    return business_end(tokens, end)


def _skip_address(tokens: Tokens, index: int) -> tuple[int, bool]:
    """The token after forms of address, and whether there were any."""
    at = index
    while tokens.lower(at) in ADDRESS and at - index < 4:
        at += 2 if tokens.lower(at + 1) == "." else 1
    return at, at > index


def _name_end(tokens: Tokens, index: int, *, trusted: bool) -> int:
    """The token after a name at `index`: degrees, capitalised words; after "pak" also one unknown lower-case word."""
    at = index
    while tokens.lower(at) in DEGREES and (tokens.lower(at + 1) == "." or tokens.is_title(at + 1)):
        at += 2 if tokens.lower(at + 1) == "." else 1
    end = at
    while end - at < LONGEST and _is_name(tokens, end, trusted=trusted or end > at):
        end += 2 if len(tokens.lower(end)) == 1 and tokens.lower(end + 1) == "." and tokens.is_title(end + 2) else 1
    if end == at and trusted and _is_unknown(tokens, at):
        return at + 1
    return end if end > at else index


def _is_name(tokens: Tokens, index: int, *, trusted: bool) -> bool:
    token = tokens.texts[index] if index < len(tokens) else ""
    if not token.isalpha() or not (token.istitle() or (token.isupper() and len(token) == 1)) or token in NOT_NAMES:
        return False
    if index in tokens.listed:
        return False
    return trusted or token.lower() not in tokens.common


def _is_unknown(tokens: Tokens, index: int) -> bool:
    """A lower-case word that no list and no complaint knows: after "pak" it is a name typed in haste."""
    lower = tokens.lower(index)
    known = lower in tokens.common or index in tokens.listed
    return len(lower) > 2 and lower.isalpha() and not known and lower not in UNIT_HEADS


def _is_self_or_greeted(tokens: Tokens, index: int) -> bool:
    """The writer, a relative or the person addressed is not the one reported."""
    before = tokens.lower(index - 1)
    if before in SELF or before in GREETED or (before == "," and tokens.lower(index - 2) in SELF):
        return True
    if any(lower in CONCERNED for lower in tokens.lowers[max(0, index - 3) : index]):
        return True
    start = tokens.starts[index]
    opening = tokens.text[: min(start, 40)].lower()
    return (index == 0 and _calls(tokens)) or (start < 40 and ("yth" in opening or "kepada" in opening))


def _calls(tokens: Tokens) -> bool:
    """A text that opens with "Pak," or "Bang admin," calls the reader."""
    return tokens.lowers[0] in ADDRESS and any(text in ",." for text in tokens.texts[1:4])
