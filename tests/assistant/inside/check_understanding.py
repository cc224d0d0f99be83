# ruff: noqa: PT027 - pytest is not in the assistant environment
"""The normaliser, the model and the line command; run by test_inside.py in the assistant's environment."""

from __future__ import annotations

import copy
import io
import json
import tarfile
import tempfile
import unittest
from pathlib import Path

import numpy as np

from assistant.data import all_examples, faq_topics
from assistant.evaluate import Judged, figures
from assistant.features import pair_features
from assistant.model import FALLBACK, IntentModel, ModelError, Thresholds
from assistant.normaliser import Normaliser, load_lexicon
from assistant.training import train
from assistant.understand import read_model, run, understand

DATA = Path("tests/assistant/project/nlu_data")


class NormaliserTest(unittest.TestCase):
    def setUp(self) -> None:
        self.tokens = Normaliser({"gmn": "bagaimana", "3b": "iii/b", "a.n.": "atas nama", "ga": "tidak"}).tokens

    def test_slang_case_width_and_stretched_letters_are_brought_into_one_shape(self) -> None:
        assert self.tokens("GMN siiiihhh ｋａｋ") == ["bagaimana", "sih", "kak"]

    def test_an_abbreviation_with_dots_is_known(self) -> None:
        assert self.tokens("a.n. Budi") == ["atas", "nama", "budi"]

    def test_ranks_are_one_thing_however_they_are_written(self) -> None:
        assert self.tokens("3b") == self.tokens("III/b")
        assert self.tokens("iii.b") == self.tokens("III-B")

    def test_numbers_become_what_they_are(self) -> None:
        for text, token in {
            "BKN-2611-7K3QF-M": "Noreg",
            "198501012010011001": "Nip",
            "19850101 201001 1 001": "Nip",
            "3174012345678901": "Nik",
            "0812-0000-1234": "Telepon",
            "+6281200001234": "Telepon",
            "Rp 2.500.000,-": "Uang",
            "2,5 jt": "Uang",
            "500rb": "Uang",
            "12/3/2025": "Tanggal",
            "5 Maret 2024": "Tanggal",
            "2019": "Tahun",
            "4711": "Angka",
        }.items():
            with self.subTest(text):
                assert self.tokens(text) == [token]

    def test_a_single_digit_is_kept_because_it_may_be_a_rating(self) -> None:
        assert self.tokens("bintang 5") == ["bintang", "5"]

    def test_questions_and_exclamations_are_kept_once(self) -> None:
        assert self.tokens("ga bisa???!!") == ["tidak", "bisa", "?", "!"]

    def test_emoji_and_other_scripts_become_classes(self) -> None:
        assert self.tokens("👍👍") == ["Jempol"]
        assert self.tokens("⭐⭐⭐") == ["Bintang"] * 3
        assert self.tokens("Привет мир") == ["Aksara"]

    def test_nothing_breaks_it(self) -> None:
        for text in ("", " \n\t", "\x00\x01\x1b[0m", "\u200b\u202e", "\ud800", "\ufffd" * 9, "?", "/", "é" * 9):
            with self.subTest(repr(text)):
                assert isinstance(self.tokens(text), list)

    def test_a_very_long_text_is_read_from_both_ends(self) -> None:
        tokens = self.tokens("awal " + "isi " * 30_000 + "akhir")
        assert (tokens[0], tokens[-1]) == ("awal", "akhir")
        assert len(tokens) < 2000

    def test_a_missing_lexicon_counts_as_empty(self) -> None:
        assert load_lexicon(Path("no/such/folder")) == {}


class FeaturesTest(unittest.TestCase):
    def test_word_order_and_function_words_do_not_change_pairs(self) -> None:
        assert pair_features(["cuti", "kapan", "guru", "ya"]) == pair_features(["guru", "cuti", "kapan"])
        assert "p:cuti guru" in pair_features(["cuti", "untuk", "guru"])

    def test_a_long_text_has_no_pairs(self) -> None:
        words = [f"kata{letter}" for letter in "abcdefghijklmnopq"]
        assert not any(" " in feature for feature in pair_features(words))


class ModelTest(unittest.TestCase):
    model: IntentModel

    @classmethod
    def setUpClass(cls) -> None:
        answers = {topic.code: topic.answer for topic in faq_topics(DATA)}
        cls.examples = all_examples(DATA)
        cls.model = train(cls.examples, answers, load_lexicon(DATA / "lexicons"))

    def with_thresholds(self, least: float) -> IntentModel:
        changed = copy.copy(self.model)
        changed.thresholds = Thresholds(least, least, least)
        return changed

    def test_it_knows_what_it_learnt(self) -> None:
        right = [self.model.decide(e.text).ranking[0] for e in self.examples]
        labels = [f"faq/{g.topic}" if g.topic else g.intent for g in right]
        assert labels == [e.label for e in self.examples]

    def test_slang_is_understood_through_the_lexicon_it_carries(self) -> None:
        assert self.model.decide("karpeg hilang gmn").topic == "karpeg"

    def test_probabilities_of_all_labels_sum_to_one(self) -> None:
        logits = self.model.logits("halo min, kapan saya pensiun?")
        assert logits is not None
        assert abs(float(self.model.probabilities(logits).sum()) - 1.0) < 1e-5

    def test_what_has_no_known_word_is_asked_back_without_a_guess(self) -> None:
        for text in ("", "🫠🫠", "зззз", "\x00", "////"):
            with self.subTest(text):
                decision = self.model.decide(text)
                assert (decision.intent, decision.ranking) == (FALLBACK, ())

    def test_an_unsure_decision_keeps_its_best_guesses(self) -> None:
        logits = self.model.logits("halo, kartu pegawai")
        assert logits is not None
        probabilities = self.model.probabilities(logits)
        careful = self.with_thresholds(1.0).decide_from(probabilities)
        bold = self.with_thresholds(0.0).decide_from(probabilities)
        assert careful.intent == FALLBACK
        assert careful.ranking == bold.ranking
        assert len(careful.ranking) >= 2
        assert bold.intent == bold.ranking[0].intent

    def test_topics_that_share_a_question_stay_ahead_of_a_single_other_intent(self) -> None:
        model = self.with_thresholds(0.99)
        shares = {"lapor": 0.4}
        topics = [label for label in model.labels if label.startswith("faq/")][:2]
        shares |= {topics[0]: 0.35, topics[1]: 0.25}
        decision = model.decide_from(np.array([shares.get(label, 0.0) for label in model.labels]))
        assert decision.intent == FALLBACK
        assert decision.ranking[0].topic == topics[0].removeprefix("faq/")
        assert decision.ranking[1].intent == "lapor"

    def test_a_hundred_kilobytes_are_understood(self) -> None:
        assert self.model.decide("kapan saya pensiun " * 5500).intent is not None

    def test_saved_and_loaded_it_decides_the_same(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            self.model.save(Path(name))
            loaded = IntentModel.load(Path(name))
        for example in self.examples:
            before, after = self.model.decide(example.text), loaded.decide(example.text)
            assert (before.intent, before.topic) == (after.intent, after.topic)
            assert abs(before.confidence - after.confidence) < 0.01

    def test_training_twice_gives_the_same_model(self) -> None:
        again = train(self.examples, {t.code: t.answer for t in faq_topics(DATA)}, load_lexicon(DATA / "lexicons"))
        assert (again.weights == self.model.weights).all()
        assert again.temperatures == self.model.temperatures

    def test_foreign_files_are_refused_with_a_reason(self) -> None:
        for head, arrays in ((b"{}", b""), (b'{"format": 99}', b""), (b"\xff", b"")):
            with self.assertRaises(ModelError):
                IntentModel.from_bytes(head, arrays)

    def test_figures_count_what_was_judged(self) -> None:
        result = figures([Judged(e.text, e.label, self.model.decide(e.text)) for e in self.examples])
        assert (result["label_accuracy"], result["in_scope_refused"]) == (1.0, 0.0)


class LinesTest(ModelTest):
    def test_each_line_gives_an_object_and_bad_bytes_are_reported(self) -> None:
        target, faults = io.StringIO(), io.StringIO()
        run(io.BytesIO(b"halo\n\n\xff\xfe karpeg hilang\n\xf0\x9f\x98\x80"), target, faults, self.model)
        rows = [json.loads(line) for line in target.getvalue().splitlines()]
        assert [row["route"] for row in rows] == ["greet", None, "faq", None]
        assert rows[2]["error"] == "line 3: not UTF-8"
        assert faults.getvalue() == "line 3: not UTF-8\n"
        assert rows[1]["abstain"]

    def test_only_a_line_feed_ends_a_line(self) -> None:
        rows = list(understand(["halo\u2028min\x0b\x0cya\r\n".encode()], self.model))
        assert len(rows) == 1

    def test_the_model_is_read_out_of_rasas_file(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            self.model.save(Path(name))
            path = Path(name) / "m.tar.gz"
            with tarfile.open(path, "w:gz") as archive:
                for part in ("model.json", "weights.npz"):
                    archive.add(Path(name) / part, f"components/train_assistant.nlu.SigapNLU0/{part}")
            assert read_model(path).labels == self.model.labels

    def test_a_file_that_is_no_model_is_refused(self) -> None:
        with self.assertRaises(ModelError):
            read_model(Path("pyproject.toml"))


if __name__ == "__main__":
    unittest.main()
