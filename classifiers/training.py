"""Training of the triage model: held-out scores, then calibration and thresholds, then the model on everything."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone

from classifiers.calibration import threshold_for_error
from classifiers.card import Card, library_versions
from classifiers.data import Example, digest, folds, group_texts, load_examples
from classifiers.extract import FieldExtractor
from classifiers.extract.learning import load_fields, train_tagger
from classifiers.features import NgramVectorizer
from classifiers.heads import LinearHead
from classifiers.lexicons import read_pairs, read_terms
from classifiers.metrics import best_f_threshold, binary, multiclass
from classifiers.mistakes import confident_mistakes
from classifiers.model import Parts, Thresholds
from classifiers.normalise import Normaliser, Words
from language.mistakes import Mistake

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Split = list[tuple[Ints, Ints]]
Report = Callable[[str, float], None]
"""Told what is being done and which share of the whole is finished."""


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """Everything that can be chosen about a training; all of it enters the fingerprint.

    `category_error`, `report_type_error` are the error rates that the abstention thresholds are chosen for;
    `fraud_miss` is the share of fraud among texts waved through, `fraud_false` that of honest texts among those
    flagged with certainty. `field_copies` is how often a text with labelled facts is told again with other names.
    """

    seed: int = 20
    fold_count: int = 5
    char_low: int = 2
    char_high: int = 6
    min_df_word: int = 1
    min_df_char: int = 2
    category_error: float = 0.10
    report_type_error: float = 0.05
    fraud_beta: float = 1.0
    fraud_miss: float = 0.03
    fraud_false: float = 0.05
    min_type_examples: int = 10
    field_copies: int = 3


@dataclass(frozen=True, slots=True)
class Trained:
    """Result of a training: what to save, its card, held-out predictions for plots, and the worst of them."""

    parts: Parts
    card: Card
    curves: dict[str, Any]
    mistakes: tuple[Mistake, ...]


@dataclass(slots=True)
class _Task:
    """One decision to learn: its rows, their labels and the head to fit."""

    rows: Ints
    labels: NDArray[Any]
    head: LinearHead

    def part(self, chosen: Ints) -> tuple[Ints, NDArray[Any]]:
        """This task's rows among the chosen ones, as positions in `chosen`, with their labels."""
        at = np.flatnonzero(np.isin(chosen, self.rows))
        return at, self.labels[np.searchsorted(self.rows, chosen[at])]


def fingerprint(data_dir: Path, config: TrainingConfig) -> str:
    """Hash over complaints, word lists, configuration, our code and the libraries: the same hash, the same model."""
    root = Path(__file__).resolve().parent.parent
    code = [file for room in ("classifiers", "language") for file in (root / room).rglob("*.py")]
    return digest([*_data_files(data_dir), *code], repr(asdict(config)), repr(library_versions()))


def _data_files(data_dir: Path) -> list[Path]:
    texts = (file for folder in ("complaints", "fields") for file in sorted((data_dir / folder).glob("*.jsonl")))
    return [*texts, *sorted(_lexicons(data_dir).values())]


def _lexicons(data_dir: Path) -> dict[str, Path]:
    folder = data_dir / "lexicons"
    names = ("slang.tsv", "singkatan.tsv", "tempat.txt", "instansi.txt", "jabatan.txt", "nama.txt")
    return {name.split(".")[0]: folder / name for name in names if (folder / name).is_file()}


def train(
    data_dir: Path,
    config: TrainingConfig | None = None,
    report: Report | None = None,
    normaliser: Normaliser | None = None,
) -> Trained:
    """Train every decision of the triage on a data directory (`nlu_data`).

    Args:
        data_dir: holds `complaints/` and `lexicons/`.
        config: what can be chosen.
        report: told about progress.
        normaliser: unfitted; instead of the usual one, for comparisons.

    Raises:
        DataError: the data cannot be used; names file and line or class.
    """
    config, report = config or TrainingConfig(), report or (lambda text, share: None)
    examples = load_examples(data_dir / "complaints")
    report("grouping near-duplicates", 0.02)
    groups = group_texts([example.text for example in examples], [example.group for example in examples])
    lexicons = _lexicons(data_dir)
    pairs = read_pairs(lexicons[name] for name in ("slang", "singkatan") if name in lexicons)
    places, offices, titles = (
        read_terms(lexicons[name]) if name in lexicons else () for name in ("tempat", "instansi", "jabatan")
    )
    texts = [example.text for example in examples]
    terms = (*places, *offices, *titles)
    normaliser = (normaliser or Normaliser(pairs)).fit(texts, terms=terms)
    words = normaliser.transform(texts)
    vectorizer = NgramVectorizer(
        char_range=(config.char_low, config.char_high), min_df_word=config.min_df_word, min_df_char=config.min_df_char
    )
    tasks = _tasks(examples, config)
    # Stratified on what is rarest: the main fraud type where there is one, the category elsewhere.
    strata = [example.fraud_types[0] if example.fraud_types else example.category for example in examples]
    split = folds(strata, groups, config.fold_count, config.seed)

    def unseen(train_rows: Ints, test_rows: Ints) -> list[Words]:
        """Texts as a model reads them that has learnt its words from others only: some words are repaired."""
        part: Normaliser = clone(normaliser)
        return part.fit([texts[row] for row in train_rows], terms=terms).transform([texts[row] for row in test_rows])

    held_out = _held_out_scores(tasks, words, unseen, vectorizer, split, report)
    report("training the final model", 0.85)
    features = vectorizer.fit(words).transform(words)
    probabilities = {name: _cross_calibrated(task, held_out[name], split) for name, task in tasks.items()}
    for name, task in tasks.items():
        task.head.fit(features[task.rows], task.labels).calibrate(held_out[name], task.labels)
    extractor = _extractor(data_dir, config, places, offices, titles, _common_words(examples, normaliser))
    parts = _parts(normaliser, vectorizer, tasks, extractor)
    report("computing figures", 0.97)
    card = _card(data_dir, config, examples, groups, tasks, probabilities)
    curves = {"fraud": (tasks["fraud"].labels, probabilities["fraud"][:, 1])}
    return Trained(parts, card, curves, _mistakes(examples, tasks, probabilities))


def _parts(
    normaliser: Normaliser, vectorizer: NgramVectorizer, tasks: dict[str, _Task], extractor: FieldExtractor
) -> Parts:
    return Parts(
        normaliser=normaliser,
        vectorizer=vectorizer,
        category=tasks["category"].head,
        report_type=tasks["report_type"].head,
        fraud=tasks["fraud"].head,
        fraud_types={name.split(":")[1]: task.head for name, task in tasks.items() if ":" in name},
        extractor=extractor,
    )


def _mistakes(
    examples: Sequence[Example], tasks: dict[str, _Task], probabilities: dict[str, Floats]
) -> tuple[Mistake, ...]:
    """The worst held-out predictions of the decisions that are made about every text."""
    texts = [example.text for example in examples]
    return tuple(
        mistake
        for name in ("category", "report_type", "fraud")
        for mistake in confident_mistakes(
            name, texts, tasks[name].head.classes_, tasks[name].labels, probabilities[name]
        )
    )


def _extractor(
    data_dir: Path,
    config: TrainingConfig,
    places: tuple[str, ...],
    offices: tuple[str, ...],
    titles: tuple[str, ...],
    common: tuple[str, ...],
) -> FieldExtractor:
    """The rules for fields, with a tagger where there are labelled texts to learn from."""
    names = read_terms(data_dir / "lexicons" / "nama.txt")
    extractor = FieldExtractor(places, offices, titles, common, names)
    labelled = load_fields(data_dir / "fields")
    if labelled:
        extractor.tagger = train_tagger(extractor, labelled, config.field_copies, config.seed)
    return extractor


def _common_words(examples: Sequence[Example], normaliser: Normaliser) -> tuple[str, ...]:
    """Words that several complaints write in lower case, and all words of the word list: no names."""
    seen = Counter(
        word for example in examples for word in set(re.findall(r"[^\W\d_]+", example.text)) if word.islower()
    )
    listed = {word for pair in (normaliser.lexicon or {}).items() for side in pair for word in side.split()}
    return tuple(
        sorted({word for word, count in seen.items() if count >= 2} | {word for word in listed if word.isalpha()})
    )


def _tasks(examples: Sequence[Example], config: TrainingConfig) -> dict[str, _Task]:
    """The decisions to learn; fraud types are learnt among fraud alone."""
    everything = np.arange(len(examples))
    fraud_rows = np.flatnonzero([example.fraud for example in examples])
    counts = Counter(name for example in examples for name in example.fraud_types)

    def task(rows: Ints, labels: Sequence[Any], **options: Any) -> _Task:
        return _Task(rows, np.asarray(labels), LinearHead(seed=config.seed, **options))

    tasks = {
        "category": task(
            everything,
            [example.category for example in examples],
            members=(("svc", 0.5, 0.0), ("lift", 0.5, 0.0)),
        ),
        "report_type": task(
            everything, [example.report_type for example in examples], members=(("logistic", 30.0, True),)
        ),
        "fraud": task(everything, [example.fraud for example in examples]),
    }
    for name in sorted(name for name, count in counts.items() if count >= config.min_type_examples):
        tasks[f"fraud_type:{name}"] = task(fraud_rows, [name in examples[int(row)].fraud_types for row in fraud_rows])
    return tasks


def _held_out_scores(
    tasks: dict[str, _Task],
    words: Sequence[Words],
    unseen: Callable[[Ints, Ints], list[Words]],
    vectorizer: NgramVectorizer,
    split: Split,
    report: Report,
) -> dict[str, Floats]:
    """Scores of every row of every task by heads and features that have not seen its fold."""
    scores: dict[str, Floats] = {}
    for number, (train_rows, test_rows) in enumerate(split):
        report(f"cross-validation {number + 1}/{len(split)}", 0.05 + 0.8 * number / len(split))
        features = clone(vectorizer).fit([words[row] for row in train_rows])
        train_table = features.transform([words[row] for row in train_rows])
        test_table = features.transform(unseen(train_rows, test_rows))
        for name, task in tasks.items():
            train_at, train_labels = task.part(train_rows)
            test_at, _ = task.part(test_rows)
            head = clone(task.head).fit(train_table[train_at], train_labels)
            found = head.decision_function(test_table[test_at])
            known = scores.setdefault(name, np.zeros((len(task.rows), *found.shape[1:])))
            known[np.searchsorted(task.rows, test_rows[test_at])] = found
            task.head.classes_ = head.classes_
    return scores


def _cross_calibrated(task: _Task, scores: Floats, split: Split) -> Floats:
    """Probabilities of held-out scores, calibrated for each fold on the other folds."""
    result = np.zeros((len(scores), len(task.head.classes_)))
    for train_rows, test_rows in split:
        train_at, test_at = (np.flatnonzero(np.isin(task.rows, rows)) for rows in (train_rows, test_rows))
        head = clone(task.head)
        head.classes_ = task.head.classes_
        head.calibrate(scores[train_at], task.labels[train_at])
        result[test_at] = head.probabilities(scores[test_at])
    return result


def _thresholds(tasks: dict[str, _Task], probabilities: dict[str, Floats], config: TrainingConfig) -> Thresholds:
    """The abstention thresholds for the error rates of the configuration, on held-out predictions."""

    def sure(name: str, error: float) -> float:
        table, task = probabilities[name], tasks[name]
        return threshold_for_error(table.max(axis=1), task.head.classes_[table.argmax(axis=1)] == task.labels, error)

    fraud, truth = probabilities["fraud"][:, 1], tasks["fraud"].labels.astype(bool)
    decide = best_f_threshold(truth, fraud, config.fraud_beta)
    return Thresholds(
        category=sure("category", config.category_error),
        report_type=sure("report_type", config.report_type_error),
        fraud=decide,
        fraud_low=min(decide, 1 - threshold_for_error(1 - fraud, ~truth, config.fraud_miss)),
        fraud_high=max(decide, threshold_for_error(fraud, truth, config.fraud_false)),
        fraud_types={
            name.split(":")[1]: best_f_threshold(task.labels.astype(bool), probabilities[name][:, 1])
            for name, task in tasks.items()
            if ":" in name
        },
    )


def _card(
    data_dir: Path,
    config: TrainingConfig,
    examples: Sequence[Example],
    groups: Ints,
    tasks: dict[str, _Task],
    probabilities: dict[str, Floats],
) -> Card:
    thresholds = _thresholds(tasks, probabilities, config)
    metrics: dict[str, Any] = {
        name: multiclass(tasks[name].head.classes_.tolist(), tasks[name].labels.tolist(), probabilities[name])
        for name in ("category", "report_type")
    }
    limits = {"fraud": thresholds.fraud} | {
        f"fraud_type:{name}": limit for name, limit in thresholds.fraud_types.items()
    }
    metrics |= {
        name: binary(tasks[name].labels.astype(bool), probabilities[name][:, 1], limit)
        for name, limit in limits.items()
    }
    now = datetime.now(UTC)
    mark = fingerprint(data_dir, config)
    return Card(
        name="triage",
        version=f"{now:%Y%m%d-%H%M%S}-{mark[:8]}",
        created=now.isoformat(timespec="seconds"),
        fingerprint=mark,
        data_hash=digest(_data_files(data_dir)),
        counts={
            "texts": len(examples),
            "groups": len(np.unique(groups)),
            "category": dict(sorted(Counter(example.category for example in examples).items())),
            "report_type": dict(sorted(Counter(example.report_type for example in examples).items())),
            "fraud": sum(example.fraud for example in examples),
            "fraud_types": dict(sorted(Counter(name for e in examples for name in e.fraud_types).items())),
        },
        thresholds=asdict(thresholds),
        metrics=metrics,
        seed=config.seed,
        libraries=library_versions(),
    )
