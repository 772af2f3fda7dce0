"""The arrows between two rows of segments."""

from hypothesis import given
from hypothesis import strategies as st

from chains.industry.rules import ladder


@given(st.integers(1, 20), st.integers(1, 20))
def test_every_segment_on_either_side_has_an_arrow(left, right):
    arrows = list(ladder(range(left), range(right)))
    assert {source for source, _target in arrows} == set(range(left))
    assert {target for _source, target in arrows} == set(range(right))
    assert len(set(arrows)) == len(arrows)


def test_nothing_to_point_at():
    assert list(ladder([1, 2], [])) == []
