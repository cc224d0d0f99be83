"""The general text classifier."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from classifiers.data import load_examples
from classifiers.errors import DataError, ModelError
from classifiers.text_classifier import Background, TextClassifier, load_classifier, save_classifier
from tests.classifiers.conftest import DATA

EXAMPLES = load_examples(DATA / "complaints")
TEXTS = [example.text for example in EXAMPLES]
LABELS = [example.category for example in EXAMPLES]


def test_what_is_saved_predicts_what_was_trained(tmp_path: Path) -> None:
    model = TextClassifier(fold_count=2).fit(TEXTS, LABELS)
    save_classifier(model, tmp_path / "new" / "model", TEXTS, LABELS)

    loaded, card = load_classifier(tmp_path / "new" / "model")

    np.testing.assert_allclose(loaded.predict_proba(TEXTS), model.predict_proba(TEXTS))
    assert loaded.threshold_ == card.thresholds["abstain_below"]
    assert card.metrics["accuracy"] > 0.6


def test_probabilities_sum_to_one_for_two_and_for_more_labels() -> None:
    two = TextClassifier(fold_count=2).fit(TEXTS, [str(example.fraud) for example in EXAMPLES])

    assert two.predict_proba(["uang", ""]).sum(axis=1) == pytest.approx([1, 1])
    assert set(two.classes_) == {"True", "False"}


def test_validation_lines_replace_the_folds() -> None:
    model = TextClassifier().fit(TEXTS, LABELS, valid=([*TEXTS[:10], "apa saja"], [*LABELS[:10], "label asing"]))

    assert 0 < model.threshold_ <= 1


def test_a_label_that_occurs_once_can_be_trained() -> None:
    model = TextClassifier(fold_count=2).fit([*TEXTS, "kucing hilang"], [*LABELS, "lain"])

    assert "lain" in model.classes_


def test_one_label_alone_is_refused() -> None:
    with pytest.raises(DataError, match="two different labels"):
        TextClassifier().fit(["a", "b"], ["x", "x"])


def test_a_directory_without_a_classifier_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        load_classifier(tmp_path)


def test_the_same_data_and_seed_give_the_same_figures() -> None:
    one, two = (TextClassifier(fold_count=2).fit(TEXTS, LABELS) for _ in range(2))

    assert one.metrics_ == two.metrics_
    assert one.threshold_ == two.threshold_
    np.testing.assert_array_equal(one.predict_proba(TEXTS), two.predict_proba(TEXTS))


def test_without_folds_nothing_is_calibrated_and_the_answers_are_the_same() -> None:
    bare, full = TextClassifier(fold_count=0).fit(TEXTS, LABELS), TextClassifier(fold_count=2).fit(TEXTS, LABELS)

    assert bare.threshold_ == 0.5
    np.testing.assert_array_equal(bare.predict(TEXTS), full.predict(TEXTS))


def test_progress_only_moves_forward() -> None:
    shares: list[float] = []

    TextClassifier(fold_count=2).fit(TEXTS, LABELS, report=lambda text, share: shares.append(share))

    assert shares == sorted(shares)
    assert len(shares) == 4


def test_texts_without_a_known_word_are_answered_too() -> None:
    model = TextClassifier(fold_count=2).fit(TEXTS, LABELS)

    assert len(model.predict(["", "😀😀", "漢字", "\x00", "x" * 100_000])) == 5


def test_labels_may_be_written_as_numbers() -> None:
    model = TextClassifier(fold_count=2).fit(TEXTS, [str(int(example.fraud)) for example in EXAMPLES])

    assert model.classes_.tolist() == ["0", "1"]


def test_what_is_learnt_from_a_background_is_saved_and_calibrated_on_the_own_texts(tmp_path: Path) -> None:
    labels = [str(example.fraud) for example in EXAMPLES]
    background = Background(TEXTS[1::2], labels[1::2], TEXTS)
    model = TextClassifier(fold_count=2).fit(TEXTS[::2], labels[::2], background=background)
    save_classifier(model, tmp_path, TEXTS[::2], labels[::2])

    loaded, card = load_classifier(tmp_path)

    np.testing.assert_allclose(loaded.predict_proba(TEXTS), model.predict_proba(TEXTS))
    assert sum(row["support"] for row in card.metrics["per_class"].values()) == len(TEXTS[::2])


def test_a_label_known_only_from_elsewhere_is_among_the_answers() -> None:
    others = ["kucing hilang di taman"] * 3
    model = TextClassifier(fold_count=2).fit(TEXTS, LABELS, background=Background(others, ["kucing"] * 3))

    near, far = model.predict_proba(["kucing hilang di taman", "pensiun belum cair"])
    column = model.classes_.tolist().index("kucing")
    assert near[column] > far[column]


def test_a_few_texts_without_labels_do_no_harm() -> None:
    model = TextClassifier(fold_count=2).fit(TEXTS, LABELS, background=Background(unlabelled=["satu dua", "", "😀"]))

    assert model.predict_proba(["", "uang"]).sum(axis=1) == pytest.approx([1, 1])
