"""A part of the data for the peers that cannot learn all of it."""

from __future__ import annotations

from collections import Counter

from assistant.data import Example, all_examples
from benchmarks.sample import sample, sampled_copy
from sigap.settings import ROOT


def test_a_sample_holds_so_many_of_each_label_and_none_that_is_longer():
    examples = all_examples(ROOT / "nlu_data")

    kept = sample(examples, per_label=5, words=12)

    assert {len(each.text.split()) <= 12 for each in kept} == {True}
    assert set(Counter(each.label for each in kept).values()) == {5}
    assert sample(list(reversed(examples)), per_label=5, words=12) == kept[::-1]


def test_without_limits_everything_stays():
    examples = [Example("a b c", "x"), Example("d", "y")]

    assert sample(examples, per_label=None) == examples


def test_a_copy_of_the_data_holds_the_sample_of_each_kind_and_all_answers(tmp_path):
    count = sampled_copy(ROOT / "nlu_data", tmp_path / "part", per_label=3, words=20)

    copied = all_examples(tmp_path / "part")
    assert len(copied) == count
    assert {each.label for each in copied} == {each.label for each in all_examples(ROOT / "nlu_data")}
    assert max(len(each.text.split()) for each in copied) <= 20
    assert (tmp_path / "part" / "lexicons").is_dir()
