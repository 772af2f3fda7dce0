"""Every kind of cell: what is accepted, what is refused, and that no value whatever breaks a parser."""

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.imports import amounts, cells
from portal.kit import uscc as uscc_code

CODE = uscc_code.complete("91310117MA1J12345")
FORMULA, ERROR = {"f": 1}, {"e": 1}
DAY = datetime.date(2026, 1, 5)

PARSERS = {
    "text": cells.text(20),
    "uscc": cells.uscc,
    "choice": cells.choice({"存续": "active", "停业": "suspended"}, "登记状态"),
    "integer": amounts.integer(1_000_000, "从业人数"),
    "money": amounts.money_wan(99_999_999, "营业收入"),
    "date": cells.date("成立日期", not_after=datetime.date(2026, 11, 21)),
    "phone": cells.phone,
    "industry": cells.industry_code,
    "several": cells.several(10, 3),
}


def problem(name, value):
    with pytest.raises(cells.CellProblem) as caught:
        PARSERS[name](value)
    assert caught.value.message.endswith(("。", "？"))
    return caught.value


@pytest.mark.parametrize(
    "name, value, stored",
    [
        ("text", "　上海　ＡＢＣ公司\u200b ", "上海 ABC公司"),
        ("text", 101.0, "101"),
        ("text", 1.5, "1.5"),
        ("text", {"d": "2026-01-05"}, "2026-01-05"),
        ("uscc", CODE, CODE),
        ("uscc", f" {CODE.lower()} ", CODE),
        ("uscc", "".join(chr(ord(c) + 0xFEE0) for c in CODE), CODE),
        ("uscc", f"{CODE[:6]} {CODE[6:]}\u200b", CODE),
        ("choice", " 存续 ", "active"),
        ("choice", "停 业", "suspended"),
        ("integer", "12", 12),
        ("integer", "１２", 12),
        ("integer", "1,200", 1200),
        ("integer", 12.0, 12),
        ("integer", "12.0", 12),
        ("integer", 0.0, 0),
        ("integer", "0", 0),
        ("money", "0", Decimal("0.00")),
        ("money", "1234.56", Decimal("12345600.00")),
        ("money", 1234.56, Decimal("12345600.00")),
        ("money", 0.1 + 0.2, Decimal("3000.00")),
        ("money", "1,234.560000", Decimal("12345600.00")),
        ("money", "0.000001", Decimal("0.01")),
        ("date", {"d": "2026-01-05"}, DAY),
        ("date", "2026-01-05", DAY),
        ("date", "2026/1/5", DAY),
        ("date", "2026.1.5", DAY),
        ("date", "2026年1月5日", DAY),
        ("date", "2026 年 1 月 5 日", DAY),
        ("date", "２０２６－０１－０５", DAY),
        ("date", "20260105", DAY),
        ("date", 20260105.0, DAY),
        ("date", "2026-01-05 00:00:00", DAY),
        ("date", "2026/1/5 0:00", DAY),
        ("phone", "13800138000", "13800138000"),
        ("phone", "138 0013 8000", "13800138000"),
        ("phone", "+86-13800138000", "13800138000"),
        ("phone", "１３８００１３８０００", "13800138000"),
        ("phone", "021-57812345", "021-57812345"),
        ("phone", "(021)57812345", "021-57812345"),
        ("phone", "02157812345转801", "021-57812345-801"),
        ("phone", "400-820-8820", "400-820-8820"),
        ("industry", "c", "C"),
        ("industry", "2661", "2661"),
        ("industry", 2661.0, "2661"),
        ("industry", "0111", "0111"),
        ("industry", "C2661", "2661"),
        ("several", "甲；乙;丙、甲", ["甲", "乙", "丙"]),
        ("several", "；", []),
    ],
)
def test_accepted(name, value, stored):
    result = PARSERS[name](value)
    assert result == stored
    assert type(result) is type(stored)


@pytest.mark.parametrize(
    "name, value, code",
    [
        ("text", "x" * 21, "too_long"),
        ("text", "上海\u202e公司", "characters"),
        ("text", "a\x07b", "characters"),
        ("text", 913101170000000000.0, "number_for_text"),
        ("uscc", 913101170000000000.0, "number_for_text"),
        ("uscc", 91310117.0, "number_for_text"),
        ("uscc", {"d": "2026-01-05"}, "number_for_text"),
        ("uscc", "9.13101E+17", "number_for_text"),
        ("uscc", CODE[:-1], "uscc_length"),
        ("uscc", CODE[:-2] + "O" + CODE[-1], "uscc_form"),
        ("uscc", CODE[:-2] + "①" + CODE[-1], "uscc_form"),
        ("uscc", CODE[:-1] + ("0" if CODE[-1] != "0" else "1"), "uscc_check"),
        ("choice", "营业", "choice"),
        ("integer", "十二", "not_a_number"),
        ("integer", "12人", "not_a_number"),
        ("integer", "①", "not_a_number"),
        ("integer", "٣", "not_a_number"),
        ("integer", "12²", "not_a_number"),
        ("integer", "1_000", "not_a_number"),
        ("integer", "1e3", "not_a_number"),
        ("integer", "0x10", "not_a_number"),
        ("integer", "1,20", "not_a_number"),
        ("integer", "12,00", "not_a_number"),
        ("integer", True, "not_a_number"),
        ("integer", {"d": "2026-01-05"}, "not_a_number"),
        ("integer", "12.5", "not_whole"),
        ("integer", 12.5, "not_whole"),
        ("integer", "-3", "negative"),
        ("integer", "－3", "negative"),
        ("integer", -3.0, "negative"),
        ("integer", "1000001", "too_big"),
        ("integer", "9" * 5000, "too_big"),
        ("integer", 1e300, "too_big"),
        ("money", "1e5", "not_a_number"),
        ("money", "NaN", "not_a_number"),
        ("money", "Infinity", "not_a_number"),
        ("money", "1_000", "not_a_number"),
        ("money", "100万", "not_a_number"),
        ("money", "￥100", "not_a_number"),
        ("money", float("nan"), "not_a_number"),
        ("money", float("inf"), "not_a_number"),
        ("money", "0.0000001", "too_precise"),
        ("money", "-0.5", "negative"),
        ("money", "100000000", "too_big"),
        ("money", 1e22, "too_big"),
        ("date", "2026-02-30", "date"),
        ("date", "2026-13-01", "date"),
        ("date", "0000-01-01", "date"),
        ("date", "2026-01", "date"),
        ("date", "2026-1-1 1", "date"),
        ("date", "1/5/2026", "date"),
        ("date", "昨天", "date"),
        ("date", "٢٠٢٦-٠١-٠٥", "date"),
        ("date", 46027.0, "date"),
        ("date", True, "date"),
        ("date", "1899-12-31", "date_early"),
        ("date", "2026-11-22", "date_future"),
        ("phone", 13800138000.0, "number_for_text"),
        ("phone", "1.38001E+10", "number_for_text"),
        ("phone", "1380013800", "phone"),
        ("phone", "57812345", "phone"),
        ("phone", "１３８00138000①", "phone"),
        ("phone", "无", "phone"),
        ("industry", "Z", "industry"),
        ("industry", "26610", "industry"),
        ("industry", "①②", "industry"),
        ("industry", 111.0, "number_for_text"),
        ("several", "甲；乙；丙；丁", "too_many"),
        ("several", "很" * 11, "too_long"),
    ],
)
def test_refused(name, value, code):
    assert problem(name, value).code == code


@pytest.mark.parametrize("name", PARSERS)
@pytest.mark.parametrize("value, code", [(FORMULA, "formula"), (ERROR, "error_value")])
def test_formulas_and_error_values_are_never_read(name, value, code):
    assert problem(name, value).code == code


def test_a_wrong_check_character_is_named():
    wrong = "0" if CODE[-1] != "0" else "1"
    assert f"第 18 位应为 {CODE[-1]}，现为 {wrong}" in problem("uscc", CODE[:-1] + wrong).message


def test_an_unknown_name_gets_the_nearest_known_ones():
    names = ("九亭", "泗泾", "泖港", "车墩", "洞泾", "叶榭", "新桥", "新浜", "佘山", "石湖荡", "小昆山")
    towns = {f"{name}镇": number for number, name in enumerate(names)}
    with pytest.raises(cells.CellProblem) as caught:
        cells.choice(towns, "所属街镇")("九亨镇")
    assert "九亭镇" in caught.value.message


def test_comparing_names_ends_after_enough_hints():
    towns = {f"街镇{number}": number for number in range(100)}
    parse = cells.choice(towns, "所属街镇")
    parse.hints = parse.MAX_HINTS
    with pytest.raises(cells.CellProblem, match="下拉列表"):
        parse("街镇x")


anything = st.one_of(
    st.text(max_size=60),
    st.text("0123456789.,-+eE_年月日/０１２①²٣ \u200b", max_size=20),
    st.floats(),
    st.integers(-(10**20), 10**20),
    st.booleans(),
    st.dates().map(lambda day: {"d": day.isoformat()}),
    st.just(FORMULA),
    st.just(ERROR),
)


@pytest.mark.parametrize("name", PARSERS)
@given(value=anything)
def test_any_value_is_read_or_refused_with_a_sentence(name, value):
    try:
        result, sentence = PARSERS[name](value), "。"
    except cells.CellProblem as refusal:
        result, sentence = None, refusal.message
    assert sentence.endswith(("。", "？"))
    if result is not None and name in {"integer", "money"}:
        assert result >= 0


@given(st.decimals(0, 99_999_999, places=6))
def test_money_in_the_sheet_is_exact_to_the_cent(wan):
    assert PARSERS["money"](str(wan)) == wan * 10_000


@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2026, 11, 21)))
def test_every_way_to_write_a_day_gives_the_same_day(day):
    for form in ("%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y%m%d", "%Y.%m.%d"):
        assert PARSERS["date"](day.strftime(form)) == day


@given(st.integers(0, 1_000_000))
def test_counts_with_or_without_commas(number):
    assert PARSERS["integer"](str(number)) == PARSERS["integer"](f"{number:,}") == number
