"""The sheet of instructors (指导员信息表): its columns, the rules across a row, and the names that it may use."""

import datetime
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from portal.imports import cells
from portal.imports.queries import open_towns, town_names
from portal.imports.registry import Place
from portal.imports.sheet import Column, Sheet

from .rules import FIRST_DAY, MAX_NAME

KINDS = {"党建工作指导员": "instructor", "联络员": "liaison", "红色服务经理": "service_manager"}


def _not_in_the_future(values: Mapping[str, Any], given: Collection[str]) -> Iterable[tuple[str, str, str]]:
    day = values.get("started_on")
    today = datetime.date.today()  # noqa: DTZ011 - the bureau's wall calendar; TIME_ZONE is set process-wide
    if day is not None and day > today:
        yield "started_on", "date_future", f"聘任日期不能晚于今天（{today:%Y-%m-%d}）。"


INSTRUCTOR_SHEET = Sheet(
    kind="instructors",
    title="指导员信息",
    key="code",
    columns=(
        Column("编号", "code", cells.code(32), required=True, text=True, width=18,
               help="字母、数字、下划线和连字符；按编号识别，登记后不变。", example="ZD-310117107-01"),
        Column("姓名", "name", cells.text(MAX_NAME), required=True, personal=True),
        Column("联系电话", "phone", cells.phone, personal=True, text=True, width=18),
        Column("类别", "kind", cells.choice(KINDS, "类别"), choices=tuple(KINDS), width=18,
               help="留空时：新登记的记为“党建工作指导员”，已有的不变。"),
        Column("所属街镇", "town", reference="town", required=True, help="街镇名称、简称或代码。"),
        Column("派出单位", "unit", cells.text(60), width=28),
        Column("聘任日期", "started_on", cells.date("聘任日期", not_before=FIRST_DAY), required=True, text=True,
               help="如 2024-05-01。"),
    ),
    rules=(_not_in_the_future,),
    notes=(
        "表头放在第一行，列的顺序不限；带 * 的列必须填写。",
        "以编号识别指导员：已有的更新，没有的新建；留空的单元格不改动已有内容。",
        "离任和移交不能用表格办理：请在指导员页面操作，页面会先移交其派驻的企业和联系点。",
    ),
)  # fmt: skip


def references(place: Place) -> Mapping[str, Mapping[str, Any]]:
    return {"town": town_names(place)}


def template_names(place: Place) -> Mapping[str, Iterable[str]]:
    """The drop-downs of the template."""
    return {"town": open_towns(place).values_list("name", flat=True)}
