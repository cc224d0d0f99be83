"""Decisions, explanations and defined answers of a trained model."""

from __future__ import annotations

import pytest

from classifiers import Triage, TriageModel
from classifiers.summary import MAX_CHARS
from classifiers.training import Trained

BRIBE = "Selamat pagi min. Kabid minta uang 2 juta supaya SK pensiun ibu cepat keluar. Terima kasih."
HOSTILE = [
    "",
    "   \n\t ",
    "😅😅😅",
    "\x00\x01\x1b[31m",
    "\ud800 rusak",
    "عربى 中文 ไทย",
    "a" * 100_000,
    "uang " * 20_000,
    "﷽" * 1000,
    "Rp" + "9" * 5000,
    "." * 20_000,
    "(" * 5000,
    "- / 0 " * 3000,
]


def test_a_bribe_is_told_from_a_plain_complaint(model: TriageModel) -> None:
    bribe, plain = model.triage(BRIBE), model.triage("SK pensiun ibu belum terbit, taspen belum cair")

    assert bribe.fraud.value == "true"
    assert bribe.fraud_types[0].value == "pungli_suap_gratifikasi"
    assert plain.fraud.value == "false"
    assert plain.fraud_types == ()
    assert bribe.category.value == plain.category.value == "pensiun"


@pytest.mark.parametrize(
    "text", ["tidak ada pungli di layanan pensiun", "apa itu pungli?", "bagaimana cara lapor pungli"]
)
def test_denial_and_question_lower_the_fraud_probability(model: TriageModel, text: str) -> None:
    assert model.triage(text).fraud.probability < model.triage("petugas minta pungli").fraud.probability


def _without(text: str, triage: Triage) -> str:
    start, end = triage.fraud.evidence[0].start, triage.fraud.evidence[0].end
    return text[:start] + text[end:]


def test_removing_the_words_that_moved_a_decision_lowers_its_probability(model: TriageModel) -> None:
    before = model.triage(BRIBE)
    top = before.category.evidence[0]

    assert model.triage(_without(BRIBE, before)).fraud.probability < before.fraud.probability
    rest = model.triage(BRIBE[: top.start] + BRIBE[top.end :])
    assert rest.category.value != before.category.value or rest.category.probability < before.category.probability


def test_evidence_lies_on_whole_words_of_the_original_text(model: TriageModel) -> None:
    result = model.triage(BRIBE)

    for span in (*result.fraud.evidence, *result.category.evidence):
        assert BRIBE[span.start : span.end].strip() == BRIBE[span.start : span.end] != ""
        assert not BRIBE[span.start - 1 : span.start].isalnum()
        assert not BRIBE[span.end : span.end + 1].isalnum()
        assert span.weight > 0


def test_the_summary_is_the_telling_sentence_without_the_greeting(model: TriageModel) -> None:
    assert model.triage(BRIBE).summary == "Kabid minta uang 2 juta supaya SK pensiun ibu cepat keluar."


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_any_text_has_a_defined_answer(model: TriageModel, text: str) -> None:
    result = model.triage(text)

    assert result.text == text
    assert 0.0 <= result.fraud.probability <= 1.0
    assert len(result.summary) <= MAX_CHARS
    assert "\n" not in result.summary
    assert all(text[field.start : field.end] == field.value for field in result.fields)


@pytest.mark.parametrize("text", ["", "😅", "中文"])
def test_a_text_without_a_known_word_abstains(model: TriageModel, text: str) -> None:
    result = model.triage(text)

    assert result.category.abstained
    assert result.fraud.abstained
    assert (result.fraud.value, result.fraud.probability) == ("false", 0.0)
    assert result.category.evidence == ()


def test_batches_and_single_calls_agree_and_keep_order(model: TriageModel) -> None:
    texts = [BRIBE, "", "siasn galat tidak bisa login", "usul mutasi belum jalan"] * 100

    results = list(model.triage_many(iter(texts)))

    assert [result.text for result in results] == texts
    assert results[:4] == [model.triage(text) for text in texts[:4]]


def test_the_same_data_and_seed_give_the_same_figures(trained: Trained) -> None:
    from classifiers.training import train
    from tests.classifiers.conftest import DATA, TINY

    again = train(DATA, TINY)

    assert again.card.metrics == trained.card.metrics
    assert again.card.thresholds == trained.card.thresholds
    assert again.card.fingerprint == trained.card.fingerprint
