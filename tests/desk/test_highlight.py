"""The citizen's text cut at the borders of its marks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from desk.highlight import Mark, stretches

MARKS = st.lists(
    st.builds(
        Mark,
        key=st.sampled_from(["fraud", "category", "field-1"]),
        label=st.just("x"),
        start=st.integers(-5, 40),
        end=st.integers(-5, 40),
    ),
    max_size=6,
)


@given(st.text(max_size=30), MARKS)
def test_no_character_is_lost_whatever_the_marks(text: str, marks: list[Mark]) -> None:
    assert "".join(stretch.text for stretch in stretches(text, marks)) == text


def test_overlapping_marks_share_a_stretch() -> None:
    cut = stretches("uang rokok", [Mark("fraud", "F", 0, 10), Mark("field-1", "Uang", 0, 4)])

    assert [(s.text, s.keys, s.tone) for s in cut] == [("uang", "fraud field-1", "fraud"), (" rokok", "fraud", "fraud")]
    assert cut[0].tip == "F · Uang"
