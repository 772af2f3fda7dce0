"""The table of moves, windows, figures and the four-layer calendar, without a database."""

import datetime
from datetime import timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.booking.rules import calendar, figures, states
from services.booking.rules.calendar import Hours, Layers, Leave, Pattern, Reason, Slot, Span
from services.booking.rules.states import Actor, Facts, Party
from services.booking.rules.windows import (
    Windows,
    check_in_problem,
    offer_expires,
    place_in_line,
    reminder_due,
)

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime.datetime(2026, 11, 23, 9, tzinfo=ZONE)
WINDOWS = Windows()
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
STATUSES = sorted(
    {status for move in states.MOVES.values() for status in move.sources} | {"rated", "declined"}
)


def facts(status: str, **more) -> Facts:
    return Facts(**{"status": status, "starts_at": START, "ends_at": START + 30 * MINUTE} | more)


# -- moves ----------------------------------------------------------------------------------------------------------


@given(
    status=st.sampled_from(STATUSES),
    by=st.sets(st.sampled_from(list(Actor)), min_size=1),
    minutes=st.integers(-4000, 4000),
    mode=st.sampled_from(["onsite", "door", "online"]),
    offer=st.booleans(),
    notice=st.integers(0, 72),
)
def test_only_moves_of_the_table_are_open(status, by, minutes, mode, offer, notice):
    row = facts(status, mode=mode, has_offer=offer, notice_hours=notice)
    now = START + minutes * MINUTE
    for code in states.moves_open(row, by, now=now, windows=WINDOWS):
        move = states.MOVES[code]
        assert status in move.sources
        assert move.who & by
        assert states.move_problem(code, row, by, now=now, windows=WINDOWS) is None
    if by == {Actor.ENTERPRISE} and now > START - timedelta(hours=notice) and status in states.UPCOMING:
        assert not {"cancel", "reschedule"} & set(states.moves_open(row, by, now=now, windows=WINDOWS))


@pytest.mark.parametrize("status", ["rated", "cancelled", "declined"])
def test_what_has_ended_stays_ended(status):
    row = facts(status, has_offer=True)
    assert states.moves_open(row, list(Actor), now=START, windows=WINDOWS) == []


def test_a_leader_and_a_stranger_have_no_move():
    scope = SimpleNamespace(
        is_admin=False,
        managed=frozenset(),
        towns=frozenset(),
        institutions=frozenset(),
        enterprises=frozenset(),
    )
    party = Party(district_id=1, town_id=2, uscc="X")
    assert states.actors(scope, party) == frozenset()
    scope.enterprises = frozenset({"X"})
    assert states.actors(scope, party) == {Actor.ENTERPRISE}
    assert not states.actors(scope, Party(district_id=1, town_id=2, uscc="Y"))


@pytest.mark.parametrize("minutes,is_open", [(-31, False), (-30, True), (0, True), (15, True), (16, False)])
def test_check_in_from_minus_30_to_plus_15(minutes, is_open):
    assert (check_in_problem(START, START + minutes * MINUTE, WINDOWS) is None) is is_open


def test_offers_end_with_the_session_and_reminders_are_for_the_early():
    assert offer_expires(START - DAY, START, WINDOWS) == START - DAY + 120 * MINUTE
    assert offer_expires(START - 30 * MINUTE, START, WINDOWS) == START
    assert reminder_due(START - 2 * DAY, START, START - 23 * 60 * MINUTE, WINDOWS)
    assert not reminder_due(START - 2 * DAY, START, START - 25 * 60 * MINUTE, WINDOWS)
    assert not reminder_due(START - timedelta(hours=5), START, START - timedelta(hours=4), WINDOWS)


@given(st.sets(st.integers(1, 10_000), min_size=1))
def test_the_place_in_line_is_first_come_first_served(ids):
    line = sorted(ids)
    assert [place_in_line(list(ids), one) for one in line] == list(range(1, len(line) + 1))
    assert place_in_line(line, 0) is None


# -- figures --------------------------------------------------------------------------------------------------------


def test_cancelled_bookings_are_counted_apart_and_not_left_out():
    counts = figures.Counts(
        capacity=10, booked=7, bookings=9, served=6, no_shows=1, cancelled=2, rated=2, scores=9
    )
    assert figures.fill_rate(counts) == 0.7
    assert figures.no_show_rate(counts) == 0.1429
    assert figures.cancel_rate(counts) == 0.2222
    assert figures.satisfaction(counts) == 4.5
    assert figures.lead_days(figures.Counts(lead_count=2, lead_hours=72)) == 1.5
    assert figures.fill_rate(figures.Counts()) is None
    assert [figures.needs_follow_up(score) for score in (1, 2, 3)] == [True, True, False]


# -- calendar -------------------------------------------------------------------------------------------------------

MONDAY = datetime.date(2026, 11, 23)
OPEN = [Hours(day, datetime.time(9), datetime.time(17)) for day in range(5)]


def pattern(weekday: int, **more) -> Pattern:
    given = {"starts_at": datetime.time(9), "ends_at": datetime.time(10), "valid_from": MONDAY - 30 * DAY}
    return Pattern(key=weekday, weekday=weekday, **given | more)


def layers(**more) -> Layers:
    return Layers(zone=ZONE, **{"hours": OPEN, "patterns": [pattern(day) for day in range(5)]} | more)


def starts(day: datetime.date, rows: Layers) -> list[str]:
    return [f"{one.starts_at:%m-%d %H:%M}" for one in calendar.planned(day, rows)]


def test_each_layer_takes_its_days():
    noon = datetime.datetime.combine(MONDAY, datetime.time(8), tzinfo=ZONE)
    assert starts(MONDAY, layers()) == ["11-23 09:00"]
    assert starts(MONDAY, layers(exceptions={MONDAY: False})) == []
    assert starts(MONDAY, layers(hours=[])) == []
    assert starts(MONDAY, layers(closures=[Span(noon, noon + 2 * 60 * MINUTE, "检修")])) == []
    assert starts(MONDAY, layers(closures=[Span(noon, noon + 60 * MINUTE, "检修")])) == ["11-23 09:00"]
    assert starts(MONDAY, layers(patterns=[pattern(0, member=7)], leaves=[Leave(7, MONDAY, MONDAY)])) == []
    assert starts(MONDAY, layers(patterns=[pattern(0, ends_at=datetime.time(18))])) == []
    assert starts(MONDAY, layers(patterns=[pattern(0, valid_to=MONDAY - DAY)])) == []


def test_a_make_up_saturday_is_worked_like_the_friday_before_it():
    saturday, sunday = MONDAY + 5 * DAY, MONDAY + 6 * DAY
    assert starts(saturday, layers()) == []
    assert starts(saturday, layers(exceptions={saturday: True})) == ["11-28 09:00"]
    only_friday = layers(exceptions={saturday: True, sunday: True}, patterns=[pattern(4)])
    assert (starts(saturday, only_friday), starts(sunday, only_friday)) == (["11-28 09:00"], [])
    own = [*OPEN, Hours(5, datetime.time(9), datetime.time(12))]
    assert starts(saturday, layers(exceptions={saturday: True}, hours=own)) == []  # its own hours, no pattern


def why(day: datetime.date, rows: Layers, slots=(), now: datetime.datetime = START - DAY, lead: int = 0):
    found = calendar.explain(
        day, rows, slots, now=now, bookable_from=now + lead * MINUTE, released_until=MONDAY + 92 * DAY
    )
    return found and found.reason


def slot(hour: int = 9, booked: int = 0, **more) -> Slot:
    start = START.replace(hour=hour)
    return Slot(1, start, start + 30 * MINUTE, 2, booked, **more)


def test_every_day_without_a_time_says_why():
    assert why(MONDAY, layers(), [slot()]) is None
    assert why(MONDAY, layers(), [slot(booked=2)]) == Reason.FULL
    assert why(MONDAY, layers(), [slot(booked=2), slot(11)]) is None
    assert why(MONDAY, layers(), [slot()], now=START + MINUTE) == Reason.PAST
    assert why(MONDAY, layers(), [slot()], now=START - MINUTE, lead=60) == Reason.TOO_SOON
    assert why(MONDAY, layers(), [slot(closed_reason="台风")]) == Reason.CLOSURE
    assert why(MONDAY - 7 * DAY, layers()) == Reason.PAST
    assert why(MONDAY, layers(exceptions={MONDAY: False})) == Reason.HOLIDAY
    assert why(MONDAY + 5 * DAY, layers()) == Reason.WEEKDAY
    assert why(MONDAY, layers(patterns=[])) == Reason.NO_PATTERN
    assert why(MONDAY + 140 * DAY, layers()) == Reason.NOT_RELEASED


@given(
    offset=st.integers(0, 90),
    working=st.sampled_from([None, True, False]),
    booked=st.integers(0, 2),
    patterns=st.sets(st.integers(0, 6)),
)
def test_a_day_has_a_free_time_or_a_reason_never_both(offset, working, booked, patterns):
    day = MONDAY + offset * DAY
    rows = layers(
        patterns=[pattern(weekday) for weekday in patterns],
        exceptions={} if working is None else {day: working},
    )
    slots = [
        Slot(n, one.starts_at, one.ends_at, 2, booked) for n, one in enumerate(calendar.planned(day, rows))
    ]
    reason = why(day, rows, slots)
    assert (reason is None) == any(one.free for one in slots)
