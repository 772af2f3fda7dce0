"""The rules of the ledgers as pure functions: the table of moves, amounts and contracts, chains, matches."""

import datetime
from decimal import Decimal

from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from enterprises.ledger.demo_deals import _at
from enterprises.ledger.rules import amounts, board, chains, deals

DAY = datetime.date(2026, 5, 6)
SIDES = st.frozensets(st.sampled_from(["buyer", "seller"]))
ACTORS = st.frozensets(st.sampled_from(list(deals.Actor)), max_size=4)
FACTS = st.builds(deals.Facts, st.sampled_from(list(deals.LABELS)), SIDES)
PLACES = st.lists(
    st.builds(
        chains.Place,
        st.integers(1, 3),
        st.just("链"),
        st.none() | st.integers(1, 4),
        st.dates(datetime.date(2026, 1, 1), datetime.date(2026, 12, 31)),
        st.none() | st.dates(datetime.date(2026, 1, 1), datetime.date(2026, 12, 31)),
    ),
    max_size=4,
)


@settings(max_examples=150)
@given(FACTS, ACTORS)
def test_open_moves_are_those_of_the_table(facts, by):
    for code in deals.moves_open(facts, by):
        move = deals.MOVES[code]
        assert any(facts.status in states for who, states in move.open_to.items() if who in by)
    assert deals.moves_open(facts, frozenset()) == []
    if facts.status == deals.VERIFIED:
        assert set(deals.moves_open(facts, by)) <= {"cancel"}
    if facts.status == deals.CANCELLED:
        assert deals.moves_open(facts, by) == []


@settings(max_examples=100)
@given(FACTS, ACTORS)
def test_nobody_confirms_for_the_other_side(facts, by):
    assert deals.sides_to_confirm(facts, by) <= by & deals.SIDES
    assert deals.sides_to_confirm(facts, by).isdisjoint(facts.confirmed)


@settings(max_examples=200)
@given(PLACES, PLACES, st.dates(datetime.date(2026, 1, 1), datetime.date(2026, 12, 31)))
def test_inside_a_chain_means_both_stood_there_that_day(buyer, seller, day):
    verdict = chains.judge(buyer, seller, day)
    on = lambda places: {place.chain for place in places if place.holds_on(day)}  # noqa: E731
    assert {row.chain for row in verdict.chains} == on(buyer)
    assert {row.chain for row in verdict.chains if row.is_common} == on(buyer) & on(seller)
    assert verdict.intra_chain is bool(on(buyer) & on(seller))
    assert 0 < len(verdict.reason) <= 200
    turned = chains.judge(seller, buyer, day)
    assert turned.intra_chain is verdict.intra_chain


def test_a_deal_before_the_leaving_stays_inside():
    here = chains.Place(1, "集成电路", None, datetime.date(2026, 1, 1), datetime.date(2026, 5, 6))
    there = chains.Place(1, "集成电路", None, datetime.date(2026, 1, 1))
    before = chains.judge([here], [there], DAY - datetime.timedelta(days=1))
    on_the_day = chains.judge([here], [there], DAY)
    assert before.intra_chain
    assert not on_the_day.intra_chain
    assert "退出" in on_the_day.reason
    assert "2026-05-06" in on_the_day.reason


@settings(max_examples=100)
@given(st.decimals(allow_nan=False, allow_infinity=False, places=3))
def test_amounts_are_positive_and_sane(amount):
    fine = amounts.amount_problem(amount) is None
    assert fine == (0 < amount <= amounts.MAX_AMOUNT and amount == amount.quantize(Decimal("0.01")))


def test_contract_numbers_compare_as_people_read_them():
    assert amounts.contract_key("ht－2026 001") == amounts.contract_key("HT-2026001") == "HT-2026001"
    assert amounts.contract_key(" \u200b ") == ""


def test_words_and_segments_make_a_match():
    offer = board.Wanted("不锈钢精密结构件定制加工", 1, 11)
    same = board.fit(offer, board.Wanted("寻精密结构件供应商", 1, 11), frozenset())
    linked = board.fit(offer, board.Wanted("寻钢材", 1, 12), frozenset({(11, 12)}))
    nothing = board.fit(offer, board.Wanted("冷链运输", 2, 20), frozenset())
    assert same.score > linked.score >= board.LEAST > nothing.score
    assert "精密结构件" in str(same.reasons[0])


def test_no_step_of_a_demo_deal_lies_ahead():
    today = timezone.localdate()
    moments = [_at(today, hours) for hours in range(5, 9)]
    assert moments == sorted(moments)
    assert moments[-1] <= timezone.now()
