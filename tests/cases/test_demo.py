"""The demonstration: the same seed gives the same desk, and a second run adds nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User

import classifiers
from cases.models import Case, Conversation, Event
from cases.services.demo import create_demo
from tests.reading import KeywordModel

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classifiers, "load_live", KeywordModel)


def test_the_demonstration_has_cases_in_many_states_and_people_who_wait() -> None:
    report = create_demo(60, password="kata-sandi-demo", now=NOW)

    assert report.cases == 60
    assert len(set(Case.objects.values_list("state", flat=True))) >= 4
    assert Conversation.objects.filter(flagged_at__isnull=False).exists()
    assert Event.objects.filter(at__lt=NOW).exists()
    assert User.objects.get(username="pengaduan").check_password("kata-sandi-demo")


def test_a_second_run_adds_nothing() -> None:
    create_demo(5, password="kata-sandi-demo", now=NOW)
    before = list(Case.objects.order_by("pk").values_list("number", "state"))

    report = create_demo(5, password="lain", now=NOW)

    assert report.cases == 0
    assert list(Case.objects.order_by("pk").values_list("number", "state")) == before
