"""For whom an item is, when a station is open, how far towns lie apart, what a search finds."""

import datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.territory.rules import WorkCalendar
from services.stations.rules.eligibility import Facts, conditions, full_years, sentences, tidy, unmet
from services.stations.rules.finding import near, pairs
from services.stations.rules.opening import Hours, hours_on, hours_problem, opening
from services.stations.rules.rights import by_distance, tiles_between

NAMES = {
    "kind": {"small_micro": "小微企业", "self_employed": "个体工商户"},
    "status": {"active": "存续", "suspended": "停业"},
    "chain": {"ic": "集成电路", "food": "食品生产"},
    "town": {"T1": "九亭镇"},
}
US = Facts(kind="small_micro", status="active", town="T1", chains=frozenset({"ic"}), employees=20)

facts = st.builds(
    Facts,
    kind=st.sampled_from(["small_micro", "self_employed"]),
    status=st.sampled_from(["active", "suspended"]),
    town=st.just("T1"),
    chains=st.frozensets(st.sampled_from(["ic", "food"])),
    employees=st.none() | st.integers(0, 10_000),
    revenue=st.none() | st.decimals(0, 10**9, places=2),
    years=st.none() | st.integers(0, 100),
)
limits = st.fixed_dictionaries({}, optional={"min": st.integers(0, 500), "max": st.integers(500, 1000)})
rules = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.lists(st.sampled_from(["small_micro", "self_employed"])),
        "status": st.lists(st.sampled_from(["active", "suspended"])),
        "chain": st.lists(st.sampled_from(["ic", "food"])),
        "employees": limits,
        "revenue": limits,
        "years": limits,
    },
)


@given(facts)
def test_without_conditions_an_item_is_for_everybody(one):
    assert unmet({}, one, NAMES) == []


@given(rules, facts)
def test_what_is_unmet_is_among_the_sentences_of_the_page(rule, one):
    tidied, problems = tidy(rule, NAMES)
    assert problems == []
    assert set(unmet(tidied, one, NAMES)) <= set(sentences(tidied, NAMES))
    assert len(sentences(tidied, NAMES)) == len(set(sentences(tidied, NAMES)))


@given(rules, facts)
def test_tidying_twice_changes_nothing_and_keeps_the_meaning(rule, one):
    once, _problems = tidy(rule, NAMES)
    assert tidy(once, NAMES) == (once, [])
    assert len(unmet(once, one, NAMES)) == len(unmet(rule, one, NAMES))


@given(rules)
def test_what_the_register_does_not_know_refuses_nobody(rule):
    unknown = Facts(kind="small_micro", status="active", town="T1", chains=frozenset({"ic", "food"}))
    refused = {one.field for one in conditions(tidy(rule, NAMES)[0]) if not one.is_met(unknown)}
    assert refused <= {"kind", "status"}


def test_each_unmet_condition_has_its_sentence():
    rule = {
        "kind": ["self_employed"],
        "status": ["active"],
        "chain": ["food"],
        "employees": {"min": 50, "max": 300},
        "revenue": {"max": "20000000.00"},
    }
    assert unmet(rule, US, NAMES) == [
        "企业类型须为个体工商户。",
        "企业须在以下产业链上：食品生产。",
        "从业人数不少于 50 人。",
    ]
    assert "上年营业收入不超过 2,000 万元。" in sentences(rule, NAMES)


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        "active",
        {"colour": ["red"]},
        {"kind": "small_micro"},
        {"kind": ["giant"]},
        {"kind": [1]},
        {"chain": [["ic"]]},
        {"employees": 3},
        {"employees": {"least": 3}},
        {"employees": {"min": 1.5}},
        {"employees": {"min": -1}},
        {"employees": {"min": True}},
        {"employees": {"min": 9, "max": 3}},
        {"revenue": {"max": "much"}},
        {"revenue": {"max": "NaN"}},
        {"years": {"min": "1e400"}},
        {1: ["x"]},
    ],
)
def test_broken_conditions_are_told_in_a_sentence(wrong):
    _stored, problems = tidy(wrong, NAMES)
    assert problems
    assert all(text.endswith("。") or text.endswith("}。") for text in problems)


def test_empty_conditions_go_and_doubles_too():
    assert tidy({"kind": [], "status": ["active", "active"], "employees": {"min": ""}}, NAMES) == (
        {"status": ["active"]},
        [],
    )
    assert tidy({"revenue": {"min": "1000000"}}, NAMES)[0] == {"revenue": {"min": "1000000.00"}}


def test_full_years_count_on_the_day():
    day = datetime.date(2024, 2, 29)
    assert full_years(day, datetime.date(2025, 2, 28)) == 0
    assert full_years(day, datetime.date(2025, 3, 1)) == 1
    assert full_years(None, day) is None
    assert Decimal(full_years(day, day)) == 0


# -- Open or closed ---------------------------------------------------------------------------------------------------
nine, noon, one, five = (datetime.time(hour) for hour in (9, 12, 13, 17))
WEEK = [Hours(day, *half) for day in range(5) for half in ((nine, noon), (one, five))]
FRIDAY, SATURDAY, SUNDAY = (datetime.date(2026, 11, day) for day in (20, 21, 22))
MONDAY = datetime.date(2026, 11, 23)


def at(day: datetime.date, hour: int, minute: int = 0) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(hour, minute))


def test_open_between_the_hours_and_not_at_their_end():
    plain = WorkCalendar()
    assert opening(at(FRIDAY, 9), WEEK, plain).until == noon
    assert opening(at(FRIDAY, 12), WEEK, plain).opens == at(FRIDAY, 13)
    assert opening(at(FRIDAY, 17), WEEK, plain).opens == at(MONDAY, 9)
    assert opening(at(FRIDAY, 0), WEEK, plain).opens == at(FRIDAY, 9)


def test_a_holiday_is_closed_and_a_make_up_weekend_is_worked():
    calendar = WorkCalendar({FRIDAY: False, SATURDAY: True, SUNDAY: True})
    assert hours_on(FRIDAY, WEEK, calendar) == []
    assert opening(at(SATURDAY, 10), WEEK, calendar).is_open
    mondays = [row for row in WEEK if row.weekday == 0]
    assert hours_on(SUNDAY, WEEK, calendar) == mondays
    own = [*WEEK, Hours(5, nine, noon)]
    assert hours_on(SATURDAY, own, calendar) == [Hours(5, nine, noon)]
    assert hours_on(SATURDAY, own, WorkCalendar()) == [Hours(5, nine, noon)]
    assert hours_on(SATURDAY, WEEK, WorkCalendar()) == []


@given(st.datetimes(datetime.datetime(2026, 1, 1), datetime.datetime(2027, 1, 1)))
def test_what_opens_next_is_open_then_and_nothing_before(now):
    found = opening(now, WEEK, WorkCalendar())
    if found.is_open:
        assert now.time() < found.until
    else:
        assert found.opens > now
        assert opening(found.opens, WEEK, WorkCalendar()).is_open
        middle = now + (found.opens - now) / 2
        assert not opening(middle, WEEK, WorkCalendar()).is_open


def test_a_station_without_hours_never_opens():
    assert opening(at(FRIDAY, 9), [], WorkCalendar()) == opening(at(SUNDAY, 9), [], WorkCalendar())


def test_hours_in_order_and_apart():
    assert hours_problem(WEEK) == ""
    assert hours_problem([Hours(0, noon, nine)]) == "order"
    assert hours_problem([Hours(0, nine, one), Hours(0, noon, five)]) == "overlap"
    assert hours_problem([Hours(0, nine, noon), Hours(0, noon, five), Hours(1, nine, five)]) == ""


# -- Distance and search ----------------------------------------------------------------------------------------------
tile = st.builds(SimpleNamespace, tile_row=st.integers(0, 9), tile_column=st.integers(0, 9))


@given(tile, tile, tile)
def test_distance_is_a_distance(a, b, c):
    assert tiles_between(a, b) == tiles_between(b, a)
    assert (tiles_between(a, b) == 0) == (vars(a) == vars(b))
    assert tiles_between(a, c) <= tiles_between(a, b) + tiles_between(b, c) + 1e-9


def test_the_nearest_first_and_equals_in_the_districts_order():
    def station(code, row, column, position=0):
        return SimpleNamespace(
            code=code, position=position, town=SimpleNamespace(tile_row=row, tile_column=column)
        )

    rows = [station("far", 4, 4), station("b", 1, 0, 2), station("a", 0, 1, 1), station("here", 0, 0)]
    found = by_distance(rows, SimpleNamespace(tile_row=0, tile_column=0))
    assert [row.code for row, _tiles in found] == ["here", "a", "b", "far"]
    assert found[0][1] == 0


@given(st.text(max_size=30))
def test_a_search_for_the_text_itself_comes_first(text):
    rows = [("other", "电梯年检"), ("own", text)]
    found = near(rows, text)
    assert ("own" in found) == bool(pairs(text))


def test_a_sentence_finds_what_shares_its_words():
    rows = [("metrology", "计量检定电子秤压力表"), ("ip", "专利商标质押")]
    assert near(rows, "我的电子秤要不要检定") == ["metrology"]
    assert near(rows, "zzz") == []
