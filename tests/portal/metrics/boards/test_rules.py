"""Ranking: ties share a place, the unknown have none, and nobody is lost."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.metrics.boards.rules import ranked, standings

VALUES = st.dictionaries(
    st.text("abcdefgh", min_size=1, max_size=2),
    st.none() | st.integers(-5, 5).map(Decimal),
    max_size=12,
)


@settings(max_examples=60)
@given(VALUES, st.booleans())
def test_a_place_is_one_more_than_those_who_are_better(values, lowest_first):
    places = ranked(values, lowest_first=lowest_first)
    assert places.keys() == values.keys()
    for key, place in places.items():
        mine = values[key]
        if mine is None:
            assert place is None
            continue
        others = [value for value in values.values() if value is not None]
        better = [value for value in others if (value < mine if lowest_first else value > mine)]
        assert place == len(better) + 1


@settings(max_examples=60)
@given(VALUES, VALUES, st.booleans())
def test_a_board_lists_everybody_best_first_with_the_place_of_the_month_before(now, before, lowest_first):
    given_lines = [(key, key.upper(), value) for key, value in now.items()]
    lines = standings(given_lines, before, lowest_first=lowest_first)
    assert sorted(line.key for line in lines) == sorted(now)
    places = [line.place for line in lines if line.place is not None]
    assert places == sorted(places)
    assert all(line.place is None for line in lines[len(places) :])
    earlier = ranked({key: before.get(key) for key in now}, lowest_first=lowest_first)
    assert {line.key: line.previous_place for line in lines} == earlier


def test_the_second_of_two_equals_is_first_too_and_the_third_is_third():
    now = [("a", "甲", Decimal(7)), ("b", "乙", Decimal(9)), ("c", "丙", Decimal(9)), ("d", "丁", None)]
    lines = standings(now, {"a": Decimal(3), "b": Decimal(1)})
    assert [(line.key, line.place, line.previous_place, line.climbed) for line in lines] == [
        ("b", 1, 2, 1), ("c", 1, None, None), ("a", 3, 1, -2), ("d", None, None, None),
    ]  # fmt: skip
