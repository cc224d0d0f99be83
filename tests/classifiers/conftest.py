"""A model trained in a second on a few dozen texts written for the tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from classifiers import TriageModel
from classifiers.model import Thresholds
from classifiers.training import Trained, TrainingConfig, train

DATA = Path(__file__).parent / "data"
TINY = TrainingConfig(fold_count=2, min_type_examples=3)


@pytest.fixture(scope="session")
def trained() -> Trained:
    """The tiny training's result."""
    return train(DATA, TINY)


@pytest.fixture(scope="session")
def model(trained: Trained) -> TriageModel:
    """The tiny model, not saved."""
    return TriageModel(trained.parts, Thresholds(**trained.card.thresholds), "tiny")
