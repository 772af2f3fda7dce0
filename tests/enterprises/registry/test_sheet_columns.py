"""The enterprise sheet as the contract fixes it: headers, values, rules across a row. No database."""

import datetime
from decimal import Decimal

import pytest
import time_machine

from enterprises.registry.sheets import ENTERPRISE_SHEET
from portal.imports.reading import SheetProblem, open_sheet
from portal.imports.workbooks import write_template, write_xlsx
from portal.kit import uscc

CODE = uscc.complete("91310117MA1J12345")
REFERENCES = {
    "town": {"九亭镇": 1, "九亭": 1},
    "chain": {"集成电路": 2},
    "establishment_mode": {"区域联建": 3},
}
ROW = {
    "统一社会信用代码*": CODE,
    "企业名称*": "上海某某科技有限公司",
    "企业类型*": "小微企业",
    "所属街镇*": "九亭",
    "经营地址": "松江区九亭镇１号",
    "成立日期": "2020年1月5日",
    "登记状态": "存续",
    "行业代码": "2661",
    "产业链": "集成电路",
    "链上环节": "封装测试",
    "链上角色": "链主",
    "从业人数": "1,200",
    "上年营业收入(万元)": "0",
    "正式党员数": "3",
    "预备党员数": "0",
    "党组织形式": "联合组建",
    "党组织名称": "九亭联合党支部",
    "组建方式": "区域联建",
    "书记姓名": "王强",
    "书记电话": "13800138000",
    "联系人": "李娜",
    "联系电话": "021-57812345",
    "摸排日期": "20260105",
    "摸排方式": "抽查检查",
    "资质荣誉": "高新技术企业；专精特新、高新技术企业",
}
VALUES = {
    "uscc": CODE, "name": "上海某某科技有限公司", "kind": "small_micro", "town": 1, "address": "松江区九亭镇1号",
    "founded_on": datetime.date(2020, 1, 5), "status": "active", "industry_code": "2661", "chain": 2,
    "segment": "封装测试", "chain_role": "lead", "employees": 1200, "revenue": Decimal("0.00"), "full_members": 3,
    "probationary_members": 0, "organization_form": "joint", "organization_name": "九亭联合党支部",
    "establishment_mode": 3, "secretary_name": "王强", "secretary_phone": "13800138000", "contact_name": "李娜",
    "contact_phone": "021-57812345", "surveyed_on": datetime.date(2026, 1, 5), "survey_method": "inspection",
    "honours": ["高新技术企业", "专精特新"],
}  # fmt: skip


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(datetime.datetime(2026, 11, 21, 12), tick=False):
        yield


def check(**changes):
    row = ROW | changes
    (checked,) = ENTERPRISE_SHEET.compile(list(row), REFERENCES).check([list(row.values())], 2)
    return checked


def errors(**changes):
    return {(error.column, error.code) for error in check(**changes).errors}


def test_a_whole_row():
    checked = check()
    assert checked.errors == []
    assert checked.values == VALUES


def test_headers_are_those_of_the_contract_in_any_order_with_or_without_star():
    assert [column.title for column in ENTERPRISE_SHEET.columns] == list(ROW)
    row = {header.rstrip("*"): value for header, value in reversed(ROW.items())}
    (checked,) = ENTERPRISE_SHEET.compile(list(row), REFERENCES).check([list(row.values())], 2)
    assert checked.values == VALUES


def test_only_the_required_columns():
    row = {header: value for header, value in ROW.items() if header.endswith("*")}
    (checked,) = ENTERPRISE_SHEET.compile(list(row), REFERENCES).check([list(row.values())], 2)
    assert set(checked.values) == {"uscc", "name", "kind", "town"}
    with pytest.raises(SheetProblem, match="所属街镇"):
        ENTERPRISE_SHEET.compile([header for header in row if "街镇" not in header], REFERENCES)


def test_personal_columns_are_declared():
    assert {column.field for column in ENTERPRISE_SHEET.columns if column.personal} == {
        "secretary_name", "secretary_phone", "contact_name", "contact_phone",
    }  # fmt: skip


@pytest.mark.parametrize(
    "changes, expected",
    [
        ({"产业链": None}, {("链上环节", "needs_chain"), ("链上角色", "needs_chain")}),
        ({"产业链": "没有的链"}, {("产业链", "choice")}),
        ({"党组织形式": "无"}, {("党组织名称", "no_organization"), ("组建方式", "no_organization")}),
        ({"成立日期": "2026-11-22"}, {("成立日期", "date_future"), ("摸排日期", "date_order")}),
        ({"摸排日期": "2026-11-22"}, {("摸排日期", "date_future")}),
        ({"摸排日期": "2019-12-31"}, {("摸排日期", "date_order")}),
        ({"成立日期": "1948-01-01"}, {("成立日期", "date_early")}),
        ({"企业名称*": "\u200b", "所属街镇*": None}, {("企业名称", "required"), ("所属街镇", "required")}),
        ({"从业人数": "-1", "正式党员数": "①"}, {("从业人数", "negative"), ("正式党员数", "not_a_number")}),
        ({"统一社会信用代码*": 9.131e17}, {("统一社会信用代码", "number_for_text")}),
        (
            {"书记电话": 13800138000.0, "联系电话": {"f": 1}},
            {("书记电话", "number_for_text"), ("联系电话", "formula")},
        ),
    ],
)
def test_what_is_refused(changes, expected):
    assert errors(**changes) == expected


@pytest.mark.parametrize(
    "changes",
    [
        {"党组织形式": "无", "党组织名称": None, "组建方式": None},
        {"摸排日期": None},
        {"成立日期": None},
        {"链上环节": None, "链上角色": None},
        {"摸排日期": "2026-11-21", "成立日期": "2026-11-21"},
        {"成立日期": {"d": "2020-01-05"}, "从业人数": 5.0, "上年营业收入(万元)": 12.34},
    ],
)
def test_what_real_sheets_hold(changes):
    assert errors(**changes) == set()


def test_template_and_sheet_agree_through_a_file(tmp_path):
    names = {
        "town": ["九亭镇"],
        "chain": ["集成电路"],
        "segment": ["封装测试"],
        "establishment_mode": ["区域联建"],
    }
    write_template(tmp_path / "template.xlsx", ENTERPRISE_SHEET, names)
    with open_sheet(tmp_path / "template.xlsx", preferred=ENTERPRISE_SHEET.title) as sheet:
        assert sheet.sheet_name == "企业信息"
        checker = ENTERPRISE_SHEET.compile(sheet.headers, REFERENCES)
        assert checker.remarks == []
        assert list(sheet.batches()) == []
    write_xlsx(tmp_path / "filled.xlsx", "企业", list(ROW), [ROW.values()])
    with open_sheet(tmp_path / "filled.xlsx") as sheet:
        ((first, rows),) = sheet.batches()
        (checked,) = ENTERPRISE_SHEET.compile(sheet.headers, REFERENCES).check(rows, first)
    assert checked.values == VALUES
