"""The sheets of the ledgers: purchases, credit grants, pledges; their columns and the names that they may use."""

import datetime
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from chains.industry.models import Segment
from portal.imports import cells
from portal.imports.amounts import money_wan
from portal.imports.registry import Place
from portal.imports.sheet import Column, Sheet
from portal.kit.days import FIRST_DAY

from .models import Bank, PledgeRegistration, ProcurementDeal

MAX_WAN = 1_000_000  # 100 亿元
STATES = {str(label): code for code, label in ProcurementDeal.Status.choices}
PLEDGE_KINDS = {str(label): code for code, label in PledgeRegistration.Kind.choices}
KNOWN_BY_HEADER = "表头放在第一行，列的顺序不限；带 * 的列必须填写。"
BLANK_LEAVES = "留空的单元格不改动已有内容；金额单位为万元。"


def _past(name: str, what: str):
    """A rule: the day is not after today."""

    def rule(values: Mapping[str, Any], given: Collection[str]) -> Iterable[tuple[str, str, str]]:
        day = values.get(name)
        today = datetime.date.today()  # noqa: DTZ011 - the bureau's wall calendar; TIME_ZONE is set process-wide
        if day is not None and day > today:
            yield name, "date_future", f"{what}不能晚于今天（{today:%Y-%m-%d}）。"

    return rule


def _positive(values: Mapping[str, Any], given: Collection[str]) -> Iterable[tuple[str, str, str]]:
    amount = values.get("amount")
    if amount is not None and amount <= 0:
        yield "amount", "not_positive", "金额应大于 0。"


def _two_sides(values: Mapping[str, Any], given: Collection[str]) -> Iterable[tuple[str, str, str]]:
    if values.get("buyer") and values.get("buyer") == values.get("seller"):
        yield "seller", "same_side", "采购方和供应方不能是同一家企业。"


DEAL_SHEET = Sheet(
    kind="procurement_deals",
    title="链内采购",
    key=("buyer", "seller", "contract_number"),
    columns=(
        Column("采购方统一社会信用代码", "buyer", cells.uscc, required=True, text=True, width=24),
        Column("供应方统一社会信用代码", "seller", cells.uscc, required=True, text=True, width=24),
        Column("合同编号", "contract_number", cells.text(80), required=True, text=True, width=22,
               help="同一对企业之间不能重复；全半角、大小写和空格不作区别。", example="HT-2026-001"),
        Column("采购内容", "goods", cells.text(200), required=True, width=30),
        Column("合同金额(万元)", "amount", money_wan(MAX_WAN, "合同金额"), required=True, width=16,
               help="以万元计，如 12.5；大于 0。"),
        Column("签订日期", "signed_on", cells.date("签订日期", not_before=FIRST_DAY), required=True, text=True,
               help="如 2026-05-06，不晚于今天，不早于双方成立日期。"),
        Column("供货环节", "segment", reference="segment", width=26, help="产业链/环节，或环节代码；可不填。"),
        Column("状态", "status", cells.choice(STATES, "状态"), choices=tuple(STATES),
               help="留空即可。双方在门户中确认；已确认的采购填“已核实”即为核实。"),
    ),
    rules=(_past("signed_on", "签订日期"), _positive, _two_sides),
    notes=(
        KNOWN_BY_HEADER, BLANK_LEAVES,
        "以采购方、供应方和合同编号识别：已有且双方尚未确认的更正，没有的新报送；已确认的不能用表格改动。",
        "由工作人员报送的采购，采购方和供应方都要在门户中确认后才计入统计。",
    ),
)  # fmt: skip

CREDIT_SHEET = Sheet(
    kind="credit_grants",
    title="授信台账",
    key=("uscc", "bank", "product", "granted_on", "contract_number"),
    columns=(
        Column("统一社会信用代码", "uscc", cells.uscc, required=True, text=True, width=24),
        Column("银行", "bank", cells.text(80), required=True, width=28, help="银行名称或代码；没有的自动登记。"),
        Column("产品", "product", cells.text(60), required=True, example="茸质贷"),
        Column("授信金额(万元)", "amount", money_wan(MAX_WAN, "授信金额"), required=True, width=16),
        Column("授信日期", "granted_on", cells.date("授信日期", not_before=FIRST_DAY), required=True, text=True),
        Column("合同编号", "contract_number", cells.text(80), text=True, width=22,
               help="同一天同一产品有几笔时必须填写；全半角、大小写和空格不作区别。"),
        Column("备注", "note", cells.text(200), width=30),
    ),
    rules=(_past("granted_on", "授信日期"), _positive),
    notes=(
        KNOWN_BY_HEADER, BLANK_LEAVES,
        "以企业、银行、产品、授信日期和合同编号识别：已有的更新，没有的新登记；撤销请在页面办理。",
        "没有合同编号的行，更新当天唯一的一笔；已登记而无编号、金额相同的一笔，填写编号即为补录编号。",
    ),
)  # fmt: skip

PLEDGE_SHEET = Sheet(
    kind="pledges",
    title="质押登记台账",
    key=("uscc", "register_number"),
    columns=(
        Column("统一社会信用代码", "uscc", cells.uscc, required=True, text=True, width=24),
        Column("登记号", "register_number", cells.text(80), required=True, text=True, width=22),
        Column("类型", "kind", cells.choice(PLEDGE_KINDS, "类型"), choices=tuple(PLEDGE_KINDS),
               help="留空时：新登记的记为“专利权”，已有的不变。"),
        Column("质押物", "subject", cells.text(120), width=30),
        Column("质权人", "bank", cells.text(80), required=True, width=28, help="银行等质权人的名称或代码。"),
        Column("质押金额(万元)", "amount", money_wan(MAX_WAN, "质押金额"), required=True, width=16),
        Column("登记日期", "registered_on", cells.date("登记日期", not_before=FIRST_DAY), required=True, text=True),
        Column("备注", "note", cells.text(200), width=30),
    ),
    rules=(_past("registered_on", "登记日期"), _positive),
    notes=(
        KNOWN_BY_HEADER, BLANK_LEAVES,
        "以企业和登记号识别：已有的更新，没有的新登记；撤销请在页面办理。",
    ),
)  # fmt: skip


def deal_references(place: Place) -> Mapping[str, Mapping[str, Any]]:
    names: dict[str, Any] = {}
    for pk, code, name, chain in _segments(place).values_list("pk", "code", "name", "chain__name"):
        names[f"{chain}/{name}"] = pk
        names[code] = pk
    return {"segment": names}


def deal_template_names(place: Place) -> Mapping[str, Iterable[str]]:
    """The drop-downs of the template."""
    rows = _segments(place).values_list("chain__name", "name")
    return {"segment": [f"{chain}/{name}" for chain, name in rows]}


def _segments(place: Place):
    rows = Segment.objects.filter(chain__district=place.district_id, closed_on=None)
    return rows.order_by("chain__position", "position", "code")


def no_references(place: Place) -> Mapping[str, Mapping[str, Any]]:
    return {}


def bank_names(place: Place) -> Mapping[str, Iterable[str]]:
    """The banks to choose from; a new name is taken too."""
    return {
        "bank": Bank.objects.filter(district=place.district_id)
        .order_by("name")
        .values_list("name", flat=True)
    }
