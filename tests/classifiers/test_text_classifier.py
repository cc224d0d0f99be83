"""The general text classifier."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from classifiers.data import load_examples
from classifiers.errors import DataError, ModelError
from classifiers.text_classifier import TextClassifier, load_classifier, save_classifier
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
