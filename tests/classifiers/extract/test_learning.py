"""Labelled texts are checked when read, and a tagger learnt from ours finds what people write."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from classifiers.errors import DataError
from classifiers.extract import FIELD_NAMES, FieldExtractor
from classifiers.extract.learning import load_fields, token_labels, train_tagger
from classifiers.extract.tagger import KINDS, LABELS, spans
from classifiers.lexicons import read_terms, word_set

DATA = Path(__file__).resolve().parents[3] / "nlu_data"
COMMON = tuple(
    word_set(
        "minta uang saya sy yang yg di ke dari kantor tidak belum sudah dan sama karena jam kerja guru mau pindah "
        "surat dibayar motong bulan tiap orang kami suka potong bilang masuk selalu gaji berkas usul pensiun info"
    )
)


SHORT = [example for example in load_fields(DATA / "fields") if len(example.text) < 90]


@pytest.fixture(scope="module")
def extractor() -> FieldExtractor:
    """Our word lists and a tagger learnt, in a few seconds, from the short labelled texts alone, each told once."""
    places, offices, titles, names = (
        read_terms(DATA / "lexicons" / f"{name}.txt") for name in ("tempat", "instansi", "jabatan", "nama")
    )
    made = FieldExtractor(places, offices, titles, COMMON, names)
    made.tagger = train_tagger(made, SHORT, copies=0, seed=1)
    return made


def found(extractor: FieldExtractor, text: str) -> set[tuple[str, str]]:
    return {(field.name, field.value) for field in extractor.extract(text) if field.name in KINDS}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pak budi minta uang 2 juta", ("terlapor", "budi")),
        ("bu ratna bendahara suka potong gaji", ("terlapor", "ratna")),
        ("Kabid Mutasi Sugiarto minta uang", ("terlapor", "Kabid Mutasi Sugiarto")),
        ("guru di smp 3 wonosari", ("instansi", "smp 3 wonosari")),
        ("Dinas Pendidikan Kabupaten Sikka belum membayar", ("instansi", "Dinas Pendidikan Kabupaten Sikka")),
        ("sy kerja di puskesmas sukamaju", ("instansi", "puskesmas sukamaju")),
        ("kejadiannya di maumere", ("tempat", "maumere")),
        ("saya tinggal di kec. sukun", ("tempat", "kec. sukun")),
        ("mau pindah dari Ende ke Kupang", ("tempat", "Kupang")),
    ],
)
def test_a_learnt_tagger_finds_what_people_write(
    extractor: FieldExtractor, text: str, expected: tuple[str, str]
) -> None:
    assert expected in found(extractor, text)


@pytest.mark.parametrize(
    "text",
    [
        "usul pensiun a.n. Siti Aminah belum terbit",
        "mohon info berkas saya",
        "guru minta kenaikan gaji",
        "terima kasih",
    ],
)
def test_nobody_is_reported_where_nobody_is(extractor: FieldExtractor, text: str) -> None:
    assert not [value for name, value in found(extractor, text) if name == "terlapor"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n\n\n",
        "😅" * 50,
        "\x00\x01",
        "Pak " * 3000,
        "a" * 30_000,
        "\ud800pak budi",
        "((((",
        "中文 pak",
        "\u202eBKD",
    ],
    ids=range(11),
)
def test_any_text_has_fields_or_none(extractor: FieldExtractor, text: str) -> None:
    assert all(text[field.start : field.end] == field.value for field in extractor.extract(text))


def test_our_labelled_texts_name_known_fields_and_whole_tokens(extractor: FieldExtractor) -> None:
    examples = load_fields(DATA / "fields")

    assert len(examples) >= 300
    assert {name for example in examples for name, _, _ in example.spans} <= set(FIELD_NAMES)
    for example in examples:
        wanted = sorted(span for span in example.spans if span[0] in KINDS)
        tokens, _ = extractor.read(example.text)
        tagged = [tokens.span(*span) for span in spans(token_labels(tokens, wanted))]
        assert sorted(tagged) == wanted, example.text


def test_training_twice_gives_the_same_weights(extractor: FieldExtractor) -> None:
    examples = load_fields(DATA / "fields")[:40]

    first, second = (train_tagger(extractor, examples, copies=1, seed=3) for _ in range(2))

    assert first.atoms_ == second.atoms_
    assert first.weights_.tobytes() == second.weights_.tobytes()
    assert len(first.steps_) == len(LABELS)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"text": "a"}, "'fields'"),
        ({"text": "pak budi", "fields": [{"name": "terlapor"}]}, "lacks"),
        ({"text": "pak budi", "fields": [{"name": "terlapor", "value": "budi", "start": 3, "end": 8}]}, "stand"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, row: dict[str, object], message: str) -> None:
    (tmp_path / "x.jsonl").write_text(json.dumps(row) + "\n", "utf-8")

    with pytest.raises(DataError, match=f"x.jsonl:1.*{message}"):
        load_fields(tmp_path)
