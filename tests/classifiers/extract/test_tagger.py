"""The tagger: well-formed spans, the same answers after saving, safe in threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from classifiers.extract import FieldExtractor, tagger
from classifiers.extract.tagger import LABELS, SpanTagger, spans
from classifiers.registry import load_object, save_object
from classifiers.training import Trained

TEXTS = [
    "pak budi minta uang 2 juta di bkd sleman",
    "Kabid Hendra memungut uang di BKPSDM Makassar",
    "pelakunya\nDedi, pegawai bkd makassar",
    "tidak ada apa-apa di sini",
    "xyzzy 123 !!",
]


@pytest.fixture
def extractor(trained: Trained) -> FieldExtractor:
    return trained.parts.extractor


def test_labels_mean_spans() -> None:
    number = {label: index for index, label in enumerate(LABELS)}
    labels = [number[each] for each in ("B-terlapor", "I-terlapor", "B-terlapor", "O", "B-tempat")]

    assert list(spans(labels)) == [("terlapor", 0, 2), ("terlapor", 2, 3), ("tempat", 4, 5)]
    assert list(spans([])) == []


def test_the_tiny_training_learns_a_tagger_that_finds_its_own_texts(extractor: FieldExtractor) -> None:
    found = {(field.name, field.value) for field in extractor.extract(TEXTS[0])}

    assert extractor.tagger is not None
    assert ("terlapor", "budi") in found
    assert ("instansi", "bkd sleman") in found


def test_a_saved_extractor_answers_the_same(extractor: FieldExtractor, tmp_path: Path) -> None:
    save_object({"extractor": extractor}, tmp_path / "model.skops")

    loaded = load_object(tmp_path / "model.skops")["extractor"]

    assert [loaded.extract(text) for text in TEXTS] == [extractor.extract(text) for text in TEXTS]
    assert loaded.tagger.atoms_ == extractor.tagger.atoms_  # type: ignore[union-attr]


def test_an_unfitted_tagger_can_be_saved(tmp_path: Path) -> None:
    save_object({"tagger": SpanTagger(penalty=2.0)}, tmp_path / "model.skops")

    assert load_object(tmp_path / "model.skops")["tagger"].penalty == 2.0


def test_inside_never_follows_anything_but_its_own_kind(extractor: FieldExtractor) -> None:
    fitted = extractor.tagger
    assert fitted is not None
    for text in TEXTS:
        _, atoms = extractor.read(text)
        scores = fitted.scores(atoms)
        # Every token shouts "inside a place".
        scores[:, LABELS.index("I-tempat")] += 50
        labels = fitted._best(scores)
        before = [0, *labels]
        assert all(
            right not in (2, 4, 6) or left in (right - 1, right) for left, right in zip(before, labels, strict=False)
        )


def test_without_room_for_more_words_the_answers_stay(
    extractor: FieldExtractor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_object({"extractor": extractor}, tmp_path / "model.skops")
    wanted = [extractor.extract(text) for text in TEXTS]
    monkeypatch.setattr(tagger, "CACHE_LIMIT", 3)

    loaded = load_object(tmp_path / "model.skops")["extractor"]

    assert [loaded.extract(text) for text in TEXTS] == wanted


def test_threads_share_a_tagger(extractor: FieldExtractor, tmp_path: Path) -> None:
    save_object({"extractor": extractor}, tmp_path / "model.skops")
    texts = [f"{text} kata{number}" for number in range(50) for text in TEXTS]
    wanted = [extractor.extract(text) for text in texts]
    loaded = load_object(tmp_path / "model.skops")["extractor"]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(loaded.extract, texts)) == wanted
