"""Every address of the desk demands a login and a role."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, reverse

from desk import pages_urls
from desk.access import EVERYONE, PUBLIC
from tests.desk.conftest import LogIn
from tests.officers import ROLES, make_case, officer

NOWHERE = UUID("00000000-0000-4000-8000-000000000000")
ARGUMENTS = {"pk": NOWHERE, "name": "category", "field_id": 1, "state": "selesai", "before": 1, "topic": "tidak-ada"}
PAGES: list[URLPattern] = list(pages_urls.urlpatterns)


def address_of(page: URLPattern) -> str:
    return reverse(f"desk:{page.name}", kwargs={n: ARGUMENTS[n] for n in page.pattern.converters})


def method_of(client: Client, page: URLPattern):  # type: ignore[no-untyped-def]
    """Views that only accept POST answer 405 to GET, before anything else."""
    response = client.get(address_of(page))
    return client.post(address_of(page)) if response.status_code == 405 else response


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_view_says_who_may_call_it(page: URLPattern) -> None:
    roles = getattr(page.callback, "roles", None)

    assert roles, f"desk/pages_urls.py: give the view of {page.name!r} a role with @for_roles (desk/access.py)"
    assert roles in (EVERYONE, PUBLIC) or roles <= set(ROLES)


@pytest.mark.django_db
@pytest.mark.parametrize("page", [p for p in PAGES if p.callback.roles != PUBLIC], ids=lambda page: page.name)
def test_a_stranger_is_sent_to_the_login(page: URLPattern) -> None:
    response = method_of(Client(), page)

    assert response.status_code == 302
    assert response.headers["Location"].startswith(reverse("desk:login"))


@pytest.mark.parametrize(
    "page", [p for p in PAGES if p.callback.roles not in (PUBLIC, EVERYONE)], ids=lambda page: page.name
)
def test_officers_without_the_role_are_refused(page: URLPattern, officers: dict[str, User], log_in: LogIn) -> None:
    for role in ROLES:
        response = method_of(log_in(officers[role]), page)

        refused = response.status_code == 403
        assert refused == (role not in page.callback.roles), f"{page.name} for {role}: {response.status_code}"


def test_an_officer_without_any_role_sees_a_page_that_says_so(log_in: LogIn) -> None:
    nobody = User.objects.create_user("tanpa-peran")

    response = log_in(nobody).get(reverse("desk:queue"))

    assert response.status_code == 403
    assert "belum diberi peran" in response.content.decode()


@pytest.mark.parametrize(("role", "home"), [("pimpinan", "desk:dashboard"), ("tim_data", "desk:answers")])
def test_home_is_the_first_section_of_the_role(role: str, home: str, officers: dict[str, User], log_in: LogIn) -> None:
    response = log_in(officers[role]).get(reverse("desk:queue"))

    assert response.headers["Location"] == reverse(home)


def test_a_liaison_officer_sees_only_the_own_unit(log_in: LogIn, db: None) -> None:
    case = make_case(1)
    other = officer("pejabat_penghubung", username="lain", unit="direktorat_mutasi")
    own = officer("pejabat_penghubung")

    assert log_in(own).get(reverse("desk:case", args=[case.pk])).status_code == 200
    assert log_in(other).get(reverse("desk:case", args=[case.pk])).status_code == 404


def test_pages_forbid_inline_scripts_and_styles(officers: dict[str, User], log_in: LogIn) -> None:
    case = make_case(1)

    for address in (reverse("desk:queue"), reverse("desk:case", args=[case.pk]), reverse("desk:conversations")):
        response = log_in(officers["admin_instansi"]).get(address)
        html = response.content.decode()

        assert "script-src 'self'" in response.headers["Content-Security-Policy"]
        assert " style=" not in html
        assert "<style" not in html
        assert " onclick=" not in html


@pytest.mark.django_db
def test_login_asks_for_name_and_password_and_leads_to_the_queue(client: Client) -> None:
    officer("admin_instansi", username="rina", password="kata-sandi-uji")

    wrong = client.post(reverse("desk:login"), {"username": "rina", "password": "salah"})
    right = client.post(reverse("desk:login"), {"username": "rina", "password": "kata-sandi-uji"})

    assert "tidak cocok" in wrong.content.decode()
    assert right.headers["Location"] == reverse("desk:queue")


@pytest.mark.django_db
def test_too_many_wrong_passwords_lock_the_account_for_a_while(client: Client) -> None:
    officer("admin_instansi", username="rina", password="kata-sandi-uji")
    for _ in range(8):
        response = client.post(reverse("desk:login"), {"username": "rina", "password": "salah"})

    assert response.status_code == 429
    assert "Terkunci sementara" in response.content.decode()


def test_the_language_can_be_changed_and_indonesian_is_the_default(officers: dict[str, User], log_in: LogIn) -> None:
    client = log_in(officers["admin_instansi"])

    before = client.get(reverse("desk:queue"), headers={"Accept-Language": "en"}).content.decode()
    client.post(reverse("desk:language"), {"language": "en", "next": "/desk/"})
    after = client.get(reverse("desk:queue")).content.decode()

    assert "Semua terbuka" in before
    assert "All open" in after
