"""The tokens of one text as plain lists: asking spaCy's tokens one by one costs more than all the rules together."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate

from spacy.attrs import ORTH, SPACY
from spacy.tokens import Doc

from classifiers.extract.numbers import Found
from classifiers.lexicons import word_set

PLAIN_MARK = "*"
"""What stands behind terms of our lists that are also everyday words."""

NOT_NAMES = word_set(
    "Saya Kami Kita Yang Dan Di Ke Dari Pada Untuk Dengan Karena Tidak Sudah Belum Mohon Tolong Terima Kasih "
    "Selamat Pagi Siang Sore Malam NIP NIK SK TMT ASN PNS CPNS PPPK Tanggal Nomor No Atas Nama Sejak Bulan Tahun "
    "Ini Itu Tapi Namun Ketika Saat Waktu Setelah Padahal Beliau Dia Mereka Kalau Jika"
)


class Tokens:
    """The tokens of one text as plain lists, with what the word lists say at each start.

    Args:
        doc: of the text.
        text: the text.
        common: everyday words.
        listed: terms of the lists: their list, first and last token (exclusive).
    """

    def __init__(self, doc: Doc, text: str, common: frozenset[str], listed: Iterable[tuple[str, int, int]]) -> None:
        self.text = text
        self.common = common
        strings = doc.vocab.strings
        codes = doc.to_array([ORTH, SPACY])
        self.texts = [strings[code] for code in codes[:, 0].tolist()]
        self.lowers = [token.lower() for token in self.texts]
        widths = (len(token) + space for token, space in zip(self.texts, codes[:, 1].tolist(), strict=True))
        self.starts = list(accumulate(widths, initial=0))[:-1]
        self.titled = [token.istitle() for token in self.texts]
        self.places: dict[int, int] = {}
        self.units: dict[int, int] = {}
        self.titles: dict[int, int] = {}
        self.plain: set[int] = set()
        self.listed: set[int] = set()
        by_label = {"PLACE": self.places, "UNIT": self.units, "TITLE": self.titles}
        for label, start, end in listed:
            by_label[label.removesuffix(PLAIN_MARK)][start] = end
            self.listed.update(range(start, end))
            if label.endswith(PLAIN_MARK):
                self.plain.add(start)

    def __len__(self) -> int:
        return len(self.texts)

    def lower(self, index: int) -> str:
        """Lower-case token, or nothing past either end."""
        return self.lowers[index] if 0 <= index < len(self.lowers) else ""

    def is_title(self, index: int) -> bool:
        """Whether the token is written like a name."""
        return 0 <= index < len(self.titled) and self.titled[index]

    def is_letter(self, index: int) -> bool:
        """Whether the token is a single capital letter, as in "gedung B"."""
        return 0 <= index < len(self.texts) and len(self.texts[index]) == 1 and self.texts[index].isupper()

    def span(self, name: str, start: int, end: int) -> Found:
        """The characters of tokens `start` to `end` (exclusive)."""
        return name, self.starts[start], self.starts[end - 1] + len(self.texts[end - 1])

    def name_run(self, index: int, limit: int) -> int:
        """The token after at most `limit` capitalised name words, initials included."""
        end = index
        while end < len(self.texts) and end - index < limit:
            token = self.texts[end]
            initial = token.isupper() and len(token) == 1
            if not (token.istitle() or initial) or not token.isalpha() or token in NOT_NAMES:
                break
            end += 1
        return end
