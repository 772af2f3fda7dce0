"""Terms and states of agreements, for any days."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from enterprises.cobuilding import rules

DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
LENGTHS = st.integers(1, 4000)


@st.composite
def terms(draw):
    """A term as the database accepts it: (start, end or none, early end or none)."""
    starts_on = draw(DAYS)
    ends_on = draw(st.none() | LENGTHS.map(lambda days: starts_on + timedelta(days)))
    latest = (ends_on - starts_on).days if ends_on else 4000
    ended_on = draw(st.none() | st.integers(0, latest).map(lambda days: starts_on + timedelta(days)))
    return starts_on, ends_on, ended_on


@settings(max_examples=60)
@given(terms(), DAYS)
def test_in_force_from_the_first_day_until_it_is_out_of_force(term, day):
    starts_on, ends_on, ended_on = term
    out = rules.out_of_force_on(ends_on, ended_on)
    state = rules.status_on(day, starts_on=starts_on, ends_on=ends_on, ended_on=ended_on)
    assert (state == rules.IN_FORCE) == (starts_on <= day and (out is None or day < out))
    assert (state == rules.PENDING) == (day < starts_on and (out is None or day < out))
    assert state in rules.MOVES
    assert state in rules.LABELS


@settings(max_examples=60)
@given(terms())
def test_the_next_term_is_as_long_and_accepted(term):
    starts_on, ends_on, _ = term
    offered = rules.next_term(starts_on, ends_on)
    assert bool(offered) == (ends_on is not None)
    if offered:
        assert offered["ends_on"] - offered["starts_on"] == ends_on - starts_on
        assert not rules.renewal_problem(offered["starts_on"], ends_on=ends_on)
        assert rules.renewal_problem(ends_on, ends_on=ends_on)


@settings(max_examples=60)
@given(DAYS, DAYS, st.none() | DAYS, DAYS)
def test_what_is_accepted_is_in_order(signed_on, starts_on, ends_on, today):
    problems = rules.agreement_problems(
        title="共建协议", content="", signed_on=signed_on, starts_on=starts_on, ends_on=ends_on, today=today
    )
    assert (not problems) == (signed_on <= min(today, starts_on) and (ends_on is None or ends_on > starts_on))


def test_the_end_of_the_calendar_is_no_term():
    day = date(2026, 3, 1)
    told = {"title": "共建协议", "content": "", "signed_on": day, "today": day}
    assert "ends_on" in rules.agreement_problems(starts_on=day, ends_on=date.max, **told)
    assert not rules.agreement_problems(starts_on=day, ends_on=rules.LAST_DAY, **told)
