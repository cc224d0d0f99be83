"""What may be heard about a case by whom."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone

from cases.models import Case, Conversation, Event, Message
from cases.ports import Channel
from cases.services.case_status import MAX_WRONG, Answer, Status, look_up
from cases.services.deadlines import set_deadline
from cases.services.intake import conversation_for
from cases.services.numbers import new_number

pytestmark = pytest.mark.django_db

WRONG = "BKN-2611-7K3QF-A"
Ask = Callable[[str], Status]


@pytest.fixture
def ask(conversation: Conversation, receive: Callable[..., Message]) -> Ask:
    return lambda text: look_up(conversation.pk, receive(text).pk, text)


def case_of(conversation: Conversation, **values: object) -> Case:
    case = Case.objects.create(
        conversation=conversation,
        number=new_number("BKN", timezone.localdate()),
        submitted_at=timezone.now(),
        text="rahasia dapur",
        **({"state": "diverifikasi"} | values),
    )
    set_deadline(case)
    return case


@pytest.fixture
def stranger(sender: object) -> Conversation:
    return conversation_for("memory", Channel.TELEGRAM, "chat-other")


def test_the_filer_hears_state_date_and_deadline(ask: Ask, conversation: Conversation) -> None:
    case = case_of(conversation, fraud=True)
    status = ask(f"min gimana {str(case.number).lower()} ?")

    assert (status.answer, status.state, status.number) == (Answer.OWN, "diverifikasi", case.number)
    assert status.registered_on == timezone.localdate()
    assert status.due_on is not None


def test_a_closed_case_has_no_deadline_any_more(ask: Ask, conversation: Conversation) -> None:
    assert ask(str(case_of(conversation, state="selesai").number)).due_on is None


def test_somebody_elses_ordinary_case_gives_its_state_only(ask: Ask, stranger: Conversation) -> None:
    case = case_of(stranger, state="selesai")

    assert ask(str(case.number)) == Status(Answer.OTHERS, number=str(case.number), state="selesai")


@pytest.mark.parametrize("guard", [{"fraud": True}, {"confidentiality": "anonim"}, {"confidentiality": "rahasia"}])
@pytest.mark.parametrize("state", ["baru", "selesai", "ditolak"])
def test_somebody_elses_guarded_case_is_always_being_handled(
    ask: Ask, stranger: Conversation, guard: dict[str, object], state: str
) -> None:
    case = case_of(stranger, state=state, **guard)

    assert ask(str(case.number)) == Status(Answer.OTHERS, number=str(case.number), state="diproses")


def test_a_question_without_a_number_is_asked_for_it_and_offered_ordinary_cases(
    ask: Ask, conversation: Conversation
) -> None:
    assert ask("cek status") == Status(Answer.ASK_NUMBER)
    ordinary = case_of(conversation)
    case_of(conversation, fraud=True)
    case_of(conversation, confidentiality="anonim")

    assert ask("cek status").own_numbers == (ordinary.number,)


def test_wrong_numbers_are_limited_but_ones_own_is_not(
    ask: Ask, conversation: Conversation, stranger: Conversation
) -> None:
    answers = [ask(WRONG).answer for _ in range(MAX_WRONG + 1)]

    assert answers == [Answer.NOT_FOUND] * MAX_WRONG + [Answer.TOO_MANY]
    assert ask(str(case_of(stranger).number)).answer == Answer.TOO_MANY
    assert ask(str(case_of(conversation).number)).answer == Answer.OWN


def test_a_wrong_number_handled_twice_counts_once(conversation: Conversation, receive: Callable[..., Message]) -> None:
    message = receive(WRONG)
    look_up(conversation.pk, message.pk, WRONG)
    look_up(conversation.pk, message.pk, WRONG)

    assert Event.objects.filter(kind="status.wrong_number").count() == 1
