"""Indonesian as people type it, turned into comparable words without losing where each word stood.

Every word keeps the span of the original text it came from, so that whatever a model says about a word can be
shown in the citizen's own text. Nothing is deleted: emoji, other scripts and punctuation marks simply are no words.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sklearn.base import BaseEstimator, TransformerMixin

from classifiers.lexicons import word_set
from language.repair import Repairer

# A run of letters and digits, joined by the marks that people use inside one word: "a.n", "III/b", "e-kin", "2,5jt".
TOKEN = re.compile(r"[^\W_]+(?:[./\-,:'’][^\W_]+)*", re.UNICODE)
PART = re.compile(r"[^\W\d_]+|\d+", re.UNICODE)
SENTENCE_END = re.compile(r"[.!?…]+(?=\s|$)|\n+|[;](?=\s)")
# A full stop after these ends no sentence.
ABBREVIATION = re.compile(
    r"\b(?:kab|kec|kel|ds|prov|jl|jln|no|nmr|tgl|yth|sdr|sdri|bpk|dr|drs|dra|ir|prof|h|hj|tk|gol|st|rp|a\.n|an|u\.p|hlm|"
    r"s\.d|dll|dsb|tsb|gd|lt|telp|hp|[a-z])$",
    re.IGNORECASE,
)
MIXED = re.compile(r"(?=\d*[^\W\d_])(?=[^\W\d_]*\d)[^\W_]{6,}$")  # "daftarp3kgimana"
DIGIT = re.compile(r"\d")
REPEATED = re.compile(r"(.)\1{2,}")
REDUPLICATED = re.compile(r"^([^\W\d_]{2,})(?:2|-\1)$")

NUMBER_CLASSES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("uang_", re.compile(r"(?:rp\.?\d[\d.,]*|\d[\d.,]*(?:jt|juta|rb|ribu|k|m|jtan|rban)|\d{1,3}(?:[.,]\d{3})+)$")),
    ("nip_", re.compile(r"\d{18}$")),
    ("nik_", re.compile(r"\d{16}$")),
    ("telepon_", re.compile(r"(?:62|0)8[\d-]{7,13}$")),
    ("tanggal_", re.compile(r"\d{1,2}([/.-])\d{1,2}\1(?:\d{4}|\d{2})$")),
    ("jam_", re.compile(r"\d{1,2}[.:]\d{2}$")),
    ("tahun_", re.compile(r"(?:19|20)\d{2}$")),
    ("angka_", re.compile(r"[\d.,:/\-]+$")),
)
WRITTEN = re.compile(r"[^\W_]+", re.UNICODE)
CACHE_LIMIT = 200_000
_DERIVED = ("_cache", "_table", "_repair")
"""What a normaliser remembers beside its state."""
MAX_WORD = 40
"""A longer run of letters is no word that anyone could know; what follows is not read."""
SURROGATE = re.compile("[\ud800-\udfff]")

NEGATORS = word_set("bebas anti tidak bukan belum jangan tanpa tiada mboten ora")
# Words that end what a negator denies: "tidak ada pungli tetapi pelayanannya lambat".
SCOPE_ENDS = word_set(
    "tetapi tapi namun melainkan karena sebab sehingga supaya agar malah padahal kalau jika sebelum setelah lalu"
)
SCOPE_LENGTH = 4
# "tidak hanya", "bukan cuma" deny nothing.
NOT_NEGATED = word_set("hanya cuma saja sekadar")
QUESTION_WORDS = word_set("apa apakah bagaimana kapan siapa berapa mana dimana kenapa mengapa bolehkah bisakah")

# What stands before the name of a place, a school or a person.
NAMED = word_set(
    "provinsi kabupaten kota kecamatan distrik kelurahan kel desa dusun kampung nagari jalan jl sd sdn smp smpn sma "
    "sman smk smkn min mts mtsn man negeri puskesmas rsud pasar pak bu bapak ibu saudara"
)


@dataclass(slots=True)
class Words:
    """The words of one text: normalised form, original span, sentence number and whether a negator governs it."""

    text: str
    words: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    sentences: list[int] = field(default_factory=list)
    negated: list[bool] = field(default_factory=list)
    bounds: list[tuple[int, int]] = field(default_factory=list)
    """Character span of each sentence."""


class Normaliser(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Lower-cases, undoes repeated letters and numbers, replaces slang and abbreviations by their formal words.

    Fitted, it also repairs words that the texts it was fitted on do not hold.

    Args:
        lexicon: informal → formal words; travels inside the saved model.
        max_chars: what follows this many characters is not read (a defined answer for endless texts).
    """

    def __init__(self, lexicon: dict[str, str] | None = None, max_chars: int = 20_000) -> None:
        self.lexicon = lexicon
        self.max_chars = max_chars

    def fit(self, X: Sequence[str], y: Any = None, terms: Iterable[str] = ()) -> Normaliser:
        """Learn which words are known: those of the texts, as written and as meant, of the lexicon and of `terms`."""
        self._forget("words_")
        listed = " ".join([*(f"{a} {b}" for a, b in (self.lexicon or {}).items()), *terms]).lower().split()
        counts = Counter(dict.fromkeys(listed, 1))
        for text in X:
            written = Counter(map(_fold, WRITTEN.findall(readable(text, self.max_chars))))
            counts.update(written | Counter(self.words(text).words))
        self.words_ = {word: count for word, count in sorted(counts.items()) if word.isalnum() and not word.isdigit()}
        self._forget()
        return self

    def _forget(self, *names: str) -> None:
        for name in (*names, *_DERIVED):
            self.__dict__.pop(name, None)

    def transform(self, X: Iterable[str]) -> list[Words]:
        """Return the `Words` of each text."""
        return [self.words(text) for text in X]

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def __getstate__(self) -> dict[str, Any]:
        # One string instead of thousands of entries: the saved model loads in milliseconds.
        state = {key: value for key, value in super().__getstate__().items() if key not in _DERIVED}
        state["lexicon"] = "\n".join(f"{a}\t{b}" for a, b in (self.lexicon or {}).items())
        if "words_" in state:
            state["words_"] = "\n".join(f"{word}\t{count}" for word, count in self.words_.items())
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        rows = {name: [line.split("\t") for line in state.get(name, "").splitlines()] for name in ("lexicon", "words_")}
        super().__setstate__(state | {"lexicon": dict(rows["lexicon"])})
        if "words_" in state:
            self.words_ = {word: int(count) for word, count in rows["words_"]}

    def words(self, text: str) -> Words:
        """Split one text into normalised words with their spans."""
        text_read = readable(text, self.max_chars)
        result = Words(text, bounds=sentence_bounds(text_read))
        cache = self.__dict__.setdefault("_cache", {})
        if len(cache) > CACHE_LIMIT:
            cache.clear()
        sentence, limit = 0, result.bounds[0][1] if result.bounds else 0
        for match in TOKEN.finditer(text_read):
            token, start = match.group(), match.start()
            while start >= limit and sentence < len(result.bounds) - 1:
                sentence += 1
                limit = result.bounds[sentence][1]
            forms = cache.get(token)
            if forms is None:
                forms = self._forms(token)
                if len(token) <= MAX_WORD:
                    cache[token] = forms
            if forms[-1][1] and _is_name(token, result.words):  # several pieces
                forms = [(_squeeze(_fold(token)), 0, len(token))]
            for form, begin, end in forms:
                result.words.append(form)
                result.starts.append(start + begin)
                result.ends.append(start + end)
                result.sentences.append(sentence)
        result.negated = negation_scopes(result)
        return result

    def _forms(self, token: str) -> list[tuple[str, int, int]]:
        """Normalised words of one token with offsets inside it."""
        whole = self._lookup(_fold(token))
        if whole:
            return [(word, 0, len(token)) for word in whole]
        if MIXED.match(token):
            return [
                form
                for word, start, end in self._repaired(token, 0)
                for form in (self._parts(token[start:end], start) if DIGIT.search(word) else [(word, start, end)])
            ]
        return self._parts(token, 0)

    def _parts(self, token: str, start: int) -> list[tuple[str, int, int]]:
        """The same for runs of letters and runs of digits apart."""
        found: list[tuple[str, int, int]] = []
        spans = [(part.group(), part.start(), part.end()) for part in PART.finditer(token)]
        for part, begin, stop in spans if len(spans) > 1 else [(token, 0, len(token))]:
            known = self._lookup(_fold(part))
            if known:
                found += [(word, start + begin, start + stop) for word in known]
            else:
                found += self._repaired(part, start + begin)
        return found

    def _repaired(self, part: str, start: int) -> list[tuple[str, int, int]]:
        """The words that an unknown run of letters was meant to be, `start` added to their places."""
        end = start + len(part)
        repairer = self._repairer()
        full = unicodedata.normalize("NFKC", part).lower()
        if repairer is None or len(full) != len(part):  # "ﬁ" has become two letters: places are lost
            return [(_squeeze(_fold(part)), start, end)]
        short, places = _squeezed(full)
        return [
            (word, start + places[begin], start + places[stop])
            for form, begin, stop in repairer.pieces(short)
            for word in self._lookup(form) or [form[:MAX_WORD]]
        ]

    def _repairer(self) -> Repairer | None:
        """None before fitting, and in models that were saved before repairs were."""
        if "_repair" not in self.__dict__:
            words = self.__dict__.get("words_")
            self.__dict__["_repair"] = Repairer(words) if words else None
        repairer: Repairer | None = self.__dict__["_repair"]
        return repairer

    def _known(self) -> dict[str, str]:
        """The lexicon, with formal words that hold a mark ("e-kinerja", "iii/b") standing for themselves."""
        table: dict[str, str] | None = self.__dict__.get("_table")
        if table is None:
            given = self.lexicon or {}
            whole = {word: word for formal in given.values() for word in formal.split() if not word.isalnum()}
            table = self.__dict__["_table"] = whole | given
        return table

    def _lookup(self, word: str) -> list[str]:
        """Formal words for a form that is known as a whole, or nothing."""
        lexicon = self._known()
        base = REDUPLICATED.match(word)
        for form in (word, _squeeze(word), base.group(1) if base else word):
            if form in lexicon:
                return lexicon[form].split()
        if base:
            return [base.group(1)]
        if word[0].isdigit() or word[:3].startswith("rp"):
            for name, pattern in NUMBER_CLASSES:
                if pattern.match(word):
                    return [name]
        return []


def readable(text: str, max_chars: int) -> str:
    """The part of a text that models read, with lone surrogates (broken UTF-16) replaced; offsets stay true."""
    return SURROGATE.sub("\ufffd", text[:max_chars])


def sentence_bounds(text: str) -> list[tuple[int, int]]:
    """Character spans of the sentences of a text; they cover it without gaps."""
    bounds: list[tuple[int, int]] = []
    start = 0
    for match in SENTENCE_END.finditer(text):
        if match.group() == "." and ABBREVIATION.search(text, max(0, match.start() - 8), match.start()):
            continue
        if text[start : match.end()].strip():
            bounds.append((start, match.end()))
            start = match.end()
    if text[start:].strip() or not bounds:
        bounds.append((start, len(text)))
    return bounds


def negation_scopes(words: Words) -> list[bool]:
    """Mark the words that a negator governs: at most `SCOPE_LENGTH` words, inside its sentence and clause."""
    marks = [False] * len(words.words)
    left = 0
    sentence = -1
    for index, word in enumerate(words.words):
        if words.sentences[index] != sentence:
            sentence, left = words.sentences[index], 0
        if word in NEGATORS:
            left = SCOPE_LENGTH
        elif word in SCOPE_ENDS or word in NOT_NEGATED:
            left = 0
        elif left:
            marks[index] = True
            left -= 1
    return marks


def questions(words: Words) -> list[bool]:
    """For each sentence, whether it asks: it ends in a question mark or opens with a question word."""
    asks = [
        words.text[end - 1 : end] == "?" or "?" in words.text[max(start, end - 3) : end] for start, end in words.bounds
    ]
    seen: dict[int, int] = {}
    for index, word in enumerate(words.words):
        position = seen.get(words.sentences[index], 0)
        seen[words.sentences[index]] = position + 1
        if position < 3 and word in QUESTION_WORDS:
            asks[words.sentences[index]] = True
    return asks


def _is_name(token: str, before: Sequence[str]) -> bool:
    """Whether a word that nobody knows is a name, which is never several words: "desa Sukamaju", "SMPN 2 Sukajaya"."""
    head = next((word for word in reversed(before[-2:]) if word != "angka_"), "")
    return head in NAMED and token.isalpha() and token.istitle()


def _fold(token: str) -> str:
    return unicodedata.normalize("NFKC", token[:MAX_WORD]).lower().replace("’", "'")


def _squeeze(word: str) -> str:
    """Undo letters repeated for emphasis: "bangeeet" → "banget"."""
    return REPEATED.sub(r"\1", word) if not word[:1].isdigit() else word


def _squeezed(word: str) -> tuple[str, list[int]]:
    """As `_squeeze`, with the place in the word of each letter that is left, and of the word's end."""
    if word[:1].isdigit():
        return word, list(range(len(word) + 1))
    left = [False] * len(word)
    for match in REPEATED.finditer(word):
        left[match.start() + 1 : match.end()] = [True] * (match.end() - match.start() - 1)
    places = [place for place, dropped in enumerate(left) if not dropped]
    return "".join(word[place] for place in places), [*places, len(word)]
