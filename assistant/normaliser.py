"""Indonesian as people type it, brought into one shape before features are made.

Order matters: whole patterns (registration numbers, money, dates) become class tokens first, because splitting
into words would destroy them; abbreviations are looked up before repeated letters are squeezed, because
"iii/b" is a rank and not a stretched "i".
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from language.repair import Repairer

MAX_CHARACTERS = 6000
_HEAD = 4500  # of a text that is too long, this much of its beginning is read, and the rest from its end

_MONTHS = (
    "jan(?:uari)?|feb(?:ruari)?|pebruari|mar(?:et)?|apr(?:il)?|mei|juni?|juli?|agu?s?(?:tus)?|sept?(?:ember)?|"
    "okt(?:ober)?|nov(?:ember)?|nop(?:ember)?|des(?:ember)?"
)

# Patterns on lower-case text, most specific first. The class tokens cannot be typed: they contain a capital.
_CLASSES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b[a-z]{3}[-–. ]?\d{4}[-–. ][a-z0-9]{5}[-–. ][a-z0-9]\b"), " Noreg "),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+"), " Surel "),
    (re.compile(r"https?://(\S*?)/?(?=\s|$)"), r" Tautan \1 "),
    (re.compile(r"\b(?:19|20)\d{6}[ .]?(?:19|20)\d{4}[ .]?[12][ .]?\d{3}\b"), " Nip "),
    (re.compile(r"\b\d{16}\b"), " Nik "),
    (re.compile(r"(?:\+?62|\b0)[ -]?8\d{1,3}(?:[ -]?\d){5,9}\b"), " Telepon "),
    (re.compile(r"\brp\.? ?\d[\d.,]*(?: ?(?:rb|ribu|jt|juta|milyar|miliar|m|k)\b)?(?:,-)?"), " Uang "),
    (re.compile(r"\b\d[\d.,]* ?(?:rb|ribu|jt|juta|milyar|miliar|perak|rupiah)(?:an)?\b"), " Uang "),
    (re.compile(rf"\b\d{{1,2}}[ -](?:{_MONTHS})\b(?:[ -](?:19|20)?\d\d\b)?"), " Tanggal "),
    (re.compile(r"\b\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)?\d{2}\b"), " Tanggal "),
    (re.compile(r"\b\d{1,2}[:.]\d{2}(?= ?(?:wib|wita|wit)\b)"), " Jam "),
    (re.compile(r"\b\d{1,2}:\d{2}\b"), " Jam "),
    (re.compile(r"\b(?:19[5-9]|20[0-4])\d\b"), " Tahun "),
    (re.compile(r"\b\d+[\d.,]*%"), " Persen "),
    (re.compile(r"\bes ka\b"), "sk"),
    (re.compile(r"\b(my|si)[ -]asn\b"), r"\1asn"),
)

_EMOJI: tuple[tuple[str, str], ...] = (
    ("⭐🌟", "Bintang"),
    ("👍👌✅☑✔💯🆗", "Jempol"),
    ("👎❌✖🚫", "Tolak"),
    ("🙏", "Tangan"),
    ("❤💕💖😍🥰😘🤗💙💚", "Hati"),
    ("😀😁😂🤣😃😄😅😆😊😇🙂🙃😎🥳🎉👏", "Senyum"),
    ("😡😠🤬👿💢🖕💩🤮", "Marah"),
    ("😢😭😞😔😩😫😣🥺😥😰😓💔", "Sedih"),
    ("👋🖐✋", "Lambai"),
    ("❓❔🤔⁉", "?"),
)
_EMOJI_CLASS = {character: f" {name} " for characters, name in _EMOJI for character in characters}
_EMOJI_RANGES = ((0x1F000, 0x1FAFF), (0x2600, 0x27BF), (0x2B00, 0x2BFF), (0x2190, 0x21FF))

_TOKEN = re.compile(r"[A-Z][a-z]+|[a-z]+(?:['’][a-z]+)*|\d+|[?!]")
_REPEATED = re.compile(r"([a-z])\1{2,}")
_DOUBLED_WORD = re.compile(r"^([a-z]{3,})2(nya|an|in|kan)?$")
_RANK = re.compile(r"^(i{1,3}|iv)[/.-]([a-e])$")
_MIXED = re.compile(r"(?=\d*[a-z])(?=[a-z]*\d)[a-z\d]{6,}")  # "daftarp3kgimana"
_EDGE = ".,;:()[]{}<>\"“”'’`*_~|\\…-–—+=#&"


def load_lexicon(folder: Path) -> dict[str, str]:
    """Read slang and abbreviations: tab-separated `written<TAB>meant`, comments with #.

    Args:
        folder: holds `slang.tsv` and `singkatan.tsv`; an absent file counts as empty.
    """
    lexicon: dict[str, str] = {}
    for name in ("slang.tsv", "singkatan.tsv"):
        path = folder / name
        if not path.is_file():
            continue
        for line in path.read_text("utf-8").splitlines():
            written, _, meant = line.partition("\t")
            if meant and not line.startswith("#"):
                lexicon[written.strip().lower()] = meant.strip().lower()
    return lexicon


def _characters(text: str) -> str:
    """Map characters: emoji to classes, other scripts to one mark, control characters to spaces."""
    mapped: list[str] = []
    for character in text:
        if character.isascii():
            mapped.append(character if character.isprintable() else " ")
        elif character in _EMOJI_CLASS:
            mapped.append(_EMOJI_CLASS[character])
        elif any(low <= ord(character) <= high for low, high in _EMOJI_RANGES):
            mapped.append(" Emoji ")
        else:
            mapped.append(_other(character))
    return "".join(mapped)


def _other(character: str) -> str:
    category = unicodedata.category(character)
    if category[0] in "CM":  # control, format (zero width, direction), unassigned; combining marks
        return "" if category in ("Cf", "Mn", "Me") else " "
    if category[0] == "L":
        base = unicodedata.normalize("NFKD", character)[0]
        return base if base.isascii() else " Aksara "
    return character if character in "–’" else " "


class Normaliser:
    """Turns text into tokens.

    Args:
        lexicon: what is typed to what is meant.
        words: known words with their counts (see `known_words`); with them, unknown words are repaired.
    """

    def __init__(self, lexicon: Mapping[str, str] | None = None, words: Mapping[str, int] | None = None) -> None:
        self.lexicon = dict(lexicon or {})
        self.known = dict(words or {})
        self._repairer = Repairer(self.known)

    def tokens(self, text: str) -> list[str]:
        """Words, class tokens (`Uang`, `Nip`, ...), "?" and "!"; empty for a text without any.

        Never fails: lone surrogates, control characters and any length are taken.
        """
        result: list[str] = []
        for word in _words(text):
            self._word(word, result)
        return result

    def _word(self, word: str, result: list[str]) -> None:
        marks = [mark for mark in "?!" if mark in word]
        word = _stripped(word, self.lexicon)
        if word:
            self._plain(word, result)
        result.extend(mark for mark in marks if not (result and result[-1] == mark))

    def _plain(self, word: str, result: list[str]) -> None:
        if self._meant(word, result):
            return
        if doubled := _DOUBLED_WORD.match(word):
            word = doubled[1] + (doubled[2] or "")
        if self.known:
            word = _MIXED.sub(self._spaced, word)
        for run in word.split():
            if not self._meant(run, result):
                for part in _TOKEN.findall(run):
                    self._part(part, result)

    def _meant(self, word: str, result: list[str]) -> bool:
        """Whether the lexicon knows a word or it is a rank; what it stands for is then in the result."""
        known = self.lexicon.get(word, word)
        if rank := _RANK.match(known):
            result.append(f"Gol{rank[1]}{rank[2]}")
            return True
        if known is not word:
            result.extend(known.split())
        return known is not word

    def _spaced(self, match: re.Match[str]) -> str:
        return " ".join(form for form, _, _ in self._repairer.pieces(match.group()))

    def _part(self, part: str, result: list[str]) -> None:
        if part.isdigit():
            result.append(part if len(part) == 1 or part == "10" else "Angka")
            return
        squeezed = _REPEATED.sub(r"\1", part)
        known = self.lexicon.get(part) or self.lexicon.get(squeezed)
        if known is None:
            pieces = self._repairer.pieces(squeezed) if squeezed[0].islower() else ((squeezed, 0, 0),)
            known = " ".join(self.lexicon.get(form, form) for form, _, _ in pieces)
        # "AksaraAksara", five stars, a row of smileys: one is enough
        result.extend(t for t in known.split() if not (t[0].isupper() and result and result[-1] == t != "Bintang"))


def _words(text: str) -> list[str]:
    """Blank-separated words in lower case, with whole patterns brought into classes."""
    if len(text) > MAX_CHARACTERS:
        text = f"{text[:_HEAD]} {text[_HEAD - MAX_CHARACTERS :]}"
    text = unicodedata.normalize("NFKC", text.encode("utf-8", "ignore").decode("utf-8")).lower()
    text = _characters(text)
    for pattern, replacement in _CLASSES:
        text = pattern.sub(replacement, text)
    return text.split()


def _stripped(word: str, lexicon: Mapping[str, str]) -> str:
    whole = word.strip("?!")
    return whole if whole in lexicon else whole.strip(_EDGE)  # "a.n." is written with its dots


def written_words(texts: Iterable[str], lexicon: Mapping[str, str]) -> Iterator[Counter[str]]:
    """Each text's words as they are written and as the lexicon means them, with counts."""
    written, meant = Normaliser(), Normaliser(lexicon)
    for text in texts:
        whole = Counter(_stripped(word, lexicon) for word in _words(text))
        counts = Counter(written.tokens(text)) | Counter(meant.tokens(text)) | whole
        yield Counter({word: n for word, n in counts.items() if _is_word(word)})


def _is_word(word: str) -> bool:
    return word.isalnum() and word.isascii() and word.islower()


def known_words(texts: Iterable[Mapping[str, int]], lexicon: Mapping[str, str]) -> dict[str, int]:
    """The words that a model knows: of the texts that it is trained on and of the lexicon, with counts.

    Args:
        texts: `written_words` of each.
        lexicon: what is typed to what is meant.
    """
    counts = Counter({word: 1 for pair in lexicon.items() for word in " ".join(pair).split() if _is_word(word)})
    for text in texts:
        counts.update(text)
    return dict(sorted(counts.items()))
