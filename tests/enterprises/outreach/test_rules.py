"""The dates of postings, visits and releases as pure rules."""

import datetime

from hypothesis import given
from hypothesis import strategies as st

from enterprises.outreach.rules import due_bound, end_problem, is_due, posting_problem, visit_problem

days = st.dates(datetime.date(2000, 1, 1), datetime.date(2050, 1, 1))
maybe = st.none() | days


@given(day=days, since=days, founded=maybe, today=days)
def test_a_posting_starts_with_the_instructor_and_the_enterprise_there(day, since, founded, today):
    problem = posting_problem(started_on=day, instructor_from=since, founded_on=founded, today=today)
    assert (problem is None) == (max(since, founded or since) <= day <= today)


@given(day=days, start=days, today=days)
def test_an_end_lies_between_the_start_and_today(day, start, today):
    assert (end_problem(ended_on=day, started_on=start, today=today) is None) == (start <= day <= today)


@given(day=days, taken_in=days, released=maybe, today=days)
def test_a_visit_lies_within_the_liaison(day, taken_in, released, today):
    problem = visit_problem(visited_on=day, taken_in_on=taken_in, released_on=released, today=today)
    assert (problem is None) == (taken_in <= day <= min(today, released or today))


@given(last=days, today=days, wait=st.integers(1, 400))
def test_due_comes_with_age_and_stays(last, today, wait):
    assert is_due(last=last, today=today, days=wait) == ((today - last).days >= wait)
    if is_due(last=last, today=today, days=wait):
        assert is_due(last=last, today=today + datetime.timedelta(days=1), days=wait)
    assert is_due(last=due_bound(today, wait), today=today, days=wait)
