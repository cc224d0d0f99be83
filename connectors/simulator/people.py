"""Invented citizens and things that they might write. Names and numbers belong to nobody."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """An invented citizen with a phone number and a Telegram account."""

    key: str
    name: str
    about: str
    number: str
    telegram_id: str


PEOPLE = (
    Person("budi", "Budi Santoso", "Guru PNS, Sleman", "+6281100000001", "700000001"),
    Person("siti", "Siti Rahmawati", "Bidan PPPK, Garut", "+6281100000002", "700000002"),
    Person("yohanes", "Yohanes Wenda", "Penyuluh pertanian, Jayawijaya", "+6281100000003", "700000003"),
    Person("made", "Made Suardana", "Pensiunan, Gianyar", "+6281100000004", "700000004"),
    Person("rina", "Rina Marpaung", "Pelamar CPNS, Medan", "+6281100000005", "700000005"),
)


@dataclass(frozen=True)
class Sample:
    """A ready message for the menu of examples."""

    label: str
    text: str


SAMPLES = (
    Sample("Salam", "assalamualaikum min, selamat pagi"),
    Sample("Tanya: syarat naik pangkat", "min mau tanya syarat kenaikan pangkat reguler apa aja ya?"),
    Sample("Tanya: batas usia pensiun", "pensiun guru umur brp ya skrg"),
    Sample("Tanya: lupa sandi MyASN", "sy lupa password myasn, gmn cara resetnya"),
    Sample(
        "Lapor: dimintai uang",
        "Saya mau melapor. Waktu mengurus kenaikan pangkat bulan lalu di BKPSDM, seorang staf bernama Pak Hendra minta "
        "uang Rp2.500.000 supaya berkas saya cepat diproses. Kalau tidak bayar katanya berkas bisa hilang. Kejadiannya "
        "tanggal 3 di ruang mutasi, ada bukti chat-nya.",
    ),
    Sample(
        "Lapor: usul pensiun macet",
        "usul pensiun saya sudah 4 bulan di BKPSDM tidak ada kabar, padahal TMT 1 bulan lagi. berkas sudah lengkap",
    ),
    Sample(
        "Lapor: tanggal lahir salah", "tgl lahir sy di myasn salah, beda sama ijazah. sudah lapor 2x belum diperbaiki"
    ),
    Sample("Saran", "saran saja, tolong antrean tatap muka bisa dipesan lewat HP biar tidak menunggu dari subuh"),
    Sample("Cek status", "cek status"),
    Sample("Bicara dengan petugas", "mau bicara sama petugas langsung"),
    Sample("Di luar topik", "resep rendang yang enak gimana?"),
    Sample("Terima kasih", "ok terima kasih banyak"),
)


@dataclass(frozen=True)
class Place:
    """A public place for the "send location" menu."""

    label: str
    latitude: float
    longitude: float


PLACES = (
    Place("Alun-alun Kota Bandung", -6.92182, 107.60697),
    Place("Lapangan Merdeka, Medan", 3.59111, 98.67833),
    Place("Titik Nol Kilometer, Yogyakarta", -7.80139, 110.36472),
)


def person(key: str) -> Person | None:
    """The invented citizen of that key."""
    return next((item for item in PEOPLE if item.key == key), None)
