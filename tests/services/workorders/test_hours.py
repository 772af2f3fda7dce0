"""Deadlines against a count minute by minute and day by day; Spring Festival, a make-up Saturday, other zones."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.territory.calendar import national_exceptions
from portal.territory.rules import WorkCalendar
from services.workorders.rules import hours
from services.workorders.rules.hours import ZONE

CALENDAR = WorkCalendar(national_exceptions())
# Spring Festival 2026 (15–23 February off, 14 and 28 February made up) and National Day 2025 with its make-up days.
MOMENTS = st.one_of(
    st.datetimes(datetime(2026, 2, 9), datetime(2026, 3, 3)),
    st.datetimes(datetime(2025, 9, 26), datetime(2025, 10, 14)),
).map(lambda naive: naive.replace(second=0, microsecond=0, tzinfo=ZONE))


def _works(moment: datetime) -> bool:
    local = moment.astimezone(ZONE)
    return CALENDAR.is_working_day(local.date()) and any(a <= local.time() < b for a, b in hours.HOURS)


@settings(max_examples=60)
@given(MOMENTS, st.integers(1, 900))
def test_minutes_are_those_that_somebody_counts_one_by_one(start, minutes):
    moment, left = start, minutes
    while left:
        left -= _works(moment)
        moment += timedelta(minutes=1)
    assert hours.add_working_minutes(start, minutes, CALENDAR) == moment
    assert hours.working_minutes_between(start, moment, CALENDAR) == minutes


@settings(max_examples=100)
@given(MOMENTS, st.integers(0, 12))
def test_days_are_those_that_somebody_counts_one_by_one(start, days):
    day, left = start.date(), days
    while left:
        day += timedelta(days=1)
        left -= CALENDAR.is_working_day(day)
    assert hours.handle_deadline(start, days, CALENDAR) == datetime(
        day.year, day.month, day.day, 17, 30, tzinfo=ZONE
    )


@settings(max_examples=100)
@given(MOMENTS, st.integers(1, 600), st.integers(0, 3000))
def test_a_clock_that_stood_gives_back_what_it_stood(start, minutes, stood):
    due = hours.add_working_minutes(start, minutes, CALENDAR)
    since = min(start + timedelta(minutes=stood % 300), due)
    until = since + timedelta(minutes=stood)
    later = hours.pushed_back(due, since, until, CALENDAR)
    left_before = hours.working_minutes_between(since, due, CALENDAR)
    assert hours.working_minutes_between(until, later, CALENDAR) == left_before
    assert later >= due


@settings(max_examples=100)
@given(MOMENTS, st.integers(1, 900), st.integers(10, 400), st.integers(10, 400))
def test_shares_come_in_order(start, minutes, one, other):
    due = hours.add_working_minutes(start, minutes, CALENDAR)
    early, late = sorted((one, other))
    at = [hours.share_at(start, due, share, CALENDAR) for share in (early, late)]
    assert at[0] <= at[1]
    assert hours.share_at(start, due, 99, CALENDAR) <= due
    assert hours.share_at(start, due, 100, CALENDAR) == due


@pytest.mark.parametrize(
    "start, minutes, due",
    [
        ("2026-11-20T16:30", 120, "2026-11-23T10:00"),  # Friday afternoon: over the week-end
        ("2026-11-23T11:00", 60, "2026-11-23T14:00"),  # over lunch
        ("2026-11-21T10:00", 0, "2026-11-23T09:00"),  # nobody works on Saturday
        ("2026-02-13T17:00", 60, "2026-02-14T09:30"),  # the Saturday before Spring Festival is made up
        ("2026-02-14T17:00", 60, "2026-02-24T09:30"),  # then nine days off
        ("2026-11-23T17:30", 30, "2026-11-24T09:30"),  # closing time itself is no work
        ("2026-11-23T16:30", 60, "2026-11-23T17:30"),  # to the minute
    ],
)
def test_examples(start, minutes, due):
    found = hours.add_working_minutes(datetime.fromisoformat(start).replace(tzinfo=ZONE), minutes, CALENDAR)
    assert found == datetime.fromisoformat(due).replace(tzinfo=ZONE)


def test_the_servers_zone_does_not_matter():
    monday_morning = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # Monday 07:30 in Shanghai, Sunday in UTC
    assert hours.handle_deadline(monday_morning, 1, CALENDAR) == datetime(2026, 11, 24, 17, 30, tzinfo=ZONE)
    assert hours.add_working_minutes(monday_morning, 30, CALENDAR) == datetime(
        2026, 11, 23, 9, 30, tzinfo=ZONE
    )


def test_colours():
    due, warn = datetime(2026, 11, 23, 17, tzinfo=ZONE), datetime(2026, 11, 23, 15, tzinfo=ZONE)
    minute = timedelta(minutes=1)
    assert hours.light(now=warn - minute, warn_at=warn, due_at=due) == "green"
    assert hours.light(now=warn, warn_at=warn, due_at=due) == "yellow"
    assert hours.light(now=due, warn_at=warn, due_at=due) == "red"
    assert hours.light(now=due, warn_at=None, due_at=None) == ""


def test_the_default_times_follow_kind_and_urgency():
    assert hours.default_times("complaint", "normal").handle_days == 10
    assert hours.default_times("advice", "critical").handle_days == 1
    assert hours.default_times("help", "urgent").handle_days == 3
    assert hours.default_times("help", "normal").sign_hours == 2
    assert hours.close_of(date(2026, 11, 23)).hour == 17
