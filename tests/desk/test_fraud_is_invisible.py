"""A fraud case exists for `tim_pengaduan` alone: lists, search, counts, exports, addresses, streams, files, figures."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.contrib.auth.models import User
from django.test import AsyncClient
from django.urls import reverse

from cases.models import Attachment, Case, CaseField, Label
from cases.services import cases as case_service
from cases.services import events, media
from tests.desk.conftest import LogIn
from tests.officers import ROLES, make_case

SECRET = "amplop cokelat di bawah meja kepala bidang"
OTHERS = [role for role in ROLES if role != "tim_pengaduan"]


@dataclass
class Hidden:
    """A fraud case of the pension unit and everything that belongs to it."""

    case: Case
    field: CaseField
    attachment: Attachment

    @property
    def traces(self) -> list[str]:
        return [SECRET, str(self.case.number), str(self.case.pk), str(self.case.conversation_id)]


@pytest.fixture
def hidden(officers: dict[str, User]) -> Hidden:
    case = make_case(7, fraud=True, fraud_types=["pungli_suap_gratifikasi"], text=f"Diminta {SECRET}", summary=SECRET)
    field = CaseField.objects.create(case=case, name="terlapor", value="Kepala Bidang Anu")
    message = case.conversation.messages.get()
    message.case = case
    message.text = SECRET
    message.save()
    attachment = Attachment.objects.create(message=message, reference="r")
    media.store(attachment, b"%PDF-1.4 isi rahasia", "application/pdf")
    Label.objects.create(case=case, field="summary", before="", after=SECRET, officer=officers["tim_pengaduan"])
    make_case(8, text="Laporan biasa tentang pensiun", summary="Laporan biasa")
    return Hidden(case, field, attachment)


def lists() -> list[str]:
    queue = reverse("desk:queue")
    tabs = [f"{queue}?tab={tab}" for tab in ("terbuka", "saya", "lewat", "dekat", "fraud", "selesai")]
    searches = [f"{queue}?q={words}" for words in ("amplop", "BKN-2611-00007-X", "Kepala+Bidang+Anu", "cokelat")]
    filters = [f"{queue}?fraud=ya", f"{queue}?unit=direktorat_pensiun", f"{queue}?kategori=pensiun"]
    talks = [f"{reverse('desk:conversations')}?lihat={code}" for code in ("perlu", "saya", "semua")]
    return [*tabs, *searches, *filters, *talks, reverse("desk:dashboard"), reverse("desk:models")]


def addresses(hidden: Hidden) -> list[str]:
    case, talk = hidden.case.pk, hidden.case.conversation_id
    return [
        reverse("desk:case", args=[case]),
        reverse("desk:case_edit", args=[case, "category"]),
        reverse("desk:case_field_new", args=[case]),
        reverse("desk:case_field", args=[case, hidden.field.pk]),
        reverse("desk:case_move", args=[case, "diverifikasi"]),
        reverse("desk:case_assign", args=[case]),
        reverse("desk:conversation", args=[talk]),
        reverse("desk:conversation_older", args=[talk, 10**9]),
        reverse("desk:conversation_updates", args=[talk]),
        reverse("desk:attachment", args=[hidden.attachment.pk]),
    ]


def actions(hidden: Hidden) -> list[str]:
    case, talk = hidden.case.pk, hidden.case.conversation_id
    return [
        *(reverse(f"desk:{name}", args=[case]) for name in ("case_take", "case_undo", "case_assign")),
        *(reverse(f"desk:{name}", args=[talk]) for name in ("take_over", "give_back", "unflag", "say", "reveal")),
        reverse("desk:case_edit", args=[case, "summary"]),
        reverse("desk:case_move", args=[case, "diverifikasi"]),
    ]


@pytest.mark.parametrize("role", OTHERS)
def test_no_list_search_filter_or_figure_shows_it(
    role: str, officers: dict[str, User], log_in: LogIn, hidden: Hidden
) -> None:
    client = log_in(officers[role])
    for address in lists():
        html = client.get(address).content.decode()

        assert [trace for trace in hidden.traces if trace in html and trace not in address] == [], address


@pytest.mark.parametrize("role", OTHERS)
def test_no_address_opens_it(role: str, officers: dict[str, User], log_in: LogIn, hidden: Hidden) -> None:
    client = log_in(officers[role])

    for address in addresses(hidden):
        assert client.get(address).status_code in {403, 404}, address
    for address in actions(hidden):
        assert client.post(address, {"text": "x", "value": "x", "version": "0"}).status_code in {403, 404}, address


@pytest.mark.parametrize("role", ["admin_instansi", "pejabat_penghubung"])
def test_counts_leave_it_out(role: str, officers: dict[str, User], log_in: LogIn, hidden: Hidden) -> None:
    context = log_in(officers[role]).get(reverse("desk:queue")).context

    assert context["counts"]["terbuka"] == 1
    assert "fraud" not in context["counts"]
    assert context["page"].paginator.count == 1


@pytest.mark.parametrize("role", ["admin_instansi", "pejabat_penghubung"])
@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")
def test_exports_leave_it_out(role: str, officers: dict[str, User], log_in: LogIn, hidden: Hidden) -> None:
    response = log_in(officers[role]).post(reverse("desk:export"))

    text = b"".join(response).decode()
    assert "BKN-2611-00008-X" in text
    assert [trace for trace in hidden.traces if trace in text] == []
    assert "fraud" not in text.casefold()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", OTHERS)
async def test_no_stream_tells_of_it(role: str, officers: dict[str, User], hidden: Hidden) -> None:
    client = AsyncClient()
    await client.aforce_login(officers[role], backend="django.contrib.auth.backends.ModelBackend")

    response = await client.get(reverse("desk:conversation_events", args=[hidden.case.conversation_id]))

    assert response.status_code in {403, 404}


def test_leaders_know_the_number_of_fraud_cases_and_nothing_else(
    officers: dict[str, User], log_in: LogIn, hidden: Hidden
) -> None:
    figures = log_in(officers["pimpinan"]).get(reverse("desk:dashboard")).context["figures"]

    assert figures.fraud_total == 1
    assert figures.total == 1
    assert figures.by_category == {"pensiun": 1}


@pytest.mark.parametrize("role", ["admin_instansi", "pejabat_penghubung"])
def test_other_dashboards_do_not_even_count_it(
    role: str, officers: dict[str, User], log_in: LogIn, hidden: Hidden
) -> None:
    figures = log_in(officers[role]).get(reverse("desk:dashboard")).context["figures"]

    assert figures.fraud_total is None
    assert figures.total == 1


def test_the_complaints_team_sees_everything_of_it(officers: dict[str, User], log_in: LogIn, hidden: Hidden) -> None:
    client = log_in(officers["tim_pengaduan"])

    assert SECRET in client.get(f"{reverse('desk:queue')}?tab=fraud").content.decode()
    for address in addresses(hidden):
        assert client.get(address).status_code == 200, address


def test_a_plain_case_in_a_tainted_conversation_shows_no_transcript(
    officers: dict[str, User], log_in: LogIn, hidden: Hidden
) -> None:
    plain = make_case(9, conversation=hidden.case.conversation, text="Soal lain dari orang yang sama", summary="Lain")

    html = log_in(officers["admin_instansi"]).get(reverse("desk:case", args=[plain.pk])).content.decode()

    assert "Percakapan tertutup" in html
    assert [trace for trace in hidden.traces[:3] if trace in html] == []


def test_the_history_of_a_plain_case_does_not_tell_that_the_conversation_was_closed(
    officers: dict[str, User], log_in: LogIn, hidden: Hidden
) -> None:
    plain = make_case(9, conversation=hidden.case.conversation, text="Soal lain dari orang yang sama", summary="Lain")
    for kind in ("conversation.fraud_suspected", "conversation.flagged"):
        events.record(kind, actor="system", conversation=plain.conversation, reason="kasus_penipuan")

    html = log_in(officers["admin_instansi"]).get(reverse("desk:case", args=[plain.pk])).content.decode()

    assert "kasus_penipuan" not in html
    assert "menutup percakapan" not in html


def test_a_change_that_loses_the_race_with_a_fraud_mark_is_refused_politely(
    officers: dict[str, User], log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, assign = make_case(10), case_service.assign

    def too_late(*args: object, **kwargs: object) -> object:
        Case.objects.filter(pk=case.pk).update(fraud=True)
        return assign(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(case_service, "assign", too_late)

    response = log_in(officers["admin_instansi"]).post(reverse("desk:case_take", args=[case.pk]), {"version": "9"})

    assert response.status_code == 302
    assert response.headers["Location"] == reverse("desk:queue")
