"""Sheets of the ledgers, row by row through the actions."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from chains.industry.models import Segment
from portal.accounts.models import User
from portal.imports.by_row import Change, Refused, Row
from portal.imports.registry import Place

from ..registry.models import Enterprise
from . import actions
from .models import Bank, CreditGrant, PledgeRegistration, ProcurementDeal
from .rules import deals as states
from .rules.amounts import contract_key

SLICE = 1_000


def enterprises_of(place: Place, codes: set[str]) -> dict[str, Enterprise]:
    """The district's enterprises that a file names, by USCC."""
    rows = Enterprise.objects.filter(district=place.district_id, uscc__in=codes)
    return {row.uscc: row for row in rows.select_related("district", "town")}


class Reach:
    """Which enterprises the upload and who writes it reach: both the file's towns and the person's."""

    def __init__(self, place: Place, by: User):
        self.towns, self.scope = place.towns, by.scope

    def __call__(self, enterprise: Enterprise) -> bool:
        may = self.scope.manages_town(enterprise.town_id, enterprise.district_id)
        return may and (self.towns is None or enterprise.town_id in self.towns)


class DealTaker:
    """One file of purchases over the stored ones. A deal is known by its two sides and the contract."""

    FIELDS = ("goods", "amount", "signed_on", "segment", "contract_number")

    def __init__(self, place: Place, by: User, rows: list[Row]):
        self.by, self.reach = by, Reach(place, by)
        codes = {row.values[side] for row in rows for side in ("buyer", "seller") if side in row.values}
        self.enterprises = enterprises_of(place, codes)
        self.segments = {
            row.pk: row
            for row in Segment.objects.filter(chain__district=place.district_id).select_related("chain")
        }
        keys = [contract_key(row.values.get("contract_number", "")) for row in rows]
        found = (
            ProcurementDeal.objects.filter(district=place.district_id, contract_key__in=keys)
            .exclude(status=states.CANCELLED)
            .select_related("buyer", "seller", "segment__chain")
        )
        self.known = {(deal.buyer.uscc, deal.seller.uscc, deal.contract_key): deal for deal in found}

    def arrange(self, rows: list[Row]) -> list[Row]:
        """As they stand; a contract that comes twice, written a little differently, is told at the later row."""
        first: dict[tuple, Row] = {}
        for row in rows:
            pair = frozenset((row.values["buyer"], row.values["seller"]))
            known = first.setdefault((pair, contract_key(row.values["contract_number"])), row)
            if known is not row:
                row.faults = {"contract_number": f"与第 {known.row_no} 行是同一份合同，请只保留一行。"}
        return rows

    def compare(self, row: Row) -> Sequence[Change] | None:
        """What differs from the stored deal; None for a new one."""
        buyer, seller = (self._side(row, side) for side in ("buyer", "seller"))
        if not (self.reach(buyer) or self.reach(seller)):
            raise Refused({"buyer": "双方都不在您负责的街镇范围内，请交由相应街镇或区局导入。"})
        row.wanted = {name: row.values[name] for name in self.FIELDS if name in row.values}
        row.wanted |= {"signed_on": row.day("signed_on"), "amount": Decimal(row.values["amount"])}
        if "segment" in row.wanted:
            row.wanted["segment"] = self.segments[row.wanted["segment"]]
        deal = self.known.get(self._key(row))
        given = row.values.get("status", "")
        if deal is None:
            if given not in ("", states.REPORTED):
                raise Refused({"status": "新报送的采购由双方在门户中确认，状态请留空或填“待确认”。"})
            row.wanted |= {"buyer": buyer, "seller": seller}
            return None
        changes = [
            Change(name, _shown(getattr(deal, name)), _shown(value))
            for name, value in row.wanted.items()
            if name != "contract_number" and getattr(deal, name) != value
        ]
        if given and given != deal.status:
            if (deal.status, given) != (states.CONFIRMED, states.VERIFIED):
                raise Refused(
                    {"status": f"这笔采购目前为“{deal.get_status_display()}”，不能用表格改为该状态。"}
                )
            if changes:
                raise Refused({changes[0].field: "核实时不能同时改动内容，请先核对。"})
            return [Change("status", deal.status, given)]
        return changes

    def take(self, row: Row, changes: Sequence[Change] | None) -> None:
        """Reports, corrects or verifies through the action."""
        deal = self.known.get(self._key(row))
        if deal is None:
            deal = actions.report_deal(by=self.by, **row.wanted)
        elif [change.field for change in changes or ()] == ["status"]:
            deal = actions.verify(deal=deal, by=self.by)
        else:
            wanted = {change.field: row.wanted[change.field] for change in changes or ()}
            deal = actions.correct(deal=deal, by=self.by, version=deal.version, changes=wanted)
        self.known[self._key(row)] = deal

    def expect(self, row: Row, changes: Sequence[Change] | None) -> None:
        """Deals do not lean on each other; what only the database knows is found by the commit."""

    def _key(self, row: Row) -> tuple[str, str, str]:
        return row.values["buyer"], row.values["seller"], contract_key(row.values["contract_number"])

    def _side(self, row: Row, side: str) -> Enterprise:
        found = self.enterprises.get(row.values[side])
        if found is None:
            raise Refused({side: "本区没有登记这家企业，请先登记企业再报送采购。"})
        return found


class LentTaker:
    """What sheets of grants and of pledges share."""

    FIELDS: tuple[str, ...] = ()
    DAY = ""

    def __init__(self, place: Place, by: User, rows: list[Row]):
        self.by, self.reach = by, Reach(place, by)
        self.enterprises = enterprises_of(place, {row.values["uscc"] for row in rows if "uscc" in row.values})
        self.codes = dict(Bank.objects.filter(district=place.district_id).values_list("code", "name"))
        self.known: dict[tuple, Any] = {}
        for one in self.stored(rows):
            self.note(one)

    def stored(self, rows: list[Row]):
        raise NotImplementedError

    def key_of(self, stored: Any) -> tuple:
        raise NotImplementedError

    def key(self, row: Row) -> tuple:
        raise NotImplementedError

    def find(self, row: Row) -> Any:
        """The stored row that a row of the file means, or None."""
        return self.known.get(self.key(row))

    def note(self, stored: Any) -> None:
        """Remembers a row as it is stored now."""
        self.known[self.key_of(stored)] = stored

    def create(self, enterprise: Enterprise, wanted: dict[str, Any]) -> Any:
        raise NotImplementedError

    def change(self, stored: Any, changes: dict[str, Any]) -> Any:
        raise NotImplementedError

    def arrange(self, rows: list[Row]) -> list[Row]:
        """As they stand: they do not lean on each other."""
        return rows

    def compare(self, row: Row) -> Sequence[Change] | None:
        """What differs from the stored row; None for a new one."""
        enterprise = self.enterprises.get(row.values["uscc"])
        if enterprise is None:
            raise Refused({"uscc": "本区没有登记这家企业，请先登记企业。"})
        if not self.reach(enterprise):
            raise Refused({"uscc": "企业不在您负责的街镇范围内，请交由相应街镇或区局导入。"})
        row.wanted = {name: row.values[name] for name in self.FIELDS if name in row.values}
        row.wanted |= {self.DAY: row.day(self.DAY), "amount": Decimal(row.values["amount"])}
        row.wanted["bank"] = self.codes.get(row.wanted["bank"], row.wanted["bank"])
        stored = self.find(row)
        if stored is None:
            return None
        return [
            Change(name, _shown(_value(stored, name)), _shown(value))
            for name, value in row.wanted.items()
            if _value(stored, name) != value
        ]

    def take(self, row: Row, changes: Sequence[Change] | None) -> None:
        """Records or corrects through the action."""
        stored = self.find(row)
        if stored is None:
            self.note(self.create(self.enterprises[row.values["uscc"]], row.wanted))
        else:
            wanted = {change.field: row.wanted[change.field] for change in changes or ()}
            self.note(self.change(stored, wanted))

    def expect(self, row: Row, changes: Sequence[Change] | None) -> None:
        """Rows do not lean on each other."""


class CreditTaker(LentTaker):
    """One file of credit grants. A grant is known by enterprise, bank, product and day, and by its contract number when
    there are several; a row without a number means the only one of that day."""

    FIELDS = ("bank", "product", "amount", "granted_on", "contract_number", "note")
    DAY = "granted_on"

    def stored(self, rows: list[Row]):
        return CreditGrant.objects.filter(
            enterprise__in=[row.pk for row in self.enterprises.values()], cancelled_at=None
        ).select_related("enterprise", "bank")

    def arrange(self, rows: list[Row]) -> list[Row]:
        """As they stand; a contract that comes twice, written a little differently, is told at the later row."""
        self.numbers: dict[tuple, dict[str, Row]] = {}
        for row in rows:
            bank = self.codes.get(row.values["bank"], row.values["bank"])
            place = (row.values["uscc"], bank, row.values["product"], row.day("granted_on"))
            known = self.numbers.setdefault(place, {}).setdefault(_number(row), row)
            if known is not row:
                row.faults = {"contract_number": f"与第 {known.row_no} 行是同一笔授信，请只保留一行。"}
        return rows

    def key_of(self, stored: CreditGrant) -> tuple:
        return stored.enterprise.uscc, stored.bank.name, stored.product, stored.granted_on

    def key(self, row: Row) -> tuple:
        return row.values["uscc"], row.wanted["bank"], row.wanted["product"], row.wanted["granted_on"]

    def find(self, row: Row) -> CreditGrant | None:
        """The grant with the row's number. One that was recorded without is meant when the amount is the same and no
        row of the file means it; without a number the only one that no other row names. Raises Refused for several."""
        of_day, named = self.known.get(self.key(row), {}), self.numbers[self.key(row)]
        number = _number(row)
        known = {grant.contract_key: grant for grant in of_day.values()}
        if number in known:
            return known[number]
        if number:
            bare = known.get("")
            return bare if bare and "" not in named and bare.amount == row.wanted["amount"] else None
        others = [grant for key, grant in known.items() if key not in named]
        if len(others) > 1:
            text = f"当天在这家银行有 {len(others)} 笔同一产品的授信，请填写合同编号。"
            raise Refused({"contract_number": text})
        return others[0] if others else None

    def note(self, stored: CreditGrant) -> None:
        self.known.setdefault(self.key_of(stored), {})[stored.pk] = stored

    def create(self, enterprise: Enterprise, wanted: dict[str, Any]) -> CreditGrant:
        return actions.grant_credit(enterprise=enterprise, by=self.by, **wanted)

    def change(self, stored: CreditGrant, changes: dict[str, Any]) -> CreditGrant:
        return actions.change_credit(grant=stored, by=self.by, version=stored.version, changes=changes)


class PledgeTaker(LentTaker):
    """One file of pledges; a pledge is known by enterprise and register number."""

    FIELDS = ("bank", "kind", "subject", "amount", "registered_on", "register_number", "note")
    DAY = "registered_on"

    def stored(self, rows: list[Row]):
        return PledgeRegistration.objects.filter(
            enterprise__in=[row.pk for row in self.enterprises.values()], cancelled_at=None
        ).select_related("enterprise", "bank")

    def key_of(self, stored: PledgeRegistration) -> tuple:
        return stored.enterprise.uscc, stored.register_key

    def key(self, row: Row) -> tuple:
        return row.values["uscc"], contract_key(row.values["register_number"])

    def create(self, enterprise: Enterprise, wanted: dict[str, Any]) -> PledgeRegistration:
        return actions.register_pledge(enterprise=enterprise, by=self.by, **wanted)

    def change(self, stored: PledgeRegistration, changes: dict[str, Any]) -> PledgeRegistration:
        return actions.change_pledge(pledge=stored, by=self.by, version=stored.version, changes=changes)


def _number(row: Row) -> str:
    return contract_key(row.values.get("contract_number", ""))


def _value(stored: Any, name: str) -> Any:
    return stored.bank.name if name == "bank" else getattr(stored, name)


def _shown(value: Any) -> Any:
    """A value as the preview keeps it: JSON has no amounts, days or rows."""
    return value if value is None or isinstance(value, str) else str(value)
