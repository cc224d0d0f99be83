"""Words for codes: everything a page shows instead of a code, in the page's language.

The taxonomy's labels and the models' choices are Indonesian sources like any other text of the desk; the English
catalogue holds them too (`desk.translation` collects them from `all_labels`).
"""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.auth.models import User
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as N_

from cases.models import Attachment, Case, Conversation, Delivery, Message
from cases.taxonomy import taxonomy

FIELDS = {
    "terlapor": N_("Terlapor"),
    "instansi": N_("Instansi atau unit"),
    "tempat": N_("Tempat"),
    "waktu": N_("Waktu"),
    "jumlah_uang": N_("Jumlah uang"),
    "nip": N_("NIP"),
    "nik": N_("NIK"),
    "telepon": N_("Telepon"),
    "nomor_dokumen": N_("Nomor dokumen"),
    "pangkat": N_("Pangkat"),
}
PROPERTIES = {
    "report_type": N_("Jenis laporan"),
    "category": N_("Kategori"),
    "unit": N_("Unit penangan"),
    "fraud": N_("Indikasi fraud"),
    "fraud_types": N_("Jenis fraud"),
    "awaits_triage": N_("Menunggu penilaian model"),
    "summary": N_("Ringkasan"),
    "confidentiality": N_("Kerahasiaan"),
    "assignee": N_("Petugas"),
    "state": N_("Status"),
}
CHANNELS = {"whatsapp": N_("WhatsApp"), "sms": N_("SMS"), "telegram": N_("Telegram")}
ROLES = {
    "admin_instansi": N_("Admin instansi"),
    "pejabat_penghubung": N_("Pejabat penghubung"),
    "tim_pengaduan": N_("Tim pengaduan"),
    "pimpinan": N_("Pimpinan"),
    "tim_data": N_("Tim data"),
}
DEADLINES = {
    "permintaan_informasi": N_("Permintaan informasi"),
    "aspirasi": N_("Aspirasi"),
    "pengaduan": N_("Pengaduan"),
    "pengaduan_pengawasan": N_("Pengaduan berkadar pengawasan"),
}
FLAGS = {
    "bicara_admin": N_("Warga minta bicara dengan petugas"),
    "tidak_paham": N_("Asisten tidak memahami warga"),
    "kasus_penipuan": N_("Laporan berindikasi fraud"),
    "tidak_terjawab": N_("Pesan warga belum terjawab"),
    "triase_tidak_tersedia": N_("Laporan belum dinilai: model tidak tersedia"),
    "kasar": N_("Warga marah atau berkata kasar"),
    "gagal_kirim": N_("Pesan gagal terkirim"),
}
ACTORS = {
    "citizen": N_("Pelapor"),
    "assistant": N_("Asisten"),
    "officer": N_("Petugas"),
    "system": N_("Sistem"),
}
KINDS = {
    "image": N_("Gambar"),
    "audio": N_("Rekaman suara"),
    "video": N_("Video"),
    "document": N_("Dokumen"),
    "sticker": N_("Stiker"),
    "location": N_("Lokasi"),
    "contact": N_("Kontak"),
    "reaction": N_("Reaksi"),
    "unsupported": N_("Jenis pesan yang tidak didukung"),
}
STEPS = {
    ("baru", "diverifikasi"): N_("Verifikasi"),
    ("baru", "ditolak"): N_("Tidak dapat ditindaklanjuti"),
    ("diverifikasi", "diproses"): N_("Mulai proses"),
    ("diverifikasi", "ditolak"): N_("Tidak dapat ditindaklanjuti"),
    ("diproses", "selesai"): N_("Selesaikan"),
    ("diproses", "diverifikasi"): N_("Kembalikan ke verifikasi"),
    ("selesai", "diproses"): N_("Buka kembali"),
    ("ditolak", "diverifikasi"): N_("Buka kembali"),
}
UNIT_NAMES = {
    "direktorat_pengangkatan_kepangkatan": N_("Direktorat Pengangkatan dan Kepangkatan"),
    "direktorat_pensiun": N_("Direktorat Pensiun"),
    "direktorat_mutasi": N_("Direktorat Mutasi"),
    "direktorat_data": N_("Direktorat Data Kepegawaian"),
    "direktorat_pengadaan": N_("Direktorat Pengadaan ASN"),
    "direktorat_kinerja": N_("Direktorat Kinerja"),
    "direktorat_kompensasi": N_("Direktorat Kompensasi"),
    "direktorat_jabatan": N_("Direktorat Jabatan"),
    "pusat_sistem_informasi": N_("Pusat Sistem Informasi"),
    "biro_humas": N_("Biro Humas"),
    "admin_instansi": N_("Admin instansi"),
}


def report_type(code: str) -> str:
    """A report type in words."""
    return _said(taxonomy().report_types.get(code, code))


def category(code: str) -> str:
    """A category in words; a case without one says so."""
    if not code:
        return gettext("Belum ditentukan")
    known = taxonomy().categories.get(code)
    return _said(known.label if known else code)


def fraud_type(code: str) -> str:
    """A fraud type in words."""
    return _said(taxonomy().fraud_types.get(code, code))


def unit(code: str) -> str:
    """A unit in words; an institution's own units read their code with spaces."""
    if not code:
        return gettext("Belum ditentukan")
    return _said(UNIT_NAMES.get(code) or code.replace("_", " ").title())


def state(code: str) -> str:
    """A case's state in words."""
    return _said(str(dict(Case.State.choices).get(code, code)))


def confidentiality(code: str) -> str:
    """The reporter's wish in words."""
    return _said(str(dict(Case.Confidentiality.choices).get(code, code)))


def officer(user: User | None) -> str:
    """An officer's name as colleagues know it, or the account's where no name was given; "" for nobody."""
    return (user.get_full_name() or user.username) if user else ""


def short(label: str) -> str:
    """A label without the explanation in brackets behind it."""
    return label.split(" (", 1)[0]


def step(start: str, to: str) -> str:
    """A step as the button that takes it says it."""
    return _said(STEPS.get((start, to), "")) or state(to)


def of(table: dict[str, str], code: str) -> str:
    """A code of one of this module's tables in words."""
    return _said(table.get(code, code.replace("_", " ")))


def group(code: str) -> str:
    """A group of FAQ topics in words."""
    return _said(code.replace("_", " ").capitalize())


def value(field: str, code: object) -> str:
    """A property's value in words."""
    if isinstance(code, bool):
        return gettext("Ya") if code else gettext("Tidak")
    if isinstance(code, list):
        return ", ".join(fraud_type(str(item)) for item in code) or gettext("Tidak ada")
    words = {
        "report_type": report_type,
        "category": category,
        "unit": unit,
        "state": state,
        "confidentiality": confidentiality,
    }.get(field)
    return words(str(code)) if words else str(code or "")


def all_labels() -> Iterator[str]:
    """Every Indonesian label that pages translate at run time."""
    codes = taxonomy()
    yield from codes.report_types.values()
    yield from (category.label for category in codes.categories.values())
    yield from codes.fraud_types.values()
    yield from (group.replace("_", " ").capitalize() for group in codes.faq_topics)
    tables = (FIELDS, PROPERTIES, CHANNELS, ROLES, DEADLINES, FLAGS, ACTORS, KINDS, UNIT_NAMES)
    yield from (label for table in tables for label in table.values())
    yield from STEPS.values()
    choices = (
        Case.State,
        Case.Confidentiality,
        Conversation.Owner,
        Message.Author,
        Attachment.State,
        Delivery.Status,
    )
    yield from (str(label) for kind in choices for label in kind.labels)


def _said(label: str) -> str:
    return gettext(label) if label else ""
