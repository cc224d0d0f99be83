"""The case page: what it shows, what it changes, what it refuses."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from cases.models import Attachment, Case, CaseField, Event, Label, Prediction
from cases.services import media
from cases.services.cases import edit_case, version_of
from tests.desk.conftest import LogIn
from tests.officers import make_case


@pytest.fixture
def client(officers: dict[str, User], log_in: LogIn) -> Client:
    return log_in(officers["admin_instansi"])


def page(client: Client, case: Case) -> str:
    return client.get(reverse("desk:case", args=[case.pk])).content.decode()


def test_decisions_show_probability_version_and_the_words_that_moved_them(client: Client) -> None:
    case = make_case()
    at = case.text.index("pensiun")
    Prediction.objects.create(
        case=case,
        head="category",
        value="pensiun",
        probability=0.87,
        evidence=[{"start": at, "end": at + 7, "weight": 0.6}],
        model_version="triase-2026-11",
    )
    CaseField.objects.create(
        case=case, name="jumlah_uang", value="Rp 500.000", start=case.text.index("Rp"), end=len(case.text)
    )

    html = page(client, case)

    assert "87%" in html
    assert "triase-2026-11" in html
    assert re.search(r'<mark class="mark-category"[^>]*data-tip="Memengaruhi: Pensiun"[^>]*>pensiun</mark>', html)
    assert re.search(r'<mark class="mark-field"[^>]*>Rp 500.000</mark>', html)


def kept(case: Case, head: str, value: str, words: str) -> None:
    """A prediction that these words of the case's text moved."""
    at = case.text.index(words)
    evidence = [{"start": at, "end": at + len(words), "weight": 0.6}]
    Prediction.objects.create(case=case, head=head, value=value, probability=0.9, evidence=evidence, model_version="v")


def marked(html: str) -> dict[str, str]:
    """The marked words of the citizen's text with what their marks say."""
    return {text: tip for tip, text in re.findall(r'<mark [^>]*data-tip="([^"]*)"[^>]*>([^<]*)</mark>', html)}


def test_a_kind_of_fraud_adds_its_name_to_the_words_of_the_indication_and_marks_no_others(
    officers: dict[str, User], log_in: LogIn
) -> None:
    case = make_case(text="Petugas minta uang supaya SK keluar", fraud=True, fraud_types=["pungli_suap_gratifikasi"])
    kept(case, "fraud", "true", "minta uang")
    kept(case, "fraud_type:pungli_suap_gratifikasi", "pungli_suap_gratifikasi", "uang supaya SK")

    found = marked(page(log_in(officers["tim_pengaduan"]), case))

    assert list(found) == ["minta ", "uang"]
    assert found["minta "] == "Memengaruhi: Indikasi fraud"
    assert {"Memengaruhi: Indikasi fraud"} < set(found["uang"].split(" · "))


def test_words_that_spoke_against_fraud_are_not_marked_when_an_officer_says_it_is(
    officers: dict[str, User], log_in: LogIn
) -> None:
    case = make_case(text="Petugas minta uang supaya SK keluar", fraud=True)
    kept(case, "fraud", "false", "SK keluar")

    assert marked(page(log_in(officers["tim_pengaduan"]), case)) == {}


def test_an_unsure_model_asks_for_a_look(client: Client) -> None:
    case = make_case()
    Prediction.objects.create(
        case=case, head="category", value="pensiun", probability=0.4, abstained=True, model_version="v"
    )

    assert "model ragu" in page(client, case)


def test_the_citizens_text_is_shown_as_text(client: Client) -> None:
    case = make_case(text="<script>alert(1)</script> & 'kutip'", summary="<b>x</b>")

    html = page(client, case)

    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html
    assert "<b>x</b>" not in html


def test_an_edit_is_saved_and_said(client: Client, officers: dict[str, User]) -> None:
    case = make_case()

    response = client.post(
        reverse("desk:case_edit", args=[case.pk, "category"]),
        {"value": "mutasi", "version": version_of(case)},
        follow=True,
    )

    html = response.content.decode()
    assert "Perubahan disimpan." in html
    assert "Direktorat Mutasi" in html
    assert "Urungkan" in html
    assert Label.objects.get(field="category").officer == officers["admin_instansi"]


def test_a_stale_form_says_who_changed_what_and_can_be_sent_again(client: Client, officers: dict[str, User]) -> None:
    case = make_case()
    seen = version_of(case)
    edit_case(case.pk, officers["tim_pengaduan"], {"category": "mutasi"}, version=seen)

    address = reverse("desk:case_edit", args=[case.pk, "summary"])
    stale = client.post(address, {"value": "Ringkasan baru", "version": seen})
    html = stale.content.decode()

    assert stale.status_code == 409
    assert "Tim</b> mengubah kategori dari Pensiun menjadi Mutasi dan pindah instansi" in html
    assert 'name="value" value="Ringkasan baru"' in html
    again = client.post(address, {"value": "Ringkasan baru", "version": version_of(case)})
    assert again.status_code == 302


def test_marking_fraud_leads_back_to_the_queue_with_an_explanation(client: Client) -> None:
    case = make_case()

    response = client.post(
        reverse("desk:case_edit", args=[case.pk, "fraud"]),
        {"fraud": "ya", "fraud_types": ["calo_joki"], "version": version_of(case)},
        follow=True,
    )

    assert response.redirect_chain[0][0] == reverse("desk:queue")
    assert "dialihkan ke tim pengaduan" in response.content.decode()


def test_moving_on_asks_for_a_reason_where_one_is_needed(client: Client) -> None:
    case = make_case()
    address = reverse("desk:case_move", args=[case.pk, "ditolak"])

    without = client.post(address, {"version": version_of(case), "reason": ""})
    with_reason = client.post(address, {"version": version_of(case), "reason": "bukan kewenangan"})

    assert without.status_code == 200
    assert with_reason.status_code == 302
    assert Event.objects.get(kind="case.moved").data["reason"] == "bukan kewenangan"


def test_taking_and_undoing_from_the_page(client: Client, officers: dict[str, User]) -> None:
    case = make_case()

    client.post(reverse("desk:case_take", args=[case.pk]), {"version": version_of(case)})
    case.refresh_from_db()
    assert case.assignee == officers["admin_instansi"]
    client.post(reverse("desk:case_edit", args=[case.pk, "category"]), {"value": "mutasi", "version": version_of(case)})
    client.post(reverse("desk:case_undo", args=[case.pk]), {"version": version_of(case)})

    case.refresh_from_db()
    assert case.category == "pensiun"


def test_an_anonymous_reporter_is_nowhere_on_the_page(client: Client) -> None:
    case = make_case(confidentiality=Case.Confidentiality.ANONIM)

    html = page(client, case)

    assert "Pelapor anonim" in html
    assert "Siti" not in html
    assert "001</span>" not in html


def test_the_number_is_masked_until_somebody_asks(client: Client) -> None:
    case = make_case(1)

    masked = page(client, case)
    shown = client.post(reverse("desk:reveal", args=[case.conversation_id]), headers={"HX-Request": "true"})

    assert "+628001200001" not in masked
    assert "•••" in masked
    assert "+628001200001" in shown.content.decode()
    assert Event.objects.filter(kind="identity.revealed").count() == 1


def test_pictures_are_shown_and_other_files_downloaded(client: Client) -> None:
    case = make_case()
    message = case.conversation.messages.get()
    picture = Attachment.objects.create(message=message, reference="a", filename="foto.png")
    media.store(picture, b"\x89PNG\r\n\x1a\n" + b"\0" * 32, "image/png")
    page_file = Attachment.objects.create(message=message, reference="b", filename="surat.html")
    media.store(page_file, b"<html><script>alert(1)</script></html>", "text/html")

    shown = client.get(reverse("desk:attachment", args=[picture.pk]))
    saved = client.get(reverse("desk:attachment", args=[page_file.pk]))

    assert shown.headers["Content-Type"] == "image/png"
    assert shown.content.startswith(b"\x89PNG")
    assert saved.headers["Content-Type"] == "application/octet-stream"
    assert saved.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in saved.headers["Content-Security-Policy"]
    assert Event.objects.filter(kind="attachment.opened").count() == 1


def test_a_lost_file_is_not_found(client: Client) -> None:
    case = make_case()
    lost = Attachment.objects.create(
        message=case.conversation.messages.get(), reference="a", state=Attachment.State.STORED, path="zz/none"
    )

    assert client.get(reverse("desk:attachment", args=[lost.pk])).status_code == 404
