"""Money as people read it: stored in yuan, shown in 元, 万元 or 亿元 (domain.md, Money)."""

from decimal import Decimal

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from portal.kit import money

amounts = st.decimals(min_value=-(10**13), max_value=10**13, places=2)


@pytest.mark.parametrize(
    "yuan, shown",
    [
        (None, "—"),
        (Decimal("0"), "0 元"),
        (Decimal("9999.99"), "9,999.99 元"),
        (Decimal("10000"), "1 万元"),
        (Decimal("197346400.00"), "1.97 亿元"),
        (Decimal("248000000"), "2.48 亿元"),
        (Decimal("99990000"), "9,999 万元"),
        (Decimal("-125000"), "-12.5 万元"),
    ],
)
def test_the_unit_fits_the_amount(yuan, shown):
    assert money.readable(yuan) == shown


def test_wan_keeps_the_published_figure():
    assert money.in_wan(Decimal("197346400.00")) == "19,734.64"
    assert Template("{% load kit %}{{ a|wan }} {{ b|wan }}").render(
        Context({"a": Decimal("175000000"), "b": None})
    ) == ("17,500 —")


def test_half_a_cent_is_rounded_up_as_on_paper():
    assert money.in_wan(Decimal("10050.00")) == "1.01"
    assert money.in_wan(Decimal("-10050.00")) == "-1.01"


@given(amounts)
def test_what_is_shown_in_wan_is_within_half_a_step(yuan):
    shown = Decimal(money.in_wan(yuan).replace(",", "")) * 10_000
    assert abs(shown - yuan) <= 50
