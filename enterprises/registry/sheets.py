"""The enterprise sheet (企业信息表): its columns and the rules across a row. Headers are fixed by the contract."""

import datetime
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from portal.imports import amounts, cells
from portal.imports.sheet import Column, Sheet

from ..profile.rules import FIRST_SURVEY

MAX_EMPLOYEES = 1_000_000
MAX_MEMBERS = 100_000
MAX_REVENUE_WAN = 99_999_999

KINDS = {
    "小微企业": "small_micro",
    "个体工商户": "self_employed",
    "专业市场": "specialised_market",
    "规上企业": "above_scale",
    "其他": "other",
}
STATUSES = {"存续": "active", "停业": "suspended", "注销": "deregistered"}
ROLES = {"链主": "lead", "骨干": "backbone", "配套": "supporting"}
FORMS = {"无": "none", "单独组建": "alone", "联合组建": "joint"}
METHODS = {"年报": "annual_report", "抽查检查": "inspection", "走访": "visit", "自报": "self_report"}


def _choice(header: str, name: str, names: Mapping[str, str], **options: Any) -> Column:
    """A column of fixed choices: the Chinese labels, as the drop-down offers them."""
    return Column(header, name, cells.choice(names, header), choices=tuple(names), **options)


def _position_needs_chain(
    values: Mapping[str, Any], given: Collection[str]
) -> Iterable[tuple[str, str, str]]:
    if "chain" not in given:
        for name, header in (("segment", "链上环节"), ("chain_role", "链上角色")):
            if name in values:
                yield name, "needs_chain", f"填写{header}时必须同时填写产业链。"


def _no_organization_means_none(
    values: Mapping[str, Any], given: Collection[str]
) -> Iterable[tuple[str, str, str]]:
    if values.get("organization_form") == "none":
        for name, header in (("organization_name", "党组织名称"), ("establishment_mode", "组建方式")):
            if name in values:
                yield name, "no_organization", f"党组织形式为“无”时，{header}应留空。"


def _dates_in_order(values: Mapping[str, Any], given: Collection[str]) -> Iterable[tuple[str, str, str]]:
    founded, surveyed = values.get("founded_on"), values.get("surveyed_on")
    today = datetime.date.today()  # noqa: DTZ011 - the bureau's wall calendar; TIME_ZONE is set process-wide
    for name, day in (("founded_on", founded), ("surveyed_on", surveyed)):
        if day is not None and day > today:
            header = "成立日期" if name == "founded_on" else "摸排日期"
            yield name, "date_future", f"{header}不能晚于今天（{today:%Y-%m-%d}）。"
    if founded and surveyed and surveyed < founded:
        yield "surveyed_on", "date_order", "摸排日期不能早于成立日期。"


ENTERPRISE_SHEET = Sheet(
    kind="enterprises",
    title="企业信息",
    key="uscc",
    columns=(
        Column("统一社会信用代码", "uscc", cells.uscc, required=True, text=True, width=22,
               help="18 位；该列须为文本格式。", example="91310117MA1J0000XX"),
        Column("企业名称", "name", cells.text(120), required=True, width=32, help="营业执照上的全称。"),
        _choice("企业类型", "kind", KINDS, required=True),
        Column("所属街镇", "town", reference="town", required=True, help="街镇名称、简称或代码，如 九亭镇、九亭。"),
        Column("经营地址", "address", cells.text(200), width=32),
        Column("成立日期", "founded_on", cells.date("成立日期", not_before=datetime.date(1949, 1, 1)), text=True,
               help="如 2020-01-05。"),
        _choice("登记状态", "status", STATUSES, help="留空时：新企业记为“存续”，已有企业不变。"),
        Column("行业代码", "industry_code", cells.industry_code, text=True, help="GB/T 4754：门类字母或 2 至 4 位数字。"),
        Column("产业链", "chain", reference="chain", width=20),
        Column("链上环节", "segment", cells.text(60), width=20, help="所填产业链中的环节名称。"),
        _choice("链上角色", "chain_role", ROLES),
        Column("从业人数", "employees", amounts.integer(MAX_EMPLOYEES, "从业人数")),
        Column("上年营业收入(万元)", "revenue", amounts.money_wan(MAX_REVENUE_WAN, "上年营业收入"), width=20,
               help="单位为万元，可带小数。"),
        Column("正式党员数", "full_members", amounts.integer(MAX_MEMBERS, "正式党员数")),
        Column("预备党员数", "probationary_members", amounts.integer(MAX_MEMBERS, "预备党员数")),
        _choice("党组织形式", "organization_form", FORMS),
        Column("党组织名称", "organization_name", cells.text(120), width=28, help="全称；已登记的也可填编号。"),
        Column("组建方式", "establishment_mode", reference="establishment_mode", width=18),
        Column("书记姓名", "secretary_name", cells.text(40), personal=True),
        Column("书记电话", "secretary_phone", cells.phone, personal=True, text=True, width=18),
        Column("联系人", "contact_name", cells.text(40), personal=True),
        Column("联系电话", "contact_phone", cells.phone, personal=True, text=True, width=18),
        Column("摸排日期", "surveyed_on", cells.date("摸排日期", not_before=FIRST_SURVEY), text=True),
        _choice("摸排方式", "survey_method", METHODS),
        Column("资质荣誉", "honours", cells.several(60, 50), width=28, help="多项用；分隔，如 高新技术企业；专精特新。"),
    ),
    rules=(_position_needs_chain, _no_organization_means_none, _dates_in_order),
    notes=(
        "表头放在第一行，列的顺序不限；带 * 的列必须填写。",
        "以统一社会信用代码识别企业：已有的更新，没有的新建；留空的单元格不改动已有内容。",
        "日期可写作 2026-01-05、2026/1/5、2026年1月5日或 20260105。",
        "先检查、再预览、后提交；提交前不会改动任何数据。",
    ),
)  # fmt: skip
