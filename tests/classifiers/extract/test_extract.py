"""Facts in complaints: exact spans, the forms people use, and what must not be taken for a fact."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.extract import FIELD_NAMES, FieldExtractor

EXTRACTOR = FieldExtractor(
    places=("sleman", "sulawesi selatan", "pati*", "makassar"),
    offices=("bkn", "bkpsdm", "taspen", "sekda*"),
    titles=("kabid", "kepala dinas", "kepala sekolah", "bendahara", "petugas*", "camat", "bupati*"),
    common=("uang", "sekolah", "saya", "sudah", "minta"),
)


def found(text: str, name: str) -> list[str]:
    return [field.value for field in EXTRACTOR.extract(text) if field.name == name]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("nip", "NIP 198503122010011005 atas nama saya", ["198503122010011005"]),
        ("nip", "nip. 19850312 201001 1 005", ["19850312 201001 1 005"]),
        ("nip", "rekening 123456789012345678", []),
        ("nik", "NIK saya 3201234567890001", ["3201234567890001"]),
        ("nik", "nik 3201236501850002 ditolak", ["3201236501850002"]),
        ("telepon", "hubungi 0812-0000-1234 ya", ["0812-0000-1234"]),
        ("telepon", "wa +62 812 0000 1234", ["+62 812 0000 1234"]),
        ("telepon", "telp (021) 8093008", ["(021) 8093008"]),
        ("jumlah_uang", "bayar Rp 2.500.000,- tunai", ["Rp 2.500.000,-"]),
        ("jumlah_uang", "minta 2,5 jt atau 500rb", ["2,5 jt", "500rb"]),
        ("jumlah_uang", "diminta dua juta lima ratus ribu rupiah", ["dua juta lima ratus ribu rupiah"]),
        ("jumlah_uang", "setor sejuta, katanya 2-3 juta", ["sejuta", "2-3 juta"]),
        ("jumlah_uang", "potongan 750.000 per bulan", ["750.000"]),
        ("jumlah_uang", "bayar 4jt5 atau 1jt250rb", ["4jt5", "1jt250rb"]),
        ("jumlah_uang", "mbayar 400 ewu, 300 rebu", ["400 ewu", "300 rebu"]),
        ("jumlah_uang", "bayar US$200 atau 50 dolar", ["US$200", "50 dolar"]),
        ("jumlah_uang", "200 perak per nama", ["200 perak"]),
        ("jumlah_uang", "ada 5 ribu guru dan tiga ratus orang", []),
        ("jumlah_uang", "jaraknya 3 m dari kantor", []),
        ("waktu", "sejak 12 Maret 2025 sampai kemarin sore", ["12 Maret 2025", "kemarin sore"]),
        ("waktu", "tanggal 12/3/2025 jam 10.30 WIB", ["12/3/2025", "jam 10.30 WIB"]),
        ("waktu", "tgl 5 kmrn, bulan Mei 2025, hari Senin", ["tgl 5 kmrn", "Mei 2025", "Senin"]),
        ("waktu", "2 minggu lalu dan sejak 2021", ["2 minggu lalu", "2021"]),
        ("waktu", "kemarin jam 3 sore, pagi tadi", ["kemarin jam 3 sore", "pagi tadi"]),
        ("waktu", "awal tahun sampai habis magrib, malam takbiran", ["awal tahun", "magrib", "malam takbiran"]),
        ("waktu", "dikirim feb kmrn, nov lalu", ["feb kmrn", "nov lalu"]),
        ("waktu", "sudah 8 bln, 6 bln ini nunggu 2 hari", []),
        ("waktu", "umur saya 58 tahun, jamu pahit", []),
        ("nomor_dokumen", "SK Nomor 800.1.3.2/445/2025 salah", ["800.1.3.2/445/2025"]),
        ("nomor_dokumen", "nomor usul UKP-20250312-0091", ["UKP-20250312-0091"]),
        ("nomor_dokumen", "kuitansi KW-0774, kartu nomor A 0452211", ["KW-0774", "A 0452211"]),
        ("nomor_dokumen", "ukom UKOM/PKP/0382/2024 milik saya", ["UKOM/PKP/0382/2024"]),
        ("nomor_dokumen", "beli tiket Rp1.900.000", []),
        ("nomor_dokumen", "usul 2 orang, surat 3 lembar", []),
        ("pangkat", "gol III/b ke 3c, IIId", ["III/b", "3c", "IIId"]),
        ("pangkat", "pangkat Penata Muda Tk. I", ["Penata Muda Tk. I"]),
        ("pangkat", "gol 3 b, golongan IX, gol. III", ["3 b", "IX", "III"]),
        ("pangkat", "saya Pembina (IV/a), dulu Penata (gol. III/c)", ["Pembina (IV/a)", "Penata (gol. III/c)"]),
        ("pangkat", "usul Pengatur Muda ke Pengatur", ["Pengatur Muda", "Pengatur"]),
        ("pangkat", "penata muda tk 1", ["penata muda tk 1"]),
        ("pangkat", "penata laksana sesi IX lantai III", []),
        ("pangkat", "pembina pramuka kelas 3 a", []),
        ("tempat", "kantor di Sleman dan sulawesi selatan", ["Sleman", "sulawesi selatan"]),
        ("tempat", "kec. Cibinong, Jl. Kenanga Dalam no 17", ["kec. Cibinong", "Jl. Kenanga Dalam no 17"]),
        ("tempat", "inti pati masalah", []),
        ("tempat", "saya orang Pati", ["Pati"]),
        ("tempat", "bertemu di Hotel Grand Sari lantai 2", ["Hotel Grand Sari", "lantai 2"]),
        ("instansi", "operator BKPSDM Kab. Sleman", ["BKPSDM Kab. Sleman"]),
        ("instansi", "dinas pendidikan dan kebudayaan sleman", ["dinas pendidikan dan kebudayaan sleman"]),
        ("instansi", "SMPN 2 Cibinong dan Kantor Regional IV", ["SMPN 2 Cibinong", "Kantor Regional IV"]),
        ("instansi", "kantor tutup, dinas malam", []),
        ("terlapor", "melaporkan Hendra Gunarso, pegawai BKPSDM", ["Hendra Gunarso"]),
        ("terlapor", "camat Lukman Hadi minta uang", ["camat Lukman Hadi"]),
        ("terlapor", "kabid mutasi pak Hendra", ["Hendra"]),
        ("terlapor", "diminta pak budi 2 juta", ["budi"]),
        ("terlapor", "oknum petugas minta uang", ["petugas"]),
        ("terlapor", "petugas ramah dan bersih", []),
        ("terlapor", "saya bendahara minta keadilan", []),
        ("terlapor", "Yth. Bapak Kepala Dinas, mohon dibantu", []),
        ("terlapor", "pensiun almarhum Bapak Suparjan belum cair", []),
    ],
)
def test_the_forms_people_use(name: str, text: str, expected: list[str]) -> None:
    assert found(text, name) == expected


@given(st.text(alphabet=st.sampled_from("Rp0123456789.,/- jtIVabPakBudi\nkabRp(+)"), max_size=120))
def test_spans_are_exact_and_touch_only_where_a_person_names_the_office(text: str) -> None:
    fields = EXTRACTOR.extract(text)

    assert all(text[field.start : field.end] == field.value != "" for field in fields)
    assert {field.name for field in fields} <= set(FIELD_NAMES)
    others = [field for field in fields if field.name != "terlapor"]
    assert all(left.end <= right.start for left, right in itertools.pairwise(others))
