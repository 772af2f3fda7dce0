"""What the portal writes is read back as it was, and nothing in it runs."""

import csv
import datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.imports import workbooks
from portal.imports.formulas import protect, unprotect
from portal.imports.reading import open_sheet
from portal.imports.sheet import CellError

from .test_sheet import SHEET, TOWNS

ATTACKS = [
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1+1",
    "  =1",
    "\u3000＋1",
    "'=1",
    "https://x.example",
]


def read(path):
    with open_sheet(path) as sheet:
        return sheet.headers, [row for _, rows in sheet.batches() for row in rows]


def test_the_template_fits_its_own_sheet_and_offers_choices(tmp_path):
    workbooks.write_template(tmp_path / "a.xlsx", SHEET, {"town": ["九亭镇", "佘山镇"]})
    headers, rows = read(tmp_path / "a.xlsx")
    assert headers == ["编号*", "名称(全称)*", "所属街镇", "人数", "荣誉"]
    assert rows == []
    SHEET.compile(headers, {"town": TOWNS})
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["名单", "选项", "填写说明"]
    assert book["选项"].sheet_state == "hidden"
    (drop_down,) = book["名单"].data_validations.dataValidation
    assert str(drop_down.sqref) == "C2:C5001"
    assert drop_down.formula1 == "'选项'!$C$2:$C$3"


def test_the_error_workbook_can_be_corrected_and_uploaded_again(tmp_path):
    checker = SHEET.compile(["编号", "名称(全称)", "所属街镇"], {"town": TOWNS})
    rows = [["A1", "甲", "九亨"], ["=1+1", None, "九亭"], [{"f": 1}, 5.0, {"d": "2026-01-05"}]]
    checked = checker.check(rows, 7)
    workbooks.write_errors(
        tmp_path / "a.xlsx",
        ["编号", "名称(全称)", "所属街镇"],
        [(row.row_no, cells, row.errors) for row, cells in zip(checked, rows, strict=True)],
    )
    headers, written = read(tmp_path / "a.xlsx")
    assert headers == ["编号", "名称(全称)", "所属街镇", "错误说明", "原行号"]
    assert [row[:3] for row in written] == [
        ["A1", "甲", "九亨"],
        ["=1+1", "", "九亭"],
        ["（公式）", "5", "2026-01-05"],
    ]
    assert "名称(全称)必须填写。" in written[1][3]
    assert written[1][4] == 8
    assert SHEET.compile(headers, {"town": TOWNS}).remarks == []
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    page = book["需更正的行"]
    assert page["C2"].fill.fgColor.rgb == page["B3"].fill.fgColor.rgb == "FFFBD5D1"
    assert page["A2"].fill.fgColor.rgb != "FFFBD5D1"
    assert "九亭镇" in page["C2"].comment.text
    assert [cell.value for cell in book["错误清单"][2]][:3] == [7, "C 所属街镇", "九亨"]


def test_an_error_outside_the_headers_is_still_told(tmp_path):
    error = CellError(2, "整行", "ZZ", "x", "extra_cells", "本行过长。")
    workbooks.write_errors(tmp_path / "a.xlsx", ["编号"], [(2, ["A1"], [error])])
    assert read(tmp_path / "a.xlsx")[1] == [["A1", "整行：本行过长。", 2.0]]


def test_nothing_in_a_written_workbook_runs(tmp_path):
    workbooks.write_xlsx(
        tmp_path / "a.xlsx", "=1[bad]:name*", ["=1", "名称"], [[attack, 1] for attack in ATTACKS]
    )
    page = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    for row in page.iter_rows():
        for cell in row:
            assert cell.data_type != "f"
            assert cell.hyperlink is None
    assert page["A2"].value == ATTACKS[0]


def test_an_exported_workbook_keeps_kinds(tmp_path):
    rows = [["甲", 12, Decimal("12.50"), datetime.date(2026, 1, 5), True, None]]
    assert workbooks.write_xlsx(tmp_path / "a.xlsx", "企业", list("abcdef"), rows) == 1
    assert read(tmp_path / "a.xlsx")[1] == [["甲", 12.0, 12.5, {"d": "2026-01-05"}, "是", ""]]


def test_nothing_in_a_written_csv_runs_and_all_comes_back(tmp_path):
    path = tmp_path / "a.csv"
    rows = [[attack, -5, Decimal("-1.50"), datetime.date(2026, 1, 5), None] for attack in ATTACKS]
    assert workbooks.write_csv(path, ["名称", "数", "额", "日", "空"], rows) == len(ATTACKS)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        raw = list(csv.reader(file))[1:]
    for attack, row in zip(ATTACKS, raw, strict=True):
        assert row[0][0] == "'" or attack.startswith("https")
        assert row[1:] == ["-5", "-1.50", "2026-01-05", ""]
    assert [row[0] for row in read(path)[1]] == ATTACKS


@given(st.text(st.one_of(st.sampled_from("'=+-@\t\r\n ＝－甲"), st.characters(codec="utf-8")), max_size=8))
def test_protection_is_taken_off_exactly(text):
    guarded = protect(text)
    assert unprotect(guarded) == text
    assert guarded.lstrip(" \u3000\u00a0")[:1] not in set("=+-@\t\r\n＝＋－＠") or not guarded.strip()


@pytest.mark.parametrize("text", ["甲", "", "1-2", "a=b", "'hello"])
def test_harmless_text_stays(text):
    assert protect(text) == text
