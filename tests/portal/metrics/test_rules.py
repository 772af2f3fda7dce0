"""Days and periods: whole, without a gap, whatever the calendar."""

import datetime
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from portal.metrics import rules

DAYS = some.dates(min_value=datetime.date(2000, 1, 1), max_value=datetime.date(2099, 12, 31))
MARCH = datetime.date(2026, 3, 1)
FEW = settings(max_examples=60)


@FEW
@given(DAYS, DAYS, some.sampled_from(rules.STEPS))
def test_periods_touch_without_a_gap_and_have_names_of_their_own(one, other, step):
    first, last = min(one, other), min(max(one, other), min(one, other) + datetime.timedelta(days=900))
    begins = rules.starts(first, last, step)
    assert begins[0] <= first
    assert rules.next_start(begins[-1], step) > last
    assert all(rules.next_start(a, step) == b for a, b in pairwise(begins))
    assert len({rules.period_key(begin, step) for begin in begins}) == len(begins)


@FEW
@given(DAYS, some.sampled_from(("day", "month", "quarter", "year", "all")))
def test_a_comparison_looks_back_over_whole_months(day, period):
    now, before, year_before = rules.comparison(day, period)
    assert now[1] == day
    assert before[1] < day
    assert year_before[1] == rules.shifted(day, -12)
    assert all(first <= last for first, last in (now, before, year_before))
    assert rules.shifted(rules.shifted(day.replace(day=1), -7), 7) == day.replace(day=1)


@FEW
@given(some.lists(some.tuples(DAYS, some.integers(0, 40)), max_size=60))
def test_merged_windows_cover_the_same_days_and_are_few(windows):
    windows = [(first, first + datetime.timedelta(days=length)) for first, length in windows]
    merged = rules.merged(windows)
    assert len(merged) <= rules.MOST_WINDOWS
    assert all(any(a <= first and last <= b for a, b in merged) for first, last in windows)


def test_the_last_day_of_the_calendar_may_be_named_twice():
    """9999-12-31 is how many write "for good"."""
    end = datetime.date.max
    assert rules.merged([(end, end), (end, end), (MARCH, MARCH)]) == [(MARCH, MARCH), (end, end)]


def test_days_become_ranges():
    day = datetime.date(2026, 3, 1)
    assert rules.ranges([day, None, day + rules.ONE_DAY, day]) == [(day, day + rules.ONE_DAY)]
    assert rules.ranges((day, day)) == [(day, day)]
    assert rules.ranges([None]) == []
    with pytest.raises(ValueError, match="before it begins"):
        rules.ranges((day, day - rules.ONE_DAY))


def test_rates_round_halves_up_and_need_a_whole():
    assert rules.rate(Decimal(4044), Decimal(4294)) == Decimal("94.18")
    assert rules.rate(Decimal(1), Decimal(0)) is None
    assert rules.month_ends(datetime.date(2026, 3, 31))[-2:] == [
        datetime.date(2026, 2, 28),
        datetime.date(2026, 3, 31),
    ]
