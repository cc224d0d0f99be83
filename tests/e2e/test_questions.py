"""A citizen asks a question and gets the answer, on every channel."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("channel", ["whatsapp_meta", "whatsapp_twilio", "sms_twilio", "telegram"])
def test_a_question_is_answered(phone, channel):
    citizen = phone(channel)

    answer = citizen.say("brp hari cuti tahunan pns dlm setahun")

    assert "12 hari" in answer


@pytest.mark.parametrize("channel", ["whatsapp_meta", "telegram"])
def test_where_there_are_buttons_the_assistant_asks_whether_it_helped(phone, channel):
    citizen = phone(channel)
    citizen.say("brp hari cuti tahunan pns dlm setahun")

    assert "Senang" in citizen.press("Ya")


def test_on_sms_a_choice_is_answered_with_its_number(phone):
    citizen = phone("sms_twilio")
    assert "1. Biasa" in citizen.say(
        "Usul kenaikan pangkat saya ke III/d sejak Januari 2026 di BKD Kabupaten Sukamaju belum diproses, "
        "padahal berkas sudah lengkap"
    )

    assert "1. Kirim" in citizen.say("1")
    assert "nomor BKN-" in citizen.say("1")
