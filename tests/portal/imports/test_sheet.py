"""Headers are matched, rows checked: every bad cell with its place, value and sentence; blank ones left out."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.imports import amounts, cells
from portal.imports.reading import SheetProblem
from portal.imports.sheet import Column, Sheet, letter

TOWNS = {"九亭镇": 1, "九亭": 1, "佘山镇": 2}


def together(values, given):
    if "member" in values and "town" not in given:
        yield "town", "needs_town", "填写人数时必须填写街镇。"


SHEET = Sheet(
    kind="things",
    title="名单",
    key="code",
    columns=(
        Column("编号", "code", cells.text(8), required=True),
        Column("名称(全称)", "name", cells.text(10), required=True),
        Column("所属街镇", "town", reference="town"),
        Column("人数", "member", amounts.integer(100, "人数")),
        Column("荣誉", "honours", cells.several(5, 3)),
    ),
    rules=(together,),
)
HEADERS = ["编号*", "名称（全称）*", "所属街镇", "人数", "荣誉"]


def check(*rows, headers=HEADERS, first=2):
    return SHEET.compile(headers, {"town": TOWNS}).check(rows, first)


def errors_of(row):
    return [(error.column, error.letter, error.value, error.code) for error in row.errors]


def test_values_by_field_and_blank_cells_left_out():
    (row,) = check(["A1", " 甲\u200b ", "九亭", 3.0, None])
    assert row.values == {"code": "A1", "name": "甲", "town": 1, "member": 3}
    assert row.errors == []
    assert row.row_no == 2


@pytest.mark.parametrize("blank", [None, "", "  ", "\u3000", "\u200b", "\ufeff\u3164"])
def test_blank_in_every_way(blank):
    (row,) = check(["A1", blank, blank, blank, blank])
    assert row.values == {"code": "A1"}
    assert errors_of(row) == [("名称(全称)", "B", "", "required")]
    assert check([blank] * 5) == []


def test_blank_rows_are_left_out_and_numbers_stay():
    rows = check(["A1", "甲"], [], [None] * 5, ["A2", "乙"], first=10)
    assert [row.row_no for row in rows] == [10, 13]


def test_every_bad_cell_of_a_row_is_named():
    (row,) = check(["A" * 9, {"f": 1}, "九亨", "三", "一；二；三；四"])
    assert errors_of(row) == [
        ("编号", "A", "AAAAAAAAA", "too_long"),
        ("名称(全称)", "B", "（公式）", "formula"),
        ("所属街镇", "C", "九亨", "choice"),
        ("人数", "D", "三", "not_a_number"),
        ("荣誉", "E", "一；二；三；四", "too_many"),
    ]
    assert {error.row for error in row.errors} == {2}
    assert row.values == {}


def test_a_badly_filled_cell_is_not_called_missing_by_a_rule():
    (wrong,) = check(["A1", "甲", "九亨", 3.0])
    assert [error.code for error in wrong.errors] == ["choice"]
    (empty,) = check(["A1", "甲", None, 3.0])
    assert errors_of(empty) == [("所属街镇", "C", "", "needs_town")]


def test_a_bad_value_is_named_each_time_it_comes():
    rows = check(*[["A1", "甲", "九亨", 500.0]] * 3)
    assert [len(row.errors) for row in rows] == [2, 2, 2]
    assert [row.errors[0].row for row in rows] == [2, 3, 4]


def test_true_is_not_one():
    good, bad = check(["A1", "甲", None, 1.0], ["A1", "甲", "九亭", True])
    assert good.values["member"] == 1
    assert bad.errors[0].code == "not_a_number"


def test_columns_in_any_order_with_or_without_star():
    (row,) = check(["甲", None, "A1"], headers=[" 名称 (全称) ＊", "备 注", "编号"])
    assert row.values == {"code": "A1", "name": "甲"}


def test_unknown_headers_are_remarks_with_the_nearest():
    checker = SHEET.compile([*HEADERS, "人数量", None, "错误说明"], {"town": TOWNS})
    assert checker.remarks == ["F 列“人数量”不是模板中的列，未读取，是否为“人数”？"]
    assert checker.letters["town"] == "C"


@pytest.mark.parametrize(
    "headers, code, words",
    [
        (["编号", "编号*", "名称(全称)"], "duplicate_header", "编号"),
        (["编号", "名称"], "missing_header", "名称(全称)"),
        (["2026 年企业名单", None, None], "missing_header", "第一行"),
        ([{"d": "2026-01-05"}, 1.0, True, {"f": 1}, "\u202e"], "missing_header", "第一行"),
    ],
)
def test_headers_that_do_not_fit(headers, code, words):
    with pytest.raises(SheetProblem) as caught:
        SHEET.compile(headers, {"town": TOWNS})
    assert caught.value.code == code
    assert words in caught.value.message


def test_more_cells_than_headers_name_the_row():
    (row,) = check(["A1", "甲", None, None, None, None, "多余"])
    assert errors_of(row) == [("整行", "G", "多余", "extra_cells")]
    (fine,) = check(["A1", "甲", None, None, None, None, ""])
    assert fine.errors == []


def test_short_rows_are_blank_at_the_end():
    assert check(["A1", "甲"])[0].values == {"code": "A1", "name": "甲"}


def test_columns_that_never_repeat_are_forgotten():
    checker = SHEET.compile(HEADERS, {"town": TOWNS})
    rows = [[f"A{n}", f"企业{n}", "九亭", float(n % 7), None] for n in range(30_000)]
    assert sum(len(row.errors) for row in checker.check(rows, 2)) == 0
    assert sum(len(cells.memo) for cells in checker._columns) < 100


cell = st.one_of(
    st.none(), st.text(max_size=12), st.floats(), st.booleans(), st.just({"f": 1}), st.just({"e": 1}),
    st.dates().map(lambda day: {"d": day.isoformat()}), st.sampled_from(["九亭", "A1", "3"]),
)  # fmt: skip


@given(st.lists(st.lists(cell, max_size=8), max_size=4))
def test_any_rows_are_checked_and_every_error_has_a_place(rows):
    for row in check(*rows):
        assert row.values or row.errors
        for error in row.errors:
            assert error.message.endswith(("。", "？"))
            assert set(error.as_json()) == {"row", "column", "letter", "value", "code", "message"}


@pytest.mark.parametrize("position, letters", [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (16_383, "XFD")])
def test_letters(position, letters):
    assert letter(position) == letters


def test_checking_is_fast_enough_for_a_hundred_thousand_rows():
    """A guard against accidents, not a benchmark: ten times slower than measured still passes."""
    rows = [[f"A{n}", f"企业{n}", "九亭", float(n % 90), "甲；乙"] for n in range(10_000)]
    checker = SHEET.compile(HEADERS, {"town": TOWNS})
    begun = time.process_time()
    checker.check(rows, 2)
    assert time.process_time() - begun < 2
