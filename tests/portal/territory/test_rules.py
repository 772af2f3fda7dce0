"""Working days: whatever the exceptions, the quick count equals counting day by day."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.territory.rules import WorkCalendar, is_weekday, weekdays_before

DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2027, 12, 31))
CALENDARS = st.dictionaries(DAYS, st.booleans(), max_size=60).map(WorkCalendar)


@given(CALENDARS, DAYS, st.integers(0, 500))
def test_between_equals_a_count_day_by_day(calendar, start, length):
    end = start + timedelta(days=length)
    counted = sum(calendar.is_working_day(start + timedelta(days=n)) for n in range(1, length + 1))
    assert calendar.working_days_between(start, end) == counted
    assert calendar.working_days_between(end, start) == -counted


@given(CALENDARS, DAYS, st.integers(-60, 60))
def test_adding_ends_on_a_working_day_that_many_away(calendar, start, days):
    end = calendar.add_working_days(start, days)
    if days > 0:
        assert calendar.is_working_day(end)
        assert calendar.working_days_between(start, end) == days
    elif days == 0:
        assert end == start
    else:
        assert calendar.is_working_day(end)
        assert end < start


@given(CALENDARS, DAYS)
def test_next_working_day_is_the_first_one(calendar, day):
    found = calendar.next_working_day(day)
    assert calendar.is_working_day(found)
    between = (day + timedelta(days=n) for n in range((found - day).days))
    assert not any(calendar.is_working_day(d) for d in between)


@given(DAYS)
def test_weekdays_are_counted_from_the_first_monday(day):
    assert weekdays_before(day + timedelta(days=1)) - weekdays_before(day) == is_weekday(day)
