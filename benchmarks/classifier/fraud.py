"""Fraud indication on real municipal complaints, beside our own data, in folds of the labelled half."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold
from sklearn.pipeline import make_pipeline

from benchmarks.classifier.data import without_labels
from benchmarks.triage.data import ROOT, municipal_fraud
from benchmarks.triage.run import KEYWORDS
from classifiers.data import group_texts, load_examples
from classifiers.lexicons import read_pairs
from classifiers.text_classifier import Background, TextClassifier

Scores = NDArray[np.float64]
Way = Callable[[Sequence[str], Sequence[str], Sequence[str]], Scores]
Split = list[tuple[NDArray[np.int64], NDArray[np.int64]]]
FOLDS = 5
SEED = 20
YES, NO = "true", "false"


def average_precisions(folder: Path) -> dict[str, Any] | None:
    """Average precision of each way to learn, on two splits; None where the data are not there.

    `apart` keeps near-duplicates in one fold, `random` does not, as in the split whose published figures we compare
    with (keyword list 0.477, TF-IDF and logistic regression 0.871 on the other half).

    Args:
        folder: our own complaints.
    """
    data = municipal_fraud()
    if data is None:
        return None
    texts, truth = data[0], np.array(data[1])
    examples = load_examples(folder)
    ours = Background([example.text for example in examples], [YES if example.fraud else NO for example in examples])
    city = without_labels()
    alone = _scores(ours.texts, ours.labels, texts)
    adapted = _scores(ours.texts, ours.labels, texts, Background(unlabelled=city))
    listed = np.array([float(bool(KEYWORDS.search(text))) for text in texts])
    same = {"keyword list": listed, "our data alone": alone, "our data and unlabelled texts": adapted}
    ways: dict[str, Way] = {
        "TF-IDF and logistic regression, the other folds": _plain,
        "the other folds": _scores,
        "our data and the other folds in one file": _in_one_file(ours),
        "the other folds --unlabelled texts": _beside(Background(unlabelled=city)),
        "the other folds --also our data --unlabelled texts": _beside(Background(ours.texts, ours.labels, city)),
    }
    apart = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=SEED)
    chance = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    splits: dict[str, Split] = {
        "apart": list(apart.split(texts, truth, group_texts(texts))),
        "random": list(chance.split(texts, truth)),
    }
    result: dict[str, Any] = {
        name: dict.fromkeys(splits, average_precision_score(truth, scores)) for name, scores in same.items()
    }
    for name, way in ways.items():
        result[name] = {kind: _cross_validated(way, texts, truth, split) for kind, split in splits.items()}
    return result


def _cross_validated(way: Way, texts: Sequence[str], truth: NDArray[np.bool_], split: Split) -> float:
    scores = np.zeros(len(texts))
    for known, new in split:
        labels = [YES if truth[row] else NO for row in known]
        scores[new] = way([texts[row] for row in known], labels, [texts[row] for row in new])
    return float(average_precision_score(truth, scores))


def _scores(
    texts: Sequence[str], labels: Sequence[str], new: Sequence[str], background: Background | None = None
) -> Scores:
    lexicon = read_pairs(ROOT / "nlu_data" / "lexicons" / name for name in ("slang.tsv", "singkatan.tsv"))
    # Without folds of its own: calibration changes no order.
    model = TextClassifier(lexicon=lexicon, fold_count=0).fit(texts, labels, background=background)
    return model.decision_function(new)


def _beside(background: Background) -> Way:
    return lambda known, labels, new: _scores(known, labels, new, background)


def _in_one_file(ours: Background) -> Way:
    return lambda known, labels, new: _scores([*ours.texts, *known], [*ours.labels, *labels], new)


def _plain(texts: Sequence[str], labels: Sequence[str], new: Sequence[str]) -> Scores:
    features = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    model = make_pipeline(features, LogisticRegression(C=10, class_weight="balanced", max_iter=1000))
    return np.asarray(model.fit(list(texts), list(labels)).decision_function(list(new)))
