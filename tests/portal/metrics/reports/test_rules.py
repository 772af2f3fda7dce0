"""Periods, numbers and the words of a bulletin."""

from datetime import date

import pytest

from portal.metrics.registry import metrics
from portal.metrics.reports import outline, wording
from portal.metrics.reports.forms import choosable
from portal.metrics.reports.rules import number_of, term_of

RATE = {"name": "组织覆盖率", "unit": "%", "kind": "rate", "money": False}
FLOW = {"name": "链内采购金额", "unit": "元", "kind": "flow", "money": True}


@pytest.mark.parametrize(
    "text,first,last,label",
    [
        ("2026-10", date(2026, 10, 1), date(2026, 10, 31), "2026年10月"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "2024年2月"),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31), "2026年第一季度"),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31), "2026年第四季度"),
    ],
)
def test_periods(text, first, last, label):
    term = term_of(text)
    assert (term.first, term.last, term.label) == (first, last, label)


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-13", "2026-00", "2026-Q0", "2026-Q5", "1999-10", "２０２６-10", "2026-10\n"]
)
def test_what_is_no_period(text):
    with pytest.raises(ValueError, match="not a month"):
        term_of(text)


def test_a_period_that_runs_is_counted_until_today_and_one_to_come_not_at_all():
    assert term_of("2026-11").covered(date(2026, 11, 21)) == date(2026, 11, 21)
    assert term_of("2026-10").covered(date(2026, 11, 21)) == date(2026, 10, 31)
    with pytest.raises(ValueError, match="not begun"):
        term_of("2026-12").covered(date(2026, 11, 21))


def test_numbers_and_choices():
    assert number_of(2026, 10) == "简报〔2026〕第10期"
    offered = [term.key for term in choosable(date(2026, 2, 10))]
    assert offered[:3] == ["2026-02", "2026-01", "2025-12"]
    assert offered[-4:] == ["2026-Q1", "2025-Q4", "2025-Q3", "2025-Q2"]


def test_sentences():
    flow = {
        **FLOW,
        "value": "1973464.00",
        "change": "5.20",
        "year_on_year": None,
        "year": "3000000",
        "progress": "50.00",
    }
    told = wording.sentence(flow, "month")
    assert told == "链内采购金额197.35万元，比上月增长5.20%，本年累计300万元，完成年度目标的50.00%"
    rate = {
        **RATE,
        "value": "81.00",
        "change": "-1.50",
        "year_on_year": "0.00",
        "year": "81.00",
        "progress": None,
    }
    assert wording.sentence(rate, "quarter") == "组织覆盖率81.00%，比上季度降低1.50个百分点，同比持平"
    assert wording.sentence({**rate, "value": None}, "month") == ""
    assert wording.cell(FLOW, None) == wording.change(FLOW, None) == "—"


def test_every_figure_of_the_outline_is_declared():
    named = {code for part in outline.PARTS for code in (*part.told, *part.listed, part.drawn)}
    assert named | {*outline.BY_TOWN, *outline.BY_CHAIN} <= {metric.code for metric in metrics()}
