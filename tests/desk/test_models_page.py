"""The data team sees corrections without the people in them."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.urls import reverse

from cases.models import CaseField, Label, ModelVersion
from tests.desk.conftest import LogIn
from tests.officers import make_case


def test_labels_are_listed_with_names_and_numbers_masked(officers: dict[str, User], log_in: LogIn) -> None:
    case = make_case(text="Joko minta uang, hubungi 081234567890, kata Pak Bambang")
    CaseField.objects.create(case=case, name="terlapor", value="Joko")
    admin = officers["admin_instansi"]
    Label.objects.create(case=case, field="category", before="mutasi", after="pensiun", officer=admin)
    Label.objects.create(case=case, field="field:terlapor", before=None, after="Joko", officer=admin)
    Label.objects.create(case=case, field="summary", before="", after="Pak Bambang menolak", officer=admin)

    html = log_in(officers["tim_data"]).get(reverse("desk:models")).content.decode()

    assert "Mutasi dan pindah instansi" in html
    assert [word for word in ("Joko", "Bambang", "081234567890", "Siti") if word in html] == []


def test_model_versions_show_their_figures(officers: dict[str, User], log_in: LogIn) -> None:
    ModelVersion.objects.create(
        name="triage", version="2026-11-21", path="x", live=True, card={"metrics": {"category_accuracy": 0.91234}}
    )

    html = log_in(officers["tim_data"]).get(reverse("desk:models")).content.decode()

    assert "0.912" in html
    assert "dipakai" in html
