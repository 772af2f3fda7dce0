"""Who buys from whom inside a chain: amounts by segment, and the lead enterprises that buy most."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Sum

from ...registry.models import ChainMembership
from ..models import DealChain
from ..rules import deals as states


@dataclass(frozen=True)
class Flow:
    """What a buying segment bought from a selling one; None: the enterprise stood on the whole chain. Yuan."""

    seller: str | None
    buyer: str | None
    deals: int
    amount: Decimal


@dataclass(frozen=True)
class Buyer:
    """What an enterprise bought inside the chain, in yuan."""

    uscc: str
    name: str
    deals: int
    amount: Decimal


def between_segments(
    user, *, chain: int, first: datetime.date, last: datetime.date, towns: tuple[int, ...] = ()
) -> list[Flow]:
    """The counted deals inside a chain, signed in the period, by the segments of that day, the largest first.

    `towns`: only those of buyers there, as the figures count them. The sum is the chain's 链内采购金额.
    """
    rows = (
        _inside(user, chain, first, last, towns)
        .values(seller=F("seller_segment__name"), buyer=F("buyer_segment__name"))
        .annotate(deals=Count("pk"), amount=Sum("deal__amount"))
        .order_by("-amount", "seller", "buyer")
    )
    return [Flow(**row) for row in rows]


def top_lead_buyers(
    user,
    *,
    chain: int,
    first: datetime.date,
    last: datetime.date,
    towns: tuple[int, ...] = (),
    most: int = 10,
) -> list[Buyer]:
    """The chain's lead enterprises (链主) of today by what they bought inside it in the period."""
    leads = ChainMembership.objects.filter(
        enterprise=OuterRef("deal__buyer"), chain=chain, ended_on=None, role=ChainMembership.Role.LEAD
    )
    rows = (
        _inside(user, chain, first, last, towns)
        .filter(Exists(leads))
        .values(uscc=F("deal__buyer__uscc"), name=F("deal__buyer__name"))
        .annotate(deals=Count("pk"), amount=Sum("deal__amount"))
        .order_by("-amount", "uscc")[:most]
    )
    return [Buyer(**row) for row in rows]


def _inside(
    user, chain: int, first: datetime.date, last: datetime.date, towns: tuple[int, ...]
) -> QuerySet[DealChain]:
    rows = DealChain.objects.visible_to(user).filter(
        chain=chain, is_common=True, deal__status__in=states.COUNTED, deal__signed_on__range=(first, last)
    )
    return (rows.filter(deal__town__in=towns) if towns else rows).order_by()
