"""Errors of the calibration folds are kept, and all guesses can be listed; run by test_inside.py."""

from __future__ import annotations

import unittest
from pathlib import Path

from assistant.data import all_examples
from assistant.mistakes import confident_mistakes
from assistant.training import train
from assistant.understand import ROUTES, understand
from language.mistakes import Mistake

DATA = Path("tests/assistant/project/nlu_data")


class MistakesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.examples = all_examples(DATA)
        cls.mistakes: list[Mistake] = []
        cls.model = train(cls.examples, mistakes=cls.mistakes)

    def test_training_keeps_errors_on_its_own_examples_most_confident_first(self) -> None:
        labels = {(example.text, example.label) for example in self.examples}

        assert all((each.text, each.truth) in labels and each.said != each.truth for each in self.mistakes)
        assert self.mistakes == sorted(self.mistakes, key=lambda each: -each.probability)

    def test_keeping_them_changes_nothing(self) -> None:
        again = train(self.examples)

        assert (again.weights == self.model.weights).all()
        assert again.temperatures == self.model.temperatures

    def test_only_what_would_be_acted_on_is_an_error(self) -> None:
        text = self.examples[0].text
        scores = self.model.logits(text)[None, :]

        assert confident_mistakes(self.model, scores, [text], ["another"])[0].truth == "another"
        assert confident_mistakes(self.model, scores * 0, [text], ["another"]) == []

    def test_the_whole_ranking_adds_up_to_one_and_names_routes(self) -> None:
        (answer,) = understand([self.examples[0].text.encode()], self.model, ranking=10_000)

        assert abs(sum(guess["confidence"] for guess in answer["ranking"]) - 1) < 0.01
        assert {guess["route"] for guess in answer["ranking"]} <= set(ROUTES.values()) | {None}


if __name__ == "__main__":
    unittest.main()
