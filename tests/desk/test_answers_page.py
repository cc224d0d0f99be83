"""Answers: corrected by admins, read by the data team, live with their history."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from cases.models import Answer, Event
from tests.desk.conftest import LogIn


@pytest.fixture
def answer(db: None) -> Answer:
    return Answer.objects.create(
        topic="pensiun_bup",
        group="pensiun",
        title="Batas usia pensiun",
        text="58 tahun.",
        last_checked=date(2026, 1, 1),
        seed_hash="abc",
    )


def form(**changes: str) -> dict[str, str]:
    return {"text": "58 atau 60 tahun.", "last_checked": "2026-11-01", "version": "0", **changes}


def test_an_edit_is_saved_with_name_time_and_former_text(
    answer: Answer, officers: dict[str, User], log_in: LogIn
) -> None:
    client = log_in(officers["admin_instansi"])

    html = client.post(reverse("desk:answer", args=[answer.topic]), form(), follow=True).content.decode()

    answer.refresh_from_db()
    assert (answer.text, answer.seed_hash) == ("58 atau 60 tahun.", "")
    assert answer.edited_by == officers["admin_instansi"]
    assert "langsung dipakai asisten" in html
    assert "58 tahun." in html
    assert Event.objects.get(kind="answer.edited").data["before"] == {"text": "58 tahun."}


@pytest.mark.parametrize("text", ["", "   ", "x" * 901])
def test_blank_and_long_answers_are_refused(
    text: str, answer: Answer, officers: dict[str, User], log_in: LogIn
) -> None:
    response = log_in(officers["admin_instansi"]).post(reverse("desk:answer", args=[answer.topic]), form(text=text))

    answer.refresh_from_db()
    assert response.status_code == 200
    assert answer.text == "58 tahun."


def test_the_data_team_reads_and_does_not_write(answer: Answer, officers: dict[str, User], log_in: LogIn) -> None:
    client = log_in(officers["tim_data"])

    shown = client.get(reverse("desk:answer", args=[answer.topic])).content.decode()
    refused = client.post(reverse("desk:answer", args=[answer.topic]), form())

    assert "58 tahun." in shown
    assert "<textarea" not in shown
    assert refused.status_code == 404


def test_two_admins_do_not_overwrite_each_other(answer: Answer, officers: dict[str, User], log_in: LogIn) -> None:
    client = log_in(officers["admin_instansi"])
    client.post(reverse("desk:answer", args=[answer.topic]), form())

    html = client.post(reverse("desk:answer", args=[answer.topic]), form(text="lain")).content.decode()

    answer.refresh_from_db()
    assert answer.text == "58 atau 60 tahun."
    assert "baru saja mengubah jawaban ini" in html


def test_words_that_a_database_cannot_hold_find_nothing_and_break_nothing(
    officers: dict[str, User], log_in: LogIn, answer: Answer
) -> None:
    response = log_in(officers["tim_data"]).get(reverse("desk:answers"), {"q": "pensi\x00un"})

    assert response.status_code == 200
