"""A question and a report in one message: both are found, so that the question is answered and the report begun.

"SK pensiun ibu saya sudah 5 bulan belum terbit. memang syaratnya apa aja sih min?" The message is taken apart into
clauses. If those at its end or its beginning ask something, and the model is sure of both parts on their own, that
one is a question of ours and the other a report, then the message is the report's, and the question's topic comes
along.

What only sounds like a question stays part of the story: "kapan cairnya??", "kok bisa begitu?".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile

import numpy as np

from assistant.model import FALLBACK, Decision, Guess, IntentModel, softmax
from language.stems import FUNCTION_WORDS

REPORTS = ("lapor", "aspirasi", "minta_informasi")
ANNOUNCED = "mulai_lapor"  # with a story behind it as good as a report


@dataclass(frozen=True)
class Limits:
    """Least probabilities that a part needs."""

    question: float  # of being a question of ours
    topic: float  # of its topic among all topics
    report: float  # of the rest being a report of any kind


# Chosen on pairs of examples, benchmarks/clauses; the figures are in docs/models.md.
MARKED = Limits(question=0.8, topic=0.6, report=0.7)  # the clauses have a question's mark or words
UNMARKED = Limits(question=0.95, topic=0.7, report=0.95)
SURE = Limits(question=0.95, topic=0.97, report=0.85)
MOST_QUESTION = 0.5  # what as a whole is more surely a question mostly just tells its circumstances: SURE is asked for
PLAINTIVE = 0.85  # least probability of a report beside what only sounds like a question
IN_CONTEXT = 0.9  # least share of the topic of a question that leaves its subject to the report
MOST_CHARACTERS = 1200  # a longer message is a letter; what it asks, it asks its reader
LONGEST_QUESTION = 25  # words
LEAST_QUESTION = 2
LEAST_REPORT = 4
MOST_SUBJECTS = 8  # words of a report that are tried as the subject of such a question

_END = re.compile(r"(?<=[.!?;])[\s)\"']+|\s*\n+\s*|(?<=[a-z][?!])(?=[A-Za-z]{2})")
# Words that open another subject without a sentence's end before them. "terus" and "lalu" are also plain words of a
# story ("ditunda terus", "bulan lalu"): what such a cut leaves must still be a question on its own.
_OPENER = re.compile(
    r"(?<!bulan)(?<!minggu)(?<!tahun)(?<!hari)(?<!bln)(?<!thn)(?<!mgg)(?<! yg)(?<!yang)[,\s]+"
    r"(?=(?:oh ?(?:ya|iya)|o ?iya|btw|by the way|se?kalian|terus|tros|trus|trs|lalu|lantas|(?:abis|habis) itu|nah|"
    r"(?:mau|mo|ijin|izin|numpang|pengen|ingin|pgn|pingin|boleh|sy|saya)(?: \w+)? (?:tanya|nanya|bertanya|tny)|"
    r"dan (?:bagaimana|gimana|gmn|apa|cara|syarat|berapa|brp))\b)"
    r"|,\s+(?=(?:memang|emang|emg|kok|kenapa|knp|apa|apakah|cara|syarat|gimana|gmn|bagaimana|berapa|brp|kapan|bisa|"
    r"boleh)(?:kah)?\b)",
    re.IGNORECASE,
)


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# All lists are of the normaliser's words.
_ASKING = _words(
    "apa apakah bagaimana berapa mana dimana kemana siapa kapan cara caranya syarat syaratnya bisakah bolehkah "
    "adakah haruskah perlukah prosedur alur alurnya prosedurnya"
)
_YES_OR_NO = _words("bisa boleh perlu harus wajib ada dapat masih kena termasuk dihitung")  # ... atau tidak
_PLAINT = _words(  # whoever is wronged asks why, and when it will be over
    "kok kenapa mengapa masa masak mosok gini begini begitu gitu nasib nasibnya cair cairnya beres adil tega lha lah"
)
_UNASKED = _words("siapa coba")  # in too many plaints to show a question, in too many questions to show a plaint
_IMPATIENT = 4  # words, with "kapan" among them
_ANNOUNCING = _words("btw sekalian skalian tanya nanya bertanya oh oiya nanyo")
_POLITE = _words(
    "terima kasih makasih terimakasih mohon minta info infonya informasi informasinya pencerahan pencerahannya "
    "bantuan bantuannya tolong dibantu bantu min admin kak kakak pak bu bapak ibu mas mbak ya dong saya kami selamat "
    "pagi siang sore malam assalamualaikum assalamu alaikum wr wb halo hai permisi maaf izin bertanya tanya mau "
    "numpang solusinya penjelasannya jawabannya arahannya arahan bkn yth dijawab sebelumnya nih sih deh gan bang "
    "Tangan Senyum !"
)
_GENERAL = _words(  # what can be asked about anything: the subject is elsewhere
    "syarat cara lama proses aturan prosedur alur berkas dokumen ketentuan langkah tahap tahapan urus mengurus "
    "ngurus waktu batas"
)
_EMPTY = _words("memang emang biasa kira sebenar sebenarnya sih min terus oh btw nah sekalian tanya tolong ? !")


@dataclass(frozen=True)
class Way:
    """One way to divide a message."""

    asking: str
    told: str
    marked: bool  # whether the asking part has the words or the mark of a question
    plaint: bool = False  # whether it only sounds like one


@dataclass(frozen=True)
class Part:
    """What a model makes of a part of a message."""

    question: float  # probability of being a question of ours
    topic: str
    share: float  # probability of the topic among all topics
    report: str  # likeliest kind of report
    reports: float  # probability of all kinds together


@dataclass(frozen=True)
class Both:
    """The topic of a message's question ("" when it needs no answer), and its report's kind and probability."""

    topic: str
    report: str
    confidence: float


def understood(model: IntentModel, text: str, ranking: int = 6) -> Decision:
    """As `IntentModel.decide`, but a message with a question beside its report is a report with that topic.

    Args:
        model: trained.
        text: what the citizen wrote.
        ranking: how many guesses to keep.
    """
    everything = model.decide(text, len(model.labels))
    decision = replace(everything, ranking=everything.ranking[:ranking])
    if decision.intent not in _OPEN:
        return decision
    asked = sum(guess.confidence for guess in everything.ranking if guess.topic)
    both = question_and_report(model, text, circumstances=asked > MOST_QUESTION)
    if both is None:
        return decision
    others = (guess for guess in decision.ranking if guess.intent != both.report)
    guesses = (Guess(both.report, both.confidence), *others)
    return Decision(both.report, both.confidence, both.topic or None, guesses[:ranking])


_OPEN = frozenset({"faq", *REPORTS, ANNOUNCED, FALLBACK})
"""Decisions on a whole message that may be looked at again; a wish to stop or for an officer stands."""


def clauses(text: str) -> list[str]:
    """The clauses of a message, in order, none of them empty."""
    return [part for sentence in _END.split(text) for clause in _OPENER.split(sentence) if (part := clause.strip(" ,"))]


def question_and_report(model: IntentModel, text: str, *, circumstances: bool = False) -> Both | None:
    """The question and the report of a message that is both; None for any other.

    Args:
        model: trained.
        text: what the citizen wrote.
        circumstances: whether the whole is so surely a question that its report may be no more than circumstances.
    """
    if len(text) > MOST_CHARACTERS or not model.topics:
        return None
    ways = _ways(model, clauses(text))
    return next((both for way in ways if (both := _both(model, way, circumstances=circumstances))), None)


def _both(model: IntentModel, way: Way, *, circumstances: bool) -> Both | None:
    if circumstances and not (way.marked or way.plaint):
        return None
    if way.plaint:
        told = judged(model, way.told)
        return Both("", told.report, told.reports) if told and told.reports >= PLAINTIVE else None
    limits = SURE if circumstances else MARKED if way.marked else UNMARKED
    asking = judged(model, way.asking)
    if asking is None or asking.question < limits.question:
        return None
    told = judged(model, way.told)
    if told is None or told.reports < limits.report:
        return None
    topic = _topic_in_context(model, way) or (asking.topic if asking.share >= limits.topic else "")
    return Both(topic, told.report, told.reports) if topic else None


def _ways(model: IntentModel, parts: Sequence[str]) -> Iterator[Way]:
    """Ways to divide a message into clauses that ask, at its end or its beginning, and clauses that tell."""
    tokens = [model.normaliser.tokens(part) for part in parts] if len(parts) > 1 else []
    said = [i for i, words in enumerate(tokens) if not _POLITE.issuperset(words)]
    if len(said) < 2:
        return
    low, high = said[0], said[-1] + 1
    for at_end in (True, False):
        order = range(high - 1, low, -1) if at_end else range(low, high - 1)
        run = len(list(takewhile(lambda i: reads_as_question(tokens[i]), order)))
        plaint = not run and is_plaint(tokens[order[0]])
        for length in range(max(run, 1), 0, -1):
            edge = high - length if at_end else low + length
            before, after = " ".join(parts[low:edge]), " ".join(parts[edge:high])
            asking, told = (after, before) if at_end else (before, after)
            if LEAST_QUESTION <= len(asking.split()) <= LONGEST_QUESTION and len(told.split()) >= LEAST_REPORT:
                yield Way(asking, told, marked=run > 0, plaint=plaint)


def reads_as_question(tokens: Sequence[str]) -> bool:
    """Whether a clause asks for an answer, and not why the world is as it is.

    Args:
        tokens: of the normaliser.
    """
    words = set(tokens)
    if _ANNOUNCING & words:
        return True
    if is_plaint(tokens) or _UNASKED & words:
        return False
    return "?" in words or bool(_ASKING & words) or ("tidak" in words and bool(_YES_OR_NO & words))


def is_plaint(tokens: Sequence[str]) -> bool:
    """Whether a clause asks why things are as they are, or when they will be over.

    Args:
        tokens: of the normaliser.
    """
    words = set(tokens)
    return bool(_PLAINT & words) or ("kapan" in words and len(words - {"?", "!"}) <= _IMPATIENT)


def judged(model: IntentModel, text: str) -> Part | None:
    """What the model makes of a part; None when it knows no word of it."""
    logits = model.logits(text)
    if logits is None:
        return None
    split = len(model.routes)
    scores = softmax(logits[:split] / model.temperatures[0]).tolist()
    routes = dict(zip(model.routes, scores, strict=True))
    topics = softmax(logits[split:] / model.temperatures[1])
    best = int(np.argmax(topics))
    reports = {name: routes.get(name, 0.0) for name in REPORTS}
    together = sum(reports.values()) + routes.get(ANNOUNCED, 0.0)
    report = max(REPORTS, key=lambda name: reports[name])
    return Part(routes.get("faq", 0.0), model.topics[best], float(topics[best]), report, together)


def _topic_in_context(model: IntentModel, way: Way) -> str:
    """The topic of a question such as "syaratnya apa aja?", whose subject is in the report; "" when that is unsure.

    The question is asked about every word of the report and every two neighbours; the surest topic counts.
    """
    asked = [word for word in model.normaliser.tokens(way.asking) if word not in FUNCTION_WORDS]
    matter = [word for word in asked if _bare(word) not in _EMPTY]
    if not way.marked or any(_bare(word) not in _GENERAL and word not in _ASKING for word in matter):
        return ""
    told = [word for word in model.normaliser.tokens(way.told) if word[0].islower() and word not in FUNCTION_WORDS]
    subjects = told[:MOST_SUBJECTS]
    phrases = [*subjects, *(f"{a} {b}" for a, b in pairwise(subjects))]
    answers = [part for phrase in phrases if (part := judged(model, " ".join((*matter, phrase))))]
    best = max(answers, key=lambda part: part.share, default=None)
    return best.topic if best and best.share >= IN_CONTEXT else ""


def _bare(word: str) -> str:
    return word.removesuffix("nya") or word
