"""The sheet of places on chains (产业链成员表): one row for each enterprise on each chain, so that two chains are two rows."""

import datetime
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from chains.industry.models import Chain, Segment
from portal.imports import cells
from portal.imports.registry import Place
from portal.imports.sheet import Column, Sheet

from .sheets import ROLES

FIRST_DAY = datetime.date(1949, 1, 1)


def _dates_in_order(values: Mapping[str, Any], given: Collection[str]) -> Iterable[tuple[str, str, str]]:
    started, ended = values.get("started_on"), values.get("ended_on")
    today = datetime.date.today()  # noqa: DTZ011 - the bureau's wall calendar; TIME_ZONE is set process-wide
    for name, header, day in (("started_on", "入链日期", started), ("ended_on", "退出日期", ended)):
        if day is not None and day > today:
            yield name, "date_future", f"{header}不能晚于今天（{today:%Y-%m-%d}）。"
    if started and ended and ended < started:
        yield "ended_on", "date_order", "退出日期不能早于入链日期。"


PLACES_SHEET = Sheet(
    kind="chain_memberships",
    title="产业链成员",
    key=("uscc", "chain"),
    columns=(
        Column("统一社会信用代码", "uscc", cells.uscc, required=True, text=True, width=22,
               help="18 位；该列须为文本格式。企业须已登记。", example="91310117MA1J0000XX"),
        Column("产业链", "chain", reference="chain", required=True, width=22,
               help="产业链名称或代码。一家企业在两条链上就填两行。"),
        Column("链上环节", "segment", cells.text(60), width=22, help="所填产业链中的环节名称。"),
        Column("链上角色", "role", cells.choice(ROLES, "链上角色"), required=True, choices=tuple(ROLES)),
        Column("入链日期", "started_on", cells.date("入链日期", not_before=FIRST_DAY), text=True,
               help="如 2024-05-01；新入链留空时记为导入当天。"),
        Column("退出日期", "ended_on", cells.date("退出日期", not_before=FIRST_DAY), text=True,
               help="填写后企业退出这条链，记录保留。"),
    ),
    rules=(_dates_in_order,),
    notes=(
        "表头放在第一行，列的顺序不限；带 * 的列必须填写。",
        "以统一社会信用代码和产业链识别：企业已在这条链上的更新，不在的新增；留空的单元格不改动已有内容。",
        "企业须先在企业信息表中登记。填写退出日期即退出，退出的记录不再改动。",
    ),
)  # fmt: skip


def references(place: Place) -> Mapping[str, Mapping[str, Any]]:
    """A chain by name or code; its name is kept, for a person reads it in the preview."""
    chains = Chain.objects.filter(district_id=place.district_id).values_list("code", "name")
    names = {name: name for _code, name in chains}
    return {"chain": names | {code: name for code, name in chains if code not in names}}


def template_names(place: Place) -> Mapping[str, Iterable[str]]:
    """The drop-downs of the template."""
    chains = Chain.objects.filter(district_id=place.district_id)
    segments = Segment.objects.filter(chain__in=chains, closed_on=None)
    return {
        "chain": chains.values_list("name", flat=True),
        "segment": segments.order_by("chain__position", "position").values_list("name", flat=True),
    }
