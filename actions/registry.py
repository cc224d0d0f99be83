"""The list of actions; the domain names the same ones (a test compares)."""

from __future__ import annotations

from rasa_sdk import Action

from actions import answering, reporting, service

ACTIONS: tuple[type[Action], ...] = (
    reporting.MulaiLapor,
    reporting.Tulis,
    reporting.Pilih,
    reporting.Batal,
    reporting.Lanjutkan,
    reporting.MulaiBaru,
    reporting.LanjutkanDraf,
    reporting.JadikanLaporan,
    reporting.Lampiran,
    service.CekStatus,
    service.BicaraAdmin,
    service.Penilaian,
    service.Bantuan,
    service.Kasar,
    service.LuarTopik,
    answering.Ragu,
    answering.JawabTopik,
    answering.JawabDalamDraf,
    answering.Setuju,
    answering.Tolak,
    answering.UmpanBalik,
)
