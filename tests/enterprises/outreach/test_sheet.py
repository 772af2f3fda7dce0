"""The sheet of instructors from file to tables, through the actions; names and phones stay sealed on the way."""

import datetime

import pytest

from enterprises.outreach.models import Instructor
from portal.imports.models import SheetImportRow
from tests.factories.imports import checked, committed, errors_of

pytestmark = pytest.mark.django_db
KIND = "instructors"


def row(code: str = "ZD-1", **cells) -> dict:
    return {"编号": code, "姓名": f"张{code}", "所属街镇": "九亭镇", "聘任日期": "2024-05-01", **cells}


def check(rows, by, **how):
    return checked(rows, by, kind=KIND, **how)


def commit(rows, by, **how):
    return committed(rows, by, kind=KIND, **how)


def only_error(sheet_import) -> tuple[str, str]:
    ((_row, column, sentence),) = errors_of(sheet_import)
    return column, sentence


def test_new_ones(place):
    full = row(
        联系电话="13812348000", 类别="红色服务经理", 派出单位="九亭市场监管所", 所属街镇=place.here.code
    )
    done = commit([full, row("ZD-2")], place.station)
    assert (done.status, done.created) == ("done", 2), errors_of(done)
    first, second = Instructor.objects.order_by("code")
    assert (first.name, first.phone, first.kind, first.unit) == (
        "张ZD-1", "13812348000", "service_manager", "九亭市场监管所"
    )  # fmt: skip
    assert (first.town, first.district, first.started_on) == (
        place.here, place.district, datetime.date(2024, 5, 1)
    )  # fmt: skip
    assert (second.kind, second.phone) == ("instructor", "")
    again = commit([full, row("ZD-2")], place.bureau)
    assert (again.unchanged, again.updated) == (2, 0)
    assert Instructor.pgh_event_model.objects.count() == 2


def test_changes_masked_and_blank_cells_kept(place):
    commit([row(联系电话="13812348000", 派出单位="甲所")], place.bureau)
    found = check([row(姓名="诸葛孔明", 联系电话="13912349111", 类别="联络员")], place.bureau)
    changes = {change["field"]: (change["old"], change["new"]) for change in found.rows.get().changes}
    assert changes == {
        "name": ("张****", "诸***"),
        "phone": ("138****8000", "139****9111"),
        "kind": ("instructor", "liaison"),
    }
    commit([row(姓名="诸葛孔明")], place.bureau)
    stored = Instructor.objects.get()
    assert (stored.name, stored.phone, stored.unit, stored.version) == ("诸葛孔明", "13812348000", "甲所", 2)


def test_a_station_brings_in_its_own_towns_only(place):
    commit([row("ZD-9", 所属街镇="佘山镇", 姓名="司马仲达")], place.bureau)
    told = errors_of(check([row(所属街镇="佘山镇"), row("ZD-9")], place.station))
    assert [(number, column) for number, column, _text in told] == [(2, "所属街镇"), (3, "编号")]
    assert "司马" not in str(told)


def test_moving_and_leaving_are_for_the_page(place):
    commit([row()], place.bureau)
    column, sentence = only_error(check([row(所属街镇="佘山镇")], place.bureau))
    assert (column, "移交" in sentence) == ("所属街镇", True)
    Instructor.objects.update(ended_on=datetime.date(2025, 1, 1), end_reason="调离")
    column, sentence = only_error(check([row(姓名="李四")], place.bureau))
    assert (column, "离任" in sentence) == ("姓名", True)
    assert check([row()], place.bureau).unchanged == 1


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"编号": "有空格 和汉字"}, "编号"),
        ({"编号": "A" * 33}, "编号"),
        ({"姓名": "字" * 10_000}, "姓名"),
        ({"姓名": "\u202e倒着写"}, "姓名"),
        ({"姓名": "\u200b"}, "姓名"),
        ({"联系电话": 13812348000}, "联系电话"),
        ({"联系电话": "12345"}, "联系电话"),
        ({"类别": "总经理"}, "类别"),
        ({"所属街镇": "撤掉的镇"}, "所属街镇"),
        ({"派出单位": "\x07响铃"}, "派出单位"),
        ({"聘任日期": "2024-02-30"}, "聘任日期"),
        ({"聘任日期": "2999-01-01"}, "聘任日期"),
        ({"聘任日期": "1911-10-10"}, "聘任日期"),
        ({"聘任日期": None}, "聘任日期"),
    ],
)
def test_bad_cells(place, cells, column):
    from tests.factories.sheets import as_csv

    headers = ("编号", "姓名", "联系电话", "类别", "所属街镇", "派出单位", "聘任日期")
    rows = [{**row(), **cells}]
    if isinstance(cells.get("联系电话"), int):
        found = check(rows, place.bureau)
    else:  # a workbook cannot even hold control characters
        found = check(
            as_csv([{k: v or "" for k, v in rows[0].items()}], headers), place.bureau, filename="a.csv"
        )
    assert {column for _number, column, _text in errors_of(found)} == {column}


def test_the_same_person_twice_is_told_by_the_action(place):
    rows = [
        row(姓名="诸葛孔明", 联系电话="13812348000"),
        row("ZD-2", 姓名="诸葛孔明", 联系电话="13812348000"),
    ]
    found = check(rows, place.bureau)
    _column, sentence = only_error(found)
    assert sentence.endswith("。")
    assert (found.created, found.invalid) == (1, 1)
    stored = str(list(SheetImportRow.objects.values()))
    assert "诸葛孔明" not in stored
    assert "13812348000" not in stored
