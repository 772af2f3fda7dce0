"""Freshness and the difference that a survey makes, for every day and value."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enterprises.profile import rules
from enterprises.profile.rules import Freshness, freshness, freshness_bounds

DAYS = st.dates(min_value=datetime.date(1990, 1, 1), max_value=datetime.date(2090, 1, 1))
TODAY = datetime.date(2026, 11, 21)


@pytest.mark.parametrize(
    "age, state",
    [
        (0, "fresh"),
        (179, "fresh"),
        (180, "due"),
        (364, "due"),
        (365, "overdue"),
        (5000, "overdue"),
        (None, "never"),
    ],
)
def test_the_edges_of_freshness(age, state):
    day = None if age is None else TODAY - datetime.timedelta(days=age)

    assert freshness(day, TODAY, due_days=180, overdue_days=365) == state


@given(surveyed_on=DAYS, today=DAYS, due=st.integers(1, 400), more=st.integers(1, 400))
def test_a_profile_only_ever_ages(surveyed_on, today, due, more):
    order = [Freshness.FRESH, Freshness.DUE, Freshness.OVERDUE]

    states = [
        freshness(surveyed_on, today + datetime.timedelta(days=d), due_days=due, overdue_days=due + more)
        for d in (0, 1, due, more)
    ]

    ranks = [order.index(state) for state in states]
    assert ranks[0] <= min(ranks[1:])


@given(surveyed_on=DAYS, today=DAYS)
def test_the_bounds_of_a_query_agree_with_the_state_of_a_row(surveyed_on, today):
    due, overdue = freshness_bounds(today, 180, 365)
    state = freshness(surveyed_on, today, due_days=180, overdue_days=365)

    assert (state == Freshness.OVERDUE) == (surveyed_on <= overdue)
    assert (state == Freshness.DUE) == (overdue < surveyed_on <= due)
    assert (state == Freshness.FRESH) == (surveyed_on > due)


VALUES = st.fixed_dictionaries(
    {},
    optional={
        "full_members": st.integers(0, 50),
        "employees": st.none() | st.integers(0, 50),
        "organization_form": st.sampled_from(["none", "alone", "joint"]),
        "organization": st.text(max_size=8),
        "contact_name": st.text(max_size=8),
        "contact_phone": st.text(alphabet="0123456789", max_size=12),
    },
)


@given(old=VALUES, new=VALUES)
def test_changes_name_exactly_the_fields_that_differ(old, new):
    named = {change["field"] for change in rules.changes(old, new)}

    assert named <= new.keys()
    for field in new.keys() - named:
        assert (old.get(field) or "") == (new[field] or "") or old.get(field) == new[field]
    assert not rules.changes(new, new)


@given(name=st.text(min_size=2, max_size=10), phone=st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_a_change_never_carries_a_personal_value_in_full(name, phone):
    for change in rules.changes({}, {"contact_name": name, "secretary_phone": phone}):
        assert change["new"] not in {name, phone} or set(name[1:]) == {"*"}


@pytest.mark.parametrize(
    "text, fine",
    [
        ("13812348000", True),
        ("021-67800000", True),
        ("+86 138 1234 8000", True),
        ("12345678901", False),
        ("1381234800", False),
        ("1234", False),
        ("138１2348000", False),
        ("call me", False),
        ("=1+1", False),
    ],
)
def test_telephone_numbers(text, fine):
    assert (rules.phone_problem(text) is None) == fine


def problems(**values):
    form = values.pop("form", "alone")
    day = values.pop("surveyed_on", TODAY)
    return set(
        rules.survey_problems(
            values=values, surveyed_on=day, founded_on=datetime.date(2020, 1, 1), form=form, today=TODAY
        )
    )


def test_what_a_survey_cannot_say():
    assert problems() == set()
    assert problems(surveyed_on=TODAY + datetime.timedelta(days=1)) == {"surveyed_on"}
    assert problems(surveyed_on=datetime.date(2019, 12, 31)) == {"surveyed_on"}
    assert problems(full_members=-1) == {"full_members"}
    assert problems(probationary_members=100_001) == {"probationary_members"}
    assert problems(form="none", organization="党支部") == {"organization"}
    assert problems(form="none", establishment_mode="x") == {"establishment_mode"}
    assert problems(form="joint", organization="党支部") == set()
