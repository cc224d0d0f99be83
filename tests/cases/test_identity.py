"""Who may learn who the reporter is."""

from __future__ import annotations

import pytest

from cases.models import Case, Event
from cases.services.identity import IdentityHidden, identity_of, mask_address, reveal_address
from tests.officers import make_case, officer

pytestmark = pytest.mark.django_db
ANONYMOUS, CONFIDENTIAL = Case.Confidentiality.ANONIM, Case.Confidentiality.RAHASIA


def test_a_number_keeps_country_code_and_three_digits() -> None:
    assert mask_address("+628001234567") == "+62 ••• ••• 567"
    assert mask_address("900000001") == "••• ••• 001"
    assert mask_address("12") == "•••"


def test_an_anonymous_reporter_is_shown_to_nobody() -> None:
    case = make_case(confidentiality=ANONYMOUS)

    for role in ("admin_instansi", "tim_pengaduan"):
        identity = identity_of(case.conversation, officer(role))
        assert (identity.hidden, identity.name, identity.address) == (True, "", "")


def test_a_confidential_reporter_is_shown_to_team_and_assignee() -> None:
    assignee, other, team = officer("admin_instansi"), officer("admin_instansi", username="b"), officer("tim_pengaduan")
    case = make_case(confidentiality=CONFIDENTIAL, assignee=assignee)

    assert [identity_of(case.conversation, who).hidden for who in (assignee, team, other)] == [False, False, True]


def test_the_strictest_case_decides_for_the_whole_conversation() -> None:
    case = make_case(1)
    make_case(2, conversation=case.conversation, confidentiality=ANONYMOUS)

    assert identity_of(case.conversation, officer("tim_pengaduan")).hidden


def test_looking_at_a_number_is_recorded() -> None:
    case, admin = make_case(1), officer("admin_instansi")

    address = reveal_address(case.conversation, admin)

    assert address == "+628001200001"
    assert Event.objects.get().kind == "identity.revealed"
    assert "+62" not in str(Event.objects.get().data)


def test_a_hidden_number_cannot_be_revealed() -> None:
    case = make_case(confidentiality=ANONYMOUS)

    with pytest.raises(IdentityHidden):
        reveal_address(case.conversation, officer("tim_pengaduan"))
    assert not Event.objects.exists()
