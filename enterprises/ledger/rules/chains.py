"""Whether a purchase lies inside a chain: by the places of both sides on the signing date (domain.md)."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Place:
    """A place on a chain, from day to day; the day of leaving is the first without it."""

    chain: int
    chain_name: str
    segment: int | None
    started_on: datetime.date
    ended_on: datetime.date | None = None

    def holds_on(self, day: datetime.date) -> bool:
        return self.started_on <= day and (self.ended_on is None or day < self.ended_on)


@dataclass(frozen=True)
class OnChain:
    """A chain on which the buyer stood that day; `is_common`: the seller too."""

    chain: int
    is_common: bool
    buyer_segment: int | None
    seller_segment: int | None


@dataclass(frozen=True)
class Judgement:
    intra_chain: bool
    reason: str
    chains: tuple[OnChain, ...]


def judge(buyer: Iterable[Place], seller: Iterable[Place], day: datetime.date) -> Judgement:
    """What the places of both sides say about a deal signed on `day`, with the reason in words."""
    buyer, seller = list(buyer), list(seller)
    bought = {place.chain: place for place in buyer if place.holds_on(day)}
    sold = {place.chain: place for place in seller if place.holds_on(day)}
    chains = tuple(
        OnChain(
            chain=chain,
            is_common=chain in sold,
            buyer_segment=place.segment,
            seller_segment=sold[chain].segment if chain in sold else None,
        )
        for chain, place in sorted(bought.items())
    )
    common = [bought[row.chain].chain_name for row in chains if row.is_common]
    if common:
        reason = _("签订日 %(day)s 双方同在：%(chains)s。") % {"day": day, "chains": "、".join(common)}
    else:
        reason = _why_not(buyer, seller, bought, sold, day)
    return Judgement(bool(common), reason[:200], chains)


def _why_not(buyer: list[Place], seller: list[Place], bought: dict, sold: dict, day: datetime.date) -> str:
    """The plainest reason first: nowhere at all, left before, joined after, on other chains."""
    for who, places, now in ((_("采购方"), buyer, bought), (_("供应方"), seller, sold)):
        if not now:
            return _("签订日 %(day)s %(who)s不在任何产业链上。") % {"day": day, "who": who} + _missed(
                places, day
            )
    for who, places, others in ((_("采购方"), buyer, sold), (_("供应方"), seller, bought)):
        for place in places:
            if place.chain in others and not place.holds_on(day):
                return _("签订日 %(day)s 双方没有共同的产业链。") % {"day": day} + _missed([place], day, who)
    return _("签订日 %(day)s 双方没有共同的产业链。") % {"day": day}


def _missed(places: list[Place], day: datetime.date, who: str = "") -> str:
    """The place that came nearest to the day: left before it, or taken after it."""
    left = max(
        (p for p in places if p.ended_on and p.ended_on <= day), key=lambda p: p.ended_on, default=None
    )
    if left is not None:
        return _("%(who)s已于 %(day)s 退出“%(chain)s”。") % {
            "who": who,
            "day": left.ended_on,
            "chain": left.chain_name,
        }
    later = min((p for p in places if p.started_on > day), key=lambda p: p.started_on, default=None)
    if later is not None:
        return _("%(who)s于 %(day)s 才加入“%(chain)s”。") % {
            "who": who,
            "day": later.started_on,
            "chain": later.chain_name,
        }
    return ""
