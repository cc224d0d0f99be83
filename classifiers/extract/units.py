"""Offices and places: names from our lists, and heads ("dinas", "kec.") with what follows them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from classifiers.extract.numbers import Found
from classifiers.extract.tokens import Tokens
from classifiers.lexicons import word_set

UNIT_HEADS = word_set(
    "dinas badan kantor biro bagian bidang seksi direktorat kementerian sekretariat balai uptd upt puskesmas pkm "
    "rsud rsu rs rumah sd sdn smp smpn sma sman smk smkn mts mtsn min man paud tk universitas univ politeknik "
    "kanreg poli ruang pemkab pemkot pemprov pemda bkd bkpsdm bkpp bkppd disdik dinkes dinsos dishub "
    "inspektorat kua polres polsek polda lapas rutan cabdin cabang kejaksaan pengadilan setda kelurahan kecamatan"
)
# Words that name what a unit is for; they extend a unit also in lower case.
UNIT_WORDS = word_set(
    "pendidikan kesehatan sosial perhubungan pertanian peternakan perikanan kelautan kehutanan kebudayaan "
    "pariwisata pemuda olahraga perdagangan perindustrian koperasi tenaga kerja transmigrasi kependudukan "
    "pencatatan sipil pekerjaan umum penataan ruang perumahan permukiman lingkungan hidup komunikasi informatika "
    "perpustakaan kearsipan arsip pangan ketahanan pemberdayaan perempuan perlindungan anak masyarakat desa "
    "kepegawaian pengembangan sumber daya manusia sdm keuangan aset pendapatan daerah perencanaan pembangunan "
    "penelitian kesatuan bangsa politik penanggulangan bencana mutasi pensiun pangkat kepangkatan pengadaan "
    "informasi kinerja data hukum organisasi pemerintahan ekonomi kesejahteraan rakyat tata usaha program "
    "pelayanan layanan regional agama pertanahan negara sakit pasar pu pupr penduduk kb keluarga berencana energi "
    "mineral esdm pertamanan kebersihan pemadam kebakaran pusat pendaftaran"
)
LINKS = frozenset({"dan", "&", ","})
PLACE_HEADS = word_set(
    "kabupaten kab kota provinsi prov propinsi kecamatan kec desa ds kelurahan kel dusun distrik pulau nagari "
    "gampong kampung jalan jl jln"
)
# Kinds of place that are named by the words behind them: "hotel Melati", "gedung B", "rumah makan Sederhana".
VENUE_HEADS = word_set(
    "hotel gedung aula warung kafe cafe kedai kantin pasar terminal stasiun bandara pelabuhan mal mall kos masjid "
    "lapangan perumahan blok gang gg simpang losmen wisma rm komplek kompleks asrama pos lantai loket restoran resto"
)
SHORT_HEADS = word_set("kab prov kec ds kel jl jln")
PREPOSITIONS = word_set("di ke dari dr pemkab pemkot pemprov asal se wilayah daerah")
NUMERAL = re.compile(r"(?:\d{1,4}|[IVX]{1,5})$")
NUMBERED = word_set("regional kanreg negeri")


# -- offices --------------------------------------------------------------------------------------------------


def find_units(tokens: Tokens) -> Iterator[Found]:
    after = 0
    for index, lower in enumerate(tokens.lowers):
        known = tokens.units.get(index)
        if index < after or (known is None and lower not in UNIT_HEADS) or (known and index in tokens.plain):
            continue
        end = unit_end(tokens, known or index + 1)
        if known or _names_a_unit(tokens, index, end):
            yield tokens.span("instansi", index, end)
            after = end


def unit_end(tokens: Tokens, index: int) -> int:
    """The token after the words that belong to a unit's name, its place included."""
    end = business_end(tokens, index)
    while end in tokens.units and end not in tokens.plain:
        end = business_end(tokens, tokens.units[end])
    place = _headed_place_end(tokens, end)
    if place == end:
        place = _known_place_end(tokens, end, sure=tokens.is_title(end))
    return place if place > end else tokens.name_run(end, 2)


def business_end(tokens: Tokens, index: int) -> int:
    """The token after the words that say what a unit is for: "pendidikan dan kebudayaan", "negeri 2", "regional V"."""
    end = index
    while end < len(tokens):
        lower = tokens.lowers[end]
        if lower in UNIT_WORDS or (lower == "negeri" and end == index):
            end += 1
        elif lower in LINKS and end > index and tokens.lower(end + 1) in UNIT_WORDS:
            end += 2
        elif NUMERAL.match(tokens.texts[end]) and (end == index or tokens.lowers[end - 1] in NUMBERED):
            end += 1
        else:
            break
    return end


def _names_a_unit(tokens: Tokens, start: int, end: int) -> bool:
    """A head word alone ("kantor", "dinas") is no name; a head with its business, number or place is."""
    head = tokens.lowers[start]
    if end - start < 2:
        return False
    if head == "rumah":
        return tokens.lower(start + 1) == "sakit" and end - start > 2
    return head not in ("ruang", "data") or tokens.is_title(start + 1)


# -- places ---------------------------------------------------------------------------------------------------


def find_places(tokens: Tokens) -> Iterator[Found]:
    after = 0
    for index, lower in enumerate(tokens.lowers):
        if index < after or not (index in tokens.places or lower in PLACE_HEADS or lower in VENUE_HEADS):
            continue
        end = _headed_place_end(tokens, index)
        if end == index and lower in VENUE_HEADS:
            end = _venue_end(tokens, index)
        if end == index:
            end = _known_place_end(tokens, index, sure=tokens.lower(index - 1) in PREPOSITIONS)
        if end > index:
            yield tokens.span("tempat", index, end)
            after = end


def _headed_place_end(tokens: Tokens, index: int) -> int:
    """The token after "Kabupaten Sleman", "kec. Cibinong", "Jl. Kenanga no 17" at `index`, or `index`."""
    head = tokens.lower(index)
    if head not in PLACE_HEADS:
        return index
    after = index + 2 if tokens.lower(index + 1) == "." and head in SHORT_HEADS else index + 1
    end = _known_place_end(tokens, after, sure=True)
    if end == after:
        end = tokens.name_run(after, 3)
    if end == after:
        return index
    return _house_number(tokens, end) if head in ("jalan", "jl", "jln") else end


def _venue_end(tokens: Tokens, index: int) -> int:
    """The token after a venue and its name or number, or `index`: "Hotel Grand Sari", "lantai 2", "gedung B"."""
    after = index + 2 if tokens.lower(index + 1) in ("makan", "kopi", "ibadah") else index + 1
    end = tokens.name_run(after, 3)
    if end == after and (tokens.lower(after).isdigit() or tokens.is_letter(after)):
        end = after + 1
    if end == after:
        return index
    place = _known_place_end(tokens, end, sure=True)
    return _house_number(tokens, place)


def _known_place_end(tokens: Tokens, index: int, *, sure: bool) -> int:
    end = tokens.places.get(index)
    if end is None:
        return index
    if index in tokens.plain and not sure:
        opens = index == 0 or tokens.texts[index - 1] in ".!?"
        if opens or not tokens.is_title(index):
            return index
    return end


def _house_number(tokens: Tokens, index: int) -> int:
    """Extend a street by its number: "no 17", "No. 5"."""
    end = index
    if tokens.lower(end).rstrip(".") in ("no", "nomor"):
        end += 2 if tokens.lower(end + 1) == "." else 1
    return end + 1 if tokens.lower(end).isdigit() else index
