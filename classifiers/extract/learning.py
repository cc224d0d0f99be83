"""Training of the tagger on labelled texts (`nlu_data/fields`), told again with other names and places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from classifiers.data import json_lines
from classifiers.errors import DataError
from classifiers.extract import FieldExtractor
from classifiers.extract.augment import Varier
from classifiers.extract.numbers import Found
from classifiers.extract.tagger import KINDS, SpanTagger
from classifiers.extract.tokens import PLAIN_MARK, Tokens


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text with its facts."""

    text: str
    spans: tuple[Found, ...]


def load_fields(folder: Path) -> list[Labelled]:
    """Read `{"text", "fields": [{"name", "value", "start", "end"}]}` lines of every `*.jsonl` of a folder.

    Raises:
        DataError: a line lacks a key, or a span does not hold the value it names; names file and line.
    """
    return [
        Labelled(*_labelled(row, where)) for file in sorted(folder.glob("*.jsonl")) for where, row in json_lines(file)
    ]


def _labelled(row: dict[str, object], where: str) -> tuple[str, tuple[Found, ...]]:
    text, fields = row.get("text"), row.get("fields")
    if not isinstance(text, str) or not isinstance(fields, list):
        raise DataError(f"{where}: key 'text' or 'fields' is missing or of the wrong type")
    spans: list[Found] = []
    for field in fields:
        try:
            name, value, start, end = (field[key] for key in ("name", "value", "start", "end"))
        except (KeyError, TypeError) as error:
            raise DataError(f"{where}: a field lacks name, value, start or end") from error
        if not (isinstance(start, int) and isinstance(end, int) and text[start:end] == value):
            raise DataError(f"{where}: '{value}' does not stand at {start} to {end}")
        spans.append((str(name), start, end))
    return text, tuple(spans)


def train_tagger(extractor: FieldExtractor, examples: Sequence[Labelled], copies: int, seed: int) -> SpanTagger:
    """Learn a tagger for an extractor's word lists.

    Args:
        extractor: gives tokens and atoms.
        examples: labelled texts; only reported persons, offices and places are learnt.
        copies: how often each text with such a span is told again.
        seed: of the tellings.
    """
    plain_names = [name.rstrip(PLAIN_MARK) for name in extractor.names]
    jobs = {word for title in extractor.titles for word in title.rstrip(PLAIN_MARK).split()}
    everyday = (set(extractor.common) - set(plain_names)) | jobs
    varier = Varier(plain_names, (place.rstrip(PLAIN_MARK) for place in extractor.places), everyday, seed)
    atoms, labels = [], []
    for example in examples:
        wanted = [span for span in example.spans if span[0] in KINDS]
        tellings = [(example.text, wanted)]
        tellings += [varier.vary(example.text, wanted) for _ in range(copies if wanted else 0)]
        for text, spans in tellings:
            tokens, row = extractor.read(text)
            if row:
                atoms.append(row)
                labels.append(token_labels(tokens, spans))
    return SpanTagger().fit(atoms, labels)


def token_labels(tokens: Tokens, spans: Sequence[Found]) -> list[int]:
    """The label number of each token; a token belongs to a span that it touches."""
    labels = [0] * len(tokens)
    for name, start, end in spans:
        begin = 1 + 2 * KINDS.index(name)
        inside = [
            index
            for index, (at, text) in enumerate(zip(tokens.starts, tokens.texts, strict=True))
            if at < end and at + len(text) > start
        ]
        for number, index in enumerate(inside):
            labels[index] = begin + (number > 0)
    return labels
