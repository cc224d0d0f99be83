"""Fraud indication on real municipal complaints, beside our own data: five folds, near-duplicates together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import make_pipeline

from benchmarks.triage.data import ROOT, municipal_fraud
from benchmarks.triage.run import KEYWORDS
from classifiers.data import group_texts, load_examples
from classifiers.lexicons import read_pairs
from classifiers.text_classifier import TextClassifier

Scores = NDArray[np.float64]
FOLDS = 5
SEEDS = (20, 21)
YES, NO = "true", "false"


def average_precisions(folder: Path) -> dict[str, float] | None:
    """Average precision of each way, mean over two shufflings of the folds; None where the data are not there.

    Args:
        folder: our own complaints.
    """
    data = municipal_fraud()
    if data is None:
        return None
    texts, truth = data[0], np.array(data[1])
    groups = group_texts(texts)
    examples = load_examples(folder)
    ours = [example.text for example in examples], [YES if example.fraud else NO for example in examples]
    alone = _scores(*ours, texts)
    listed = np.array([float(bool(KEYWORDS.search(text))) for text in texts])

    def merged(known: Sequence[str], labels: Sequence[str], new: Sequence[str]) -> Scores:
        return _scores([*ours[0], *known], [*ours[1], *labels], new)

    ways: dict[str, Callable[[Sequence[str], Sequence[str], Sequence[str]], Scores]] = {
        "our data and the other folds": merged,
        "the other folds alone": _scores,
        "TF-IDF and logistic regression, the other folds": _plain,
    }
    result = {"keyword list": average_precision_score(truth, listed)}
    result["our data alone"] = average_precision_score(truth, alone)
    for name, way in ways.items():
        result[name] = float(np.mean([_cross_validated(way, texts, truth, groups, seed) for seed in SEEDS]))
    return result


def _cross_validated(
    way: Callable[[Sequence[str], Sequence[str], Sequence[str]], Scores],
    texts: Sequence[str],
    truth: NDArray[np.bool_],
    groups: NDArray[np.int64],
    seed: int,
) -> float:
    scores = np.zeros(len(texts))
    splitter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    for known, new in splitter.split(texts, truth, groups):
        labels = [YES if truth[row] else NO for row in known]
        scores[new] = way([texts[row] for row in known], labels, [texts[row] for row in new])
    return float(average_precision_score(truth, scores))


def _scores(texts: Sequence[str], labels: Sequence[str], new: Sequence[str]) -> Scores:
    lexicon = read_pairs(ROOT / "nlu_data" / "lexicons" / name for name in ("slang.tsv", "singkatan.tsv"))
    # Without folds of its own: calibration changes no order.
    return TextClassifier(lexicon=lexicon, fold_count=0).fit(texts, labels).decision_function(new)


def _plain(texts: Sequence[str], labels: Sequence[str], new: Sequence[str]) -> Scores:
    features = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    model = make_pipeline(features, LogisticRegression(C=10, class_weight="balanced", max_iter=1000))
    return np.asarray(model.fit(list(texts), list(labels)).decision_function(list(new)))
