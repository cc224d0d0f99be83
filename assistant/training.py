"""Trains an `IntentModel`: features, two linear heads, temperatures from held-out scores.

Needs scikit-learn; only training does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from assistant.data import Example
from assistant.features import (
    BLOCKS,
    FAMILIARITY,
    character_features,
    familiarity,
    matter_features,
    matter_words,
    pair_features,
    stem_features,
    word_features,
)
from assistant.mistakes import confident_mistakes
from assistant.model import FAQ_PREFIX, OUT_OF_SCOPE, Array, IntentModel, Thresholds, best_temperature
from assistant.normaliser import Normaliser, known_words, written_words
from language.mistakes import Mistake

_SENTENCE_END = re.compile(r"[\n.:;]+")
_CALIBRATION_FOLDS = 3


_ROUTE_BLOCKS = (word_features, character_features)
_TOPIC_BLOCKS = (stem_features, matter_features, pair_features, character_features)


@dataclass(frozen=True)
class Options:
    """What can be tuned; `assistant.evaluate` measures it."""

    route_regularisation: float = 1.0  # C of the routes
    topic_regularisation: float = 0.3  # C of the topics
    min_count: int = 2  # a feature must be in this many texts; words and their pairs may be in one
    answers: bool = True  # the sentences of an answer are weak examples of its topic
    answer_weight: float = 0.5
    refusals: float = 0.045  # share of messages within scope that may be taken for out of scope
    seed: int = 42


@dataclass(frozen=True)
class _Text:
    """A text taken apart once: training reads it in every fold."""

    blocks: tuple[list[str], ...]
    words: list[str]
    number: int = -1  # of the example that it comes from

    @classmethod
    def of(cls, tokens: Sequence[str], number: int = -1) -> _Text:
        return cls(tuple(block(tokens) for block in BLOCKS), matter_words(tokens), number)


def _block(text: _Text, *, number: int) -> list[str]:
    return text.blocks[number]


@dataclass(frozen=True)
class _Corpus:
    texts: list[_Text]
    routes: Array
    topics: Array  # "" for what is no question

    def part(self, ids: Array) -> _Corpus:
        return _Corpus([self.texts[i] for i in ids], self.routes[ids], self.topics[ids])


@dataclass(frozen=True)
class _Source:
    """The examples' texts with their words, and the normaliser that knows all of them."""

    written: list[str]
    words: list[Counter[str]]  # empty with a normaliser that was given
    normaliser: Normaliser

    @classmethod
    def of(cls, texts: list[str], lexicon: Mapping[str, str], given: Normaliser | None) -> _Source:
        words = [] if given else list(written_words(texts, lexicon))
        return cls(texts, words, given or Normaliser(lexicon, known_words(words, lexicon)))

    def tokens(self) -> Iterator[list[str]]:
        return (self.normaliser.tokens(text) for text in self.written)

    def unseen(self, corpus: _Corpus, inside: Array, outside: Array) -> list[_Text]:
        """Texts as a model reads them that has learnt its words from others only: some are repaired."""
        texts = [corpus.texts[i] for i in outside]
        if not self.words:
            return texts
        lexicon = self.normaliser.lexicon
        part = Normaliser(lexicon, known_words((self.words[corpus.texts[i].number] for i in inside), lexicon))
        return [_Text.of(part.tokens(self.written[text.number])) for text in texts]


def _split(label: str) -> tuple[str, str]:
    return ("faq", label.removeprefix(FAQ_PREFIX)) if label.startswith(FAQ_PREFIX) else (label, "")


def answer_sentences(answers: Mapping[str, str]) -> list[tuple[str, str]]:
    """Sentences of the answers with their topic; what is too short to say anything is left out.

    Args:
        answers: text by topic code.
    """
    return [
        (sentence, topic)
        for topic, answer in answers.items()
        for sentence in (answer, *_SENTENCE_END.split(answer))
        if len(sentence.split()) > 3
    ]


class _Features:
    """The fitted vocabulary of all blocks, and how often each word occurs within scope."""

    def __init__(self, corpus: _Corpus, extra: Sequence[_Text], options: Options) -> None:
        self._blocks = [
            TfidfVectorizer(
                analyzer=partial(_block, number=number),
                min_df=1 if block is word_features else options.min_count,
                sublinear_tf=True,
                dtype=np.float32,
            ).fit([*corpus.texts, *extra])
            for number, block in enumerate(BLOCKS)
        ]
        inside = [text for text, route in zip(corpus.texts, corpus.routes, strict=True) if route != OUT_OF_SCOPE]
        self._seen = Counter(word for text in inside for word in set(text.words))

    def matrix(self, texts: Sequence[_Text], own: Array | None = None) -> csr_matrix:
        """Features of texts.

        Args:
            texts: taken apart.
            own: 1 for a text that is itself counted in the words' familiarity, so that it is not familiar with itself.
        """
        numbers = [
            familiarity([self._seen[word] - once for word in text.words])
            for text, once in zip(texts, own if own is not None else [0] * len(texts), strict=True)
        ]
        blocks = [block.transform(texts) for block in self._blocks]
        return hstack([*blocks, csr_matrix(np.array(numbers, dtype=np.float32))]).tocsr()

    def columns(self, wanted: Sequence[object], *, numbers: bool) -> Array:
        """Mask of the columns that a head uses."""
        masks = [
            np.full(len(fitted.vocabulary_), block in wanted)
            for block, fitted in zip(BLOCKS, self._blocks, strict=True)
        ]
        return np.concatenate([*masks, np.full(len(FAMILIARITY), numbers)])

    @property
    def names(self) -> list[str]:
        return [str(name) for block in self._blocks for name in block.get_feature_names_out()]

    @property
    def idf(self) -> Array:
        return np.concatenate([block.idf_ for block in self._blocks])

    @property
    def seen(self) -> Array:
        return np.array([self._seen[name[2:]] if name.startswith("w:") else 0 for name in self.names])


@dataclass
class _Head:
    """One linear classifier with its label order; a head with a single label always says it."""

    labels: list[str]
    weights: Array
    bias: Array

    @classmethod
    def fit(cls, x: csr_matrix, y: Array, sample_weight: Array | None, columns: Array, c: float, seed: int) -> _Head:
        labels = sorted(set(y.tolist()))
        weights = np.zeros((len(labels), x.shape[1]))
        if len(labels) == 1:
            return cls(labels, weights, np.zeros(1))
        svm = LinearSVC(C=c, class_weight="balanced", random_state=seed)
        svm.fit(x[:, np.flatnonzero(columns)], y, sample_weight=sample_weight)
        coefficients, bias = svm.coef_, svm.intercept_
        if len(labels) == 2:  # scikit-learn keeps one row for two classes
            coefficients, bias = np.vstack([-coefficients, coefficients]), np.array([-bias[0], bias[0]])
        weights[:, columns] = coefficients
        return cls(labels, weights, bias)

    def scores(self, x: csr_matrix) -> Array:
        return np.asarray(x @ self.weights.T + self.bias)


class _Heads:
    """Features and both heads, fitted together on one corpus."""

    def __init__(self, corpus: _Corpus, sentences: Sequence[tuple[_Text, str]], options: Options) -> None:
        extra = [text for text, _ in sentences] if options.answers else []
        self.features = _Features(corpus, extra, options)
        x = self.features.matrix(corpus.texts, (corpus.routes != OUT_OF_SCOPE).astype(int))
        columns = self.features.columns(_ROUTE_BLOCKS, numbers=True)
        self.route = _Head.fit(x, corpus.routes, None, columns, options.route_regularisation, options.seed)
        self.topic: _Head | None = None
        asked = np.flatnonzero(corpus.topics != "")
        if len(asked):
            topic_x, topics, weights = x[asked], corpus.topics[asked], np.ones(len(asked))
            if extra:
                topic_x = vstack([topic_x, self.features.matrix(extra)]).tocsr()
                topics = np.concatenate([topics, np.array([topic for _, topic in sentences])])
                weights = np.concatenate([weights, np.full(len(extra), options.answer_weight)])
            columns = self.features.columns(_TOPIC_BLOCKS, numbers=False)
            c, seed = options.topic_regularisation, options.seed
            self.topic = _Head.fit(topic_x, topics, weights, columns, c, seed)

    def scores(self, texts: Sequence[_Text]) -> tuple[Array, Array | None]:
        x = self.features.matrix(texts)
        return self.route.scores(x), self.topic.scores(x) if self.topic else None


def train(
    examples: Sequence[Example],
    answers: Mapping[str, str] | None = None,
    lexicon: Mapping[str, str] | None = None,
    options: Options | None = None,
    thresholds: Thresholds | None = None,
    normaliser: Normaliser | None = None,
    mistakes: list[Mistake] | None = None,
) -> IntentModel:
    """Train on labelled texts; the same data, options and seed give the same model.

    Args:
        examples: texts with an intent or `faq/<topic>` as label.
        answers: the answer's text by topic code.
        lexicon: for the normaliser; stored with the model.
        options: see `Options`.
        thresholds: stored with the model.
        normaliser: instead of the usual one, for comparisons; such a model cannot be saved.
        mistakes: gets the most confident errors on examples that were left out for calibration.

    Raises:
        ValueError: no example has any word.
    """
    options = options or Options()
    source = _Source.of([example.text for example in examples], lexicon or {}, normaliser)
    labelled = [(_Text.of(tokens, i), *_split(examples[i].label)) for i, tokens in enumerate(source.tokens()) if tokens]
    if not labelled:
        raise ValueError("no training examples")
    corpus = _Corpus(
        texts=[text for text, _, _ in labelled],
        routes=np.array([route for _, route, _ in labelled]),
        topics=np.array([topic for _, _, topic in labelled]),
    )
    known = set(corpus.topics.tolist())
    said = [(sentence, topic) for sentence, topic in answer_sentences(answers or {}) if topic in known]
    sentences = [(_Text.of(source.normaliser.tokens(sentence)), topic) for sentence, topic in said]
    heads = _Heads(corpus, sentences, options)
    calibration = _calibrate(corpus, source, sentences, heads, options)
    if OUT_OF_SCOPE in heads.route.labels:
        heads.route.bias[heads.route.labels.index(OUT_OF_SCOPE)] += calibration.out_of_scope
    weights = [heads.route.weights] + ([heads.topic.weights] if heads.topic else [])
    bias = [heads.route.bias] + ([heads.topic.bias] if heads.topic else [])
    model = IntentModel(
        routes=heads.route.labels,
        topics=heads.topic.labels if heads.topic else [],
        features=heads.features.names,
        idf=heads.features.idf,
        seen=heads.features.seen,
        weights=np.vstack(weights).T,
        bias=np.concatenate(bias),
        lexicon=source.normaliser.lexicon,
        temperatures=(calibration.route, calibration.topic),
        thresholds=thresholds,
        words=source.normaliser.known,
    )
    if mistakes is not None and calibration.scores is not None:
        chosen = [examples[text.number] for text in corpus.texts]
        mistakes += confident_mistakes(model, calibration.scores, [e.text for e in chosen], [e.label for e in chosen])
    return model


@dataclass(frozen=True)
class _Calibration:
    """Found on scores of texts left out of training; neutral where a label has too few examples to split."""

    route: float = 1.0  # temperatures
    topic: float = 1.0
    out_of_scope: float = 0.0  # added to its score
    scores: Array | None = None  # of routes and topics, that addition included


def _calibrate(
    corpus: _Corpus, source: _Source, sentences: Sequence[tuple[_Text, str]], full: _Heads, options: Options
) -> _Calibration:
    labels = np.array([f"{r}/{t}" for r, t in zip(corpus.routes, corpus.topics, strict=True)])
    if min(np.unique(labels, return_counts=True)[1]) < _CALIBRATION_FOLDS:
        return _Calibration()
    folds = StratifiedKFold(_CALIBRATION_FOLDS, shuffle=True, random_state=options.seed)
    routes = np.zeros((len(labels), len(full.route.labels)))
    topics = np.zeros((len(labels), len(full.topic.labels) if full.topic else 0))
    for inside, outside in folds.split(labels, labels):
        part = _Heads(corpus.part(inside), sentences, options)
        routes[outside], topic_scores = part.scores(source.unseen(corpus, inside, outside))
        if topic_scores is not None:
            topics[outside] = topic_scores
    shift = _out_of_scope_shift(routes, full.route.labels, corpus.routes, options.refusals)
    if OUT_OF_SCOPE in full.route.labels:
        routes[:, full.route.labels.index(OUT_OF_SCOPE)] += shift
    route = best_temperature(routes, np.searchsorted(full.route.labels, corpus.routes))
    if full.topic is None:
        return _Calibration(route=route, out_of_scope=shift, scores=routes)
    asked = np.flatnonzero(corpus.topics != "")
    topic = best_temperature(topics[asked], np.searchsorted(full.topic.labels, corpus.topics[asked]))
    return _Calibration(route, topic, shift, np.hstack([routes, topics]))


def _out_of_scope_shift(scores: Array, labels: Sequence[str], truth: Array, refusals: float) -> float:
    """What to add to the out-of-scope score so that it wins as often as allowed on texts within scope."""
    if OUT_OF_SCOPE not in labels:
        return 0.0
    column = labels.index(OUT_OF_SCOPE)
    inside = scores[truth != OUT_OF_SCOPE]
    margins = np.sort(np.delete(inside, column, axis=1).max(axis=1) - inside[:, column])
    allowed = int(len(margins) * refusals)
    return float(np.clip(margins[allowed], 0.0, 1.0)) if len(margins) > allowed else 0.0
