"""The ledgers as workbooks: the columns of their sheets, so that an export can be edited and imported again."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from chains.filters import refuse_unknown_codes
from portal.imports.registry import ExportTable
from portal.imports.sheet import Sheet
from portal.kit.problems import Invalid

from .models import ProcurementDeal
from .queries import credit, deals
from .sheets import CREDIT_SHEET, DEAL_SHEET, PLEDGE_KINDS, PLEDGE_SHEET

WAN = Decimal(10_000)
SLICE = 2_000
KIND_NAMES = {code: name for name, code in PLEDGE_KINDS.items()}
STATE_NAMES = {code: str(label) for code, label in ProcurementDeal.Status.choices}


def _checked(listed: Callable, names: frozenset[str]) -> Callable[[Any, Mapping[str, str]], None]:
    def check(user, filters: Mapping[str, str]) -> None:
        """Raises Invalid for a filter, a choice or a code that does not exist."""
        if unknown := filters.keys() - names - {"search"}:
            raise Invalid({name: _("没有这个筛选条件。") for name in sorted(unknown)})
        listed(user, filters)
        refuse_unknown_codes(filters)

    return check


check_deals = _checked(deals.listed, deals.FILTERS)
check_credit = _checked(credit.credit_listed, credit.CREDIT_FILTERS)
check_pledges = _checked(credit.pledges_listed, credit.PLEDGE_FILTERS)


def deal_table(user, filters: Mapping[str, str], export_id: str) -> ExportTable:
    """The deals in the user's scope that pass the filters, with what the list adds to the sheet: number, names, chains."""
    rows = deals.listed(user, filters)
    more = ["编号", "采购方", "供应方", "链内采购", "判定依据"]
    return ExportTable(
        title=DEAL_SHEET.title,
        headers=[*(column.header for column in DEAL_SHEET.columns), *more],
        rows=_deals(rows),
        count=rows.order_by().count(),
    )


def _deals(rows: QuerySet[ProcurementDeal]) -> Iterator[list[Any]]:
    values = deals.list_values(rows).values_list(
        "buyer_uscc", "seller_uscc", "contract_number", "goods", "amount", "signed_on", "segment_code", "status",
        "number", "buyer_name", "seller_name", "intra_chain", "intra_reason",
    )  # fmt: skip
    for row in values.order_by("-signed_on", "-id").iterator(SLICE):
        found = list(row)
        found[4] = found[4] / WAN
        found[6] = found[6] or ""
        found[7] = STATE_NAMES[found[7]]
        found[11] = "是" if found[11] else "否"
        yield found


def credit_table(user, filters: Mapping[str, str], export_id: str) -> ExportTable:
    """The credit grants in the user's scope that pass the filters; without a state those that stand."""
    rows = credit.credit_listed(user, {"status": "active", **filters})
    return _table(CREDIT_SHEET, rows, "-granted_on")


def pledge_table(user, filters: Mapping[str, str], export_id: str) -> ExportTable:
    """The pledges in the user's scope that pass the filters; without a state those that stand."""
    rows = credit.pledges_listed(user, {"status": "active", **filters})
    return _table(PLEDGE_SHEET, rows, "-registered_on")


def _table(sheet: Sheet, rows: QuerySet, order: str) -> ExportTable:
    names = [column.field for column in sheet.columns]
    return ExportTable(
        title=sheet.title,
        headers=[*(column.header for column in sheet.columns), "编号", "企业名称", "街镇"],
        rows=(
            [*(_cell(row, name) for name in names), row.number, row.enterprise.name, row.town.name]
            for row in rows.order_by(order, "-pk").iterator(SLICE)
        ),
        count=rows.order_by().count(),
    )


def _cell(row: Any, name: str) -> Any:
    if name == "uscc":
        return row.enterprise.uscc
    if name == "bank":
        return row.bank.name
    if name == "amount":
        return row.amount / WAN
    return KIND_NAMES[row.kind] if name == "kind" else getattr(row, name)
