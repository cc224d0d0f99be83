"""The queue: tabs, filters, search, sorting, pages, export, and how many queries it takes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from cases.models import Case, Deadline, Event
from cases.ports import Channel
from tests.desk.conftest import LogIn
from tests.officers import make_case


@pytest.fixture
def client(officers: dict[str, User], log_in: LogIn) -> Client:
    return log_in(officers["admin_instansi"])


def numbers(client: Client, **query: str) -> list[str]:
    response = client.get(reverse("desk:queue"), query)
    return [str(row["case"].number) for row in response.context["rows"]]


def due_in(case: Case, days: int) -> Case:
    Deadline.objects.filter(case=case).update(due_on=timezone.localdate() + timedelta(days=days))
    return case


def test_tabs_separate_open_mine_overdue_and_closed(client: Client, officers: dict[str, User]) -> None:
    due_in(make_case(1, assignee=officers["admin_instansi"]), 30)
    due_in(make_case(2), -3)
    due_in(make_case(3, state=Case.State.SELESAI), -3)

    assert numbers(client, tab="terbuka") == ["BKN-2611-00002-X", "BKN-2611-00001-X"]
    assert numbers(client, tab="saya") == ["BKN-2611-00001-X"]
    assert numbers(client, tab="lewat") == ["BKN-2611-00002-X"]
    assert numbers(client, tab="selesai") == ["BKN-2611-00003-X"]


def test_drafts_are_not_in_the_queue(client: Client) -> None:
    make_case(1, state=Case.State.DRAF, number=None)

    assert numbers(client) == []


def test_filters_narrow_and_combine(client: Client) -> None:
    make_case(1, category="mutasi", unit="direktorat_mutasi")
    make_case(2, channel=Channel.TELEGRAM)
    make_case(3, report_type="aspirasi")

    assert numbers(client, kategori="mutasi") == ["BKN-2611-00001-X"]
    assert numbers(client, kanal="telegram") == ["BKN-2611-00002-X"]
    assert numbers(client, jenis="aspirasi", kategori="pensiun") == ["BKN-2611-00003-X"]
    assert numbers(client, petugas="-", unit="direktorat_mutasi") == ["BKN-2611-00001-X"]


@pytest.mark.parametrize("query", [{"kategori": "x' OR 1=1"}, {"petugas": "abc"}, {"urut": "?"}, {"page": "99999999"}])
def test_nonsense_in_the_address_is_ignored(client: Client, query: dict[str, str]) -> None:
    make_case(1)

    assert numbers(client, **query) == ["BKN-2611-00001-X"]


@pytest.mark.parametrize(
    "words",
    ["BKN-2611-00001", "terbit", "uangnya", "pensiunn belum", "ayah saya", '"belum terbit"', "Maret"],
)
def test_search_finds_numbers_words_stems_parts_and_typing_errors(client: Client, words: str) -> None:
    make_case(1)
    make_case(2, text="Tunjangan kinerja dipotong", summary="Tunjangan dipotong", category="kesejahteraan")

    assert numbers(client, q=words) == ["BKN-2611-00001-X"]


def test_search_by_telephone_finds_the_sender_but_never_an_anonymous_one(client: Client) -> None:
    make_case(1)
    make_case(2, confidentiality=Case.Confidentiality.ANONIM)
    make_case(3, confidentiality=Case.Confidentiality.RAHASIA)

    assert numbers(client, q="0800 1200 001") == ["BKN-2611-00001-X"]
    assert numbers(client, q="+628001200002") == []
    assert numbers(client, q="+628001200003") == []


def test_a_telephone_number_does_not_lead_to_a_conversation_that_also_holds_an_anonymous_report(
    client: Client, officers: dict[str, User], log_in: LogIn
) -> None:
    open_case, confidential = make_case(1), make_case(2)
    make_case(3, conversation=open_case.conversation, confidentiality=Case.Confidentiality.ANONIM)
    make_case(4, conversation=confidential.conversation, confidentiality=Case.Confidentiality.RAHASIA)

    assert numbers(client, q="0800 1200 001") == []
    assert numbers(client, q="0800 1200 002") == []
    assert len(numbers(log_in(officers["tim_pengaduan"]), q="0800 1200 002")) == 2


def test_htmx_gets_the_list_alone(client: Client) -> None:
    html = client.get(reverse("desk:queue"), headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in html
    assert "tabs" in html


def test_a_page_of_cases_takes_a_fixed_number_of_queries(
    client: Client, officers: dict[str, User], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        make_case(number, assignee=officers["admin_instansi"])
    with django_assert_num_queries(8):
        client.get(reverse("desk:queue"))  # session, user, roles, assignees, tabs, count, page, flagged


@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")
def test_export_holds_the_filtered_rows_and_is_recorded(client: Client, officers: dict[str, User]) -> None:
    make_case(1, summary="=HYPERLINK(1)")
    make_case(2, category="mutasi")

    response = client.post(reverse("desk:export") + "?kategori=pensiun")
    text = b"".join(response).decode("utf-8-sig")

    assert "BKN-2611-00001-X" in text
    assert "BKN-2611-00002-X" not in text
    assert "'=HYPERLINK(1)" in text
    assert "Siti" not in text
    event = Event.objects.get(kind="desk.exported")
    assert (event.officer, event.data["rows"]) == (officers["admin_instansi"], 1)


def test_deadline_chips_count_working_days(client: Client) -> None:
    due_in(make_case(1), -30)

    html = client.get(reverse("desk:queue")).content.decode()

    assert "hari kerja" in html
    assert "Lewat" in html
