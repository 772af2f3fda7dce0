"""Deals in a list, one deal with its timeline, and who may be named as a side."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from portal.accounts import naming
from portal.kit import filters as shared
from portal.kit.search import match
from portal.kit.text import clean_line
from portal.territory.models import District

from ...registry.models import Enterprise
from ...registry.queries import found as found_by
from ...registry.rules import clean_uscc
from ..models import Bank, DealChain, DealStep, ProcurementDeal
from ..models.deals import of_sides
from ..rules import deals as states
from ..rules.amounts import contract_key

FILTERS = frozenset(
    {
        "town",
        "chain",
        "segment",
        "status",
        "from",
        "to",
        "intra_chain",
        "uscc",
        "buyer",
        "seller",
        "waiting",
        "counted",
    }
)
SIDES_MEANT = 200
ORDERINGS = ("-signed_on", "amount", "number", "created_at")
VALUES = (
    "id",
    "number",
    "amount",
    "signed_on",
    "goods",
    "contract_number",
    "status",
    "reporter",
    "buyer_confirmed_at",
    "seller_confirmed_at",
    "intra_chain",
    "intra_reason",
    "created_at",
    "version",
)


def listed(user, filters: Mapping[str, str]) -> QuerySet[ProcurementDeal]:
    """The deals that a list asks for: FILTERS, and `search` in goods, names of both sides, contract and number.

    `town` is the buyer's, `chain` one that both shared on the signing date; `uscc` either side; `counted` deals that
    both have confirmed; `waiting` those that wait for a confirmation of the user's own enterprise (of anybody, for
    who has none). Raises Invalid for a value that does not exist or is no day.
    """
    given = shared.said(filters)
    shared.refuse_unknown(
        given,
        {
            "status": tuple(ProcurementDeal.Status.values),
            **dict.fromkeys(("intra_chain", "waiting", "counted"), shared.YES_NO),
        },
    )
    rows = shared.between(ProcurementDeal.objects.visible_to(user), "signed_on", given)
    for name in ("status", "town", "segment"):
        if name in given:
            rows = rows.filter(**{name if name == "status" else f"{name}__code": given[name]})
    if "intra_chain" in given:
        rows = rows.filter(intra_chain=given["intra_chain"] == "1")
    if "counted" in given:
        counted = Q(status__in=states.COUNTED)
        rows = rows.filter(counted if given["counted"] == "1" else ~counted)
    if "chain" in given:
        inside = DealChain.objects.filter(deal=OuterRef("pk"), chain__code=given["chain"], is_common=True)
        rows = rows.filter(Exists(inside))
    for side in ("buyer", "seller"):
        if side in given:
            rows = rows.filter(**{f"{side}__uscc": clean_uscc(given[side])})
    if "uscc" in given:
        rows = rows.filter(of_sides(Enterprise.objects.filter(uscc=clean_uscc(given["uscc"]))))
    if "waiting" in given:
        waits = waiting_for(user)
        rows = rows.filter(waits if given["waiting"] == "1" else ~waits)
    if text := given.get("search"):
        rows = rows.filter(_named(rows, text))
    return rows


def waiting_for(user) -> Q:
    """Deals that wait for the user's own enterprise; for staff, for anybody."""
    waits = Q(status=states.REPORTED)
    own = user.scope.enterprises
    if not own:
        return waits
    return waits & (
        Q(buyer__uscc__in=own, buyer_confirmed_at=None) | Q(seller__uscc__in=own, seller_confirmed_at=None)
    )


def _named(rows: QuerySet, text: str) -> Q:
    """By goods, by a side's name, by contract or deal number: every way has its index, so that they can be joined.

    A name that means more than SIDES_MEANT enterprises says nothing about a side.
    """
    found = match(rows, text, "goods") | Q(contract_key=contract_key(text)) | Q(number=text.upper())
    meant = Enterprise.objects.filter(match(Enterprise.objects.all(), text)).order_by()
    ids = list(meant.values_list("pk", flat=True)[: SIDES_MEANT + 1])
    return found | Q(buyer__in=ids) | Q(seller__in=ids) if len(ids) <= SIDES_MEANT else found


def list_values(rows: QuerySet[ProcurementDeal]) -> QuerySet:
    """The columns of a list row, flat, in one statement (portal/kit/pagination pages it)."""
    return rows.values(
        *VALUES,
        buyer_uscc=F("buyer__uscc"),
        buyer_name=F("buyer__name"),
        seller_uscc=F("seller__uscc"),
        seller_name=F("seller__name"),
        town_code=F("town__code"),
        town_name=F("town__short_name"),
        segment_code=F("segment__code"),
        segment_name=F("segment__name"),
    )


def chains_of(deals: Iterable[int]) -> dict[int, list[dict[str, Any]]]:
    """The chains that both sides of many deals shared, in one query, by deal id."""
    found: dict[int, list[dict[str, Any]]] = {}
    rows = DealChain.objects.filter(deal__in=list(deals), is_common=True).order_by(
        "chain__position", "chain__code"
    )
    names = ("chain__code", "chain__name", "buyer_segment__name", "seller_segment__name")
    for deal, code, name, bought, sold in rows.values_list("deal", *names):
        found.setdefault(deal, []).append(
            {"code": code, "name": name, "buyer_segment": bought, "seller_segment": sold}
        )
    return found


def deal_for(user, number: str) -> ProcurementDeal | None:
    """One deal in scope; None for a missing one and for one outside the scope alike."""
    return (
        ProcurementDeal.objects.visible_to(user)
        .select_related("buyer__town", "seller__town", "town", "segment__chain", "need", "offer", "district")
        .filter(number=number)
        .first()
    )


def timeline_of(deal: ProcurementDeal) -> QuerySet[DealStep]:
    """What happened to a deal, the oldest first."""
    return DealStep.objects.filter(deal=deal).select_related("by").order_by("at", "id")


def sides_of(deal: ProcurementDeal, users: Collection[int | None]) -> dict[int, str]:
    """For each of these users the side that acts through it on a deal: buyer or seller by name, else staff. One query,
    none without users."""
    names = {side.uscc: side.name for side in (deal.buyer, deal.seller)}
    return naming.sides_of(
        users, lambda row: names.get(row.enterprise, ""), otherwise=str(states.STAFF.label)
    )


def districts_of(user) -> QuerySet:
    """The districts that a user has to do with: seen whole, of the own towns, or of the own enterprises and banks."""
    scope = user.scope
    own = Enterprise.objects.filter(uscc__in=scope.enterprises).values("district")
    lent = Bank.objects.filter(code__in=scope.institutions).values("district")
    return District.objects.filter(
        Q(pk__in=scope.districts) | Q(towns__in=scope.towns) | Q(pk__in=own) | Q(pk__in=lent)
    ).values("pk")


def side_for(user, uscc: str) -> Enterprise | None:
    """The enterprise that a report names as a side: any of the user's district, for one buys from whomever one buys;
    what the user sees of it is its name."""
    rows = Enterprise.objects.select_related("district", "town").filter(uscc=clean_uscc(clean_line(uscc)))
    return (rows if user.scope.is_admin else rows.filter(district__in=districts_of(user))).first()


def sides_found(user, text: str, limit: int) -> list[Enterprise]:
    """Enterprises to choose a side from, by part of the name or USCC: of the user's district, named only."""
    rows = Enterprise.objects.exclude(status=Enterprise.Status.DEREGISTERED)
    if not user.scope.is_admin:
        rows = rows.filter(district__in=districts_of(user))
    return list(found_by(rows, text).order_by("name", "pk")[:limit])


def own_enterprise(user) -> Enterprise | None:
    """The enterprise for which an enterprise user acts; None for everybody else."""
    if not user.scope.enterprises or user.scope.is_staff:
        return None
    rows = Enterprise.objects.visible_to(user).select_related("district", "town")
    return rows.filter(uscc__in=user.scope.enterprises).order_by("uscc").first()
