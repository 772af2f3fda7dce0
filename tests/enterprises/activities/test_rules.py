"""The rules of an activity: a plan lies ahead, what was held lies behind."""

import datetime

from hypothesis import given
from hypothesis import strategies as st

from enterprises.activities.rules import CANCELLED, HELD, MOVES, PLANNED, problems

TODAY = datetime.date(2026, 11, 21)
NEXT_YEAR = datetime.date(2027, 11, 22)
days = st.dates(datetime.date(2000, 1, 1), datetime.date(2050, 1, 1))


def values(**change):
    plain = {
        "title": "主题党日",
        "place": "",
        "summary": "",
        "held_on": TODAY,
        "status": HELD,
        "attendances": None,
    }
    return {**plain, **change}


@given(day=days, status=st.sampled_from([PLANNED, HELD]), set_up_on=st.none() | days)
def test_the_day_fits_the_state_and_the_organisation(day, status, set_up_on):
    found = problems(values(held_on=day, status=status), set_up_on=set_up_on, today=TODAY)
    fits = (day <= TODAY if status == HELD else TODAY <= day <= NEXT_YEAR) and (
        set_up_on is None or day >= set_up_on
    )
    assert ("held_on" not in found) == fits


@given(day=days, set_up_on=st.none() | days)
def test_any_day_may_be_cancelled(day, set_up_on):
    assert problems(values(held_on=day, status=CANCELLED), set_up_on=set_up_on, today=TODAY) == {}


@given(count=st.integers(-5, 200_000), status=st.sampled_from([PLANNED, HELD]))
def test_attendances(count, status):
    found = problems(values(attendances=count, status=status), set_up_on=None, today=TODAY)
    assert ("attendances" not in found) == (status == HELD and 0 <= count <= 100_000)


def test_nothing_leads_back_from_cancelled():
    assert MOVES[CANCELLED] == frozenset()
    assert PLANNED not in MOVES[HELD]
