"""The main job, end to end: a bribery story on WhatsApp, seen by one role only, taken over, answered, returned."""

from __future__ import annotations

import re

import psycopg
from playwright.sync_api import Page, expect

from tests.e2e.phone import Phone

STORY = (
    "Kemarin tgl 12 maret 2026 saya diminta uang 5 juta sama Kabid Mutasi BKD Kabupaten Sukamaju, katanya biar SK "
    "pindah saya cepat keluar. Kalau tidak bayar berkas saya ditahan."
)
PATIENCE_MS = 30_000


def _to_number(citizen: Phone) -> str:
    """Tell the story, answer what the assistant asks, confirm; returns the registration number."""
    reply = citizen.say(STORY)
    assert "hanya dapat dibaca oleh Tim Pengaduan" in reply
    reply = citizen.press("Rahasia")
    for _ in range(2):  # at most two questions, each of which can be skipped
        if "Lewati" in reply:
            reply = citizen.press("Lewati")
    assert "Ini yang saya pahami" in reply
    assert "12 maret 2026" in reply
    match = re.search(r"BKN-\d{4}-\w{5}-\w", citizen.press("Kirim"))
    assert match
    return match[0]


def _case_url(system, number: str) -> str:
    with psycopg.connect(system.database_url) as database:
        row = database.execute(
            "SELECT id, conversation_id, fraud FROM cases_case WHERE number = %s", [number]
        ).fetchone()
    assert row is not None
    assert row[2], "the story carries a fraud indication"
    return str(row[0])


def _conversation_url(system, number: str) -> str:
    with psycopg.connect(system.database_url) as database:
        row = database.execute("SELECT conversation_id FROM cases_case WHERE number = %s", [number]).fetchone()
    return f"{system.url}/desk/conversations/{row[0]}/"


def _say_as_officer(page: Page, text: str) -> None:
    page.fill("#composer-text", text)
    page.click("#composer button.send")
    expect(page.locator(".bubble.from-officer", has_text=text)).to_be_visible(timeout=PATIENCE_MS)


def test_the_way_of_a_bribery_story(system, phone, desk):
    citizen = phone("whatsapp_meta")
    number = _to_number(citizen)
    case_url = f"{system.url}/desk/cases/{_case_url(system, number)}/"
    conversation_url = _conversation_url(system, number)

    # An officer without the role sees nothing of it: not in the list, not by search, not by address.
    outsider = desk("admin_instansi")
    outsider.goto(f"{system.url}/desk/?q={number}")
    expect(outsider.locator("body")).not_to_contain_text("Kabid Mutasi")
    assert outsider.request.get(case_url).status == 404
    assert outsider.request.get(conversation_url).status == 404

    # One with the role sees the prefilled ticket.
    officer = desk("tim_pengaduan")
    officer.goto(f"{system.url}/desk/?q={number}")
    expect(officer.locator("body")).to_contain_text(number)
    officer.goto(case_url)
    expect(officer.locator("body")).to_contain_text("12 maret 2026")

    # Takes over, types; the citizen receives it on the channel.
    officer.goto(conversation_url)
    officer.get_by_role("button", name="Ambil alih").click()
    expect(officer.locator("#composer-text")).to_be_visible(timeout=PATIENCE_MS)
    citizen.expect_reply("terhubung dengan petugas")
    _say_as_officer(officer, "Selamat siang, saya dari Tim Pengaduan. Apakah ada bukti percakapan?")
    citizen.expect_reply("Apakah ada bukti percakapan?")

    # The page updates by itself, and the assistant stays silent.
    before = citizen.replies.count()
    citizen.write("ada bu, screenshot chatnya. syarat kenaikan pangkat apa ya?")
    expect(officer.locator(".bubble.from-citizen", has_text="screenshot chatnya")).to_be_visible(timeout=PATIENCE_MS)
    citizen.page.wait_for_timeout(4000)
    assert citizen.replies.count() == before

    # Returned, the assistant answers again, and knows the case.
    officer.get_by_role("button", name="Kembalikan ke asisten").click()
    citizen.expect_reply("kembali siap membantu")
    assert number in citizen.say(f"cek status {number}")


def test_a_mistyped_number_opens_nothing(phone):
    citizen = phone("telegram")

    assert "tidak saya temukan" in citizen.say("cek status BKN-2611-AAAAA-B")
