"""The sheet of Party organisations (党组织信息表): its columns, the rules across a row, and the names that it may use."""

import datetime
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from portal.imports import cells
from portal.imports.queries import open_towns, town_names
from portal.imports.registry import Place
from portal.imports.sheet import Column, Sheet
from portal.territory.models import Area

from ..industry.models import Chain
from .models import EstablishmentMode, OrganizationKind
from .queries import kinds_by_spelling, modes_by_spelling
from .rules import FOUNDING

STATUSES = {"正常": "active", "已合并": "merged", "已撤销": "dissolved"}


def _not_in_the_future(values: Mapping[str, Any], given: Collection[str]) -> Iterable[tuple[str, str, str]]:
    day = values.get("set_up_on")
    today = datetime.date.today()  # noqa: DTZ011 - the bureau's wall calendar; TIME_ZONE is set process-wide
    if day is not None and day > today:
        yield "set_up_on", "date_future", f"成立日期不能晚于今天（{today:%Y-%m-%d}）。"


ORGANIZATION_SHEET = Sheet(
    kind="party_organizations",
    title="党组织信息",
    key="code",
    columns=(
        Column("编号", "code", cells.code(32), required=True, text=True, width=18,
               help="字母、数字、下划线和连字符；按编号识别党组织，登记后不变。", example="LH-310117107-1"),
        Column("名称", "name", cells.text(120), required=True, width=36,
               help="党组织全称。改名会记入沿革。", example="中共九亭镇科创园联合支部委员会"),
        Column("类别", "kind", reference="kind", required=True, width=18, example="联合党支部"),
        Column("组建方式", "establishment_mode", reference="establishment_mode", width=18, example="区域联建"),
        Column("所属街镇", "town", reference="town", help="街镇名称、简称或代码。", example="九亭镇"),
        Column("产业链", "chain", reference="chain", width=20, help="产业链名称或代码。"),
        Column("园区或楼宇", "area", cells.text(60), width=20, help="商圈、楼宇或园区的名称或编号，须已登记。"),
        Column("上级党组织", "parent", cells.text(120), width=30, help="编号或名称；可以是本文件中的另一行。"),
        Column("成立日期", "set_up_on", cells.date("成立日期", not_before=FOUNDING), text=True,
               help="如 2020-07-01。", example="2020-07-01"),
        Column("书记姓名", "secretary_name", cells.text(40), personal=True),
        Column("书记电话", "secretary_phone", cells.phone, personal=True, text=True, width=18),
        Column("状态", "status", cells.choice(STATUSES, "状态"), choices=tuple(STATUSES),
               help="新登记的留空或填“正常”；合并、撤销请在党组织页面办理。", example="正常"),
    ),
    rules=(_not_in_the_future,),
    notes=(
        "表头放在第一行，列的顺序不限；带 * 的列必须填写。",
        "以编号识别党组织：已有的更新，没有的新建；留空的单元格不改动已有内容。",
        "上级党组织填编号或名称，可以是同一文件中的另一行，先后不限。",
        "合并和撤销不能用表格办理：请在党组织页面操作，页面会询问所覆盖企业的去向。",
    ),
)  # fmt: skip


def chains_by_name(place: Place) -> dict[str, int]:
    """The district's chains by name and code."""
    rows = list(Chain.objects.filter(district_id=place.district_id).values_list("id", "name", "code"))
    return {name: pk for pk, name, _code in rows} | {code: pk for pk, _name, code in rows}


def references(place: Place) -> Mapping[str, Mapping[str, Any]]:
    """Name → id of what a row may name."""
    return {
        "kind": _with_names_first(OrganizationKind, kinds_by_spelling()),
        "establishment_mode": _with_names_first(EstablishmentMode, modes_by_spelling()),
        "town": town_names(place),
        "chain": chains_by_name(place),
    }


def _with_names_first(model: type, rows: Mapping[str, Any]) -> dict[str, int]:
    names = dict(model.objects.values_list("name", "id"))
    return names | {spelling: row.pk for spelling, row in rows.items() if spelling not in names}


def template_names(place: Place) -> Mapping[str, Iterable[str]]:
    """The drop-downs of the template."""
    return {
        "kind": OrganizationKind.objects.values_list("name", flat=True),
        "establishment_mode": EstablishmentMode.objects.values_list("name", flat=True),
        "town": open_towns(place).values_list("name", flat=True),
        "chain": Chain.objects.filter(district_id=place.district_id).values_list("name", flat=True),
        "area": Area.objects.filter(town__in=open_towns(place), closed_on=None).values_list(
            "name", flat=True
        ),
    }
