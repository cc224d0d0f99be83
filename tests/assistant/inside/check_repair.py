"""Repair of unknown words in the assistant's normaliser; run by test_inside.py in the assistant's environment."""

from __future__ import annotations

import tempfile
import time
import unittest
from pathlib import Path

from assistant.data import all_examples, faq_topics
from assistant.model import IntentModel
from assistant.normaliser import Normaliser, known_words, load_lexicon, written_words
from assistant.training import train

DATA = Path("tests/assistant/project/nlu_data")
LEXICON = {"gmn": "bagaimana", "p3k": "pppk", "sdh": "sudah", "3b": "iii/b"}
TEXTS = ["saya mau urus pensiun", "gmn kenaikan pangkat p3k", "pindah sdh lama", "uang saya kurang 2 juta?"] * 30


class RepairTest(unittest.TestCase):
    def setUp(self) -> None:
        self.words = known_words(written_words(TEXTS, LEXICON), LEXICON)
        self.normaliser = Normaliser(LEXICON, self.words)

    def test_joined_shortened_and_mistyped_words_read_as_they_were_meant(self) -> None:
        for written, meant in {
            "sayamauuruspensiun": ["saya", "mau", "urus", "pensiun"],
            "gmnp3kpindah?": ["bagaimana", "pppk", "pindah", "?"],
            "PNSIUN pndh kenaikn": ["pensiun", "pindah", "kenaikan"],
            "pensuin,pangkst": ["pensiun", "pangkat"],
            "sdhlama": ["sudah", "lama"],
        }.items():
            with self.subTest(written):
                assert self.normaliser.tokens(written) == meant

    def test_known_words_and_texts_that_were_learnt_from_do_not_change(self) -> None:
        plain = Normaliser(LEXICON)
        for text in [*TEXTS[:4], *self.words, "3b", "Rp 2.000 👍 12/3/2025"]:
            with self.subTest(text):
                assert self.normaliser.tokens(text) == plain.tokens(text)

    def test_classes_are_no_words_to_be_known(self) -> None:
        assert not {"Uang", "uang_", "2"} & set(self.words)

    def test_endless_words_take_less_than_two_seconds(self) -> None:
        for text in ("x" * 100_000, "sayamau" * 15_000, "a1" * 50_000, "pnsn" * 25_000, "qwrt " * 20_000):
            with self.subTest(text[:9]):
                begun = time.process_time()
                self.normaliser.tokens(text)
                assert time.process_time() - begun < 2

    def test_known_words_travel_with_the_saved_model(self) -> None:
        answers = {topic.code: topic.answer for topic in faq_topics(DATA)}
        model = train(all_examples(DATA), answers, load_lexicon(DATA / "lexicons"))
        with tempfile.TemporaryDirectory() as folder:
            model.save(Path(folder))
            loaded = IntentModel.load(Path(folder))
        assert model.normaliser.known
        assert loaded.normaliser.known == model.normaliser.known


if __name__ == "__main__":
    unittest.main()
