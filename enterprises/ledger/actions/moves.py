"""The moves of a deal, one function each (rules/deals.py is their table). Of two at once one wins; the other is told
which moves are open now."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.metrics.actions import mark_dirty

from .. import messages
from ..models import ProcurementDeal
from ..rules import amounts
from ..rules import deals as states
from . import common
from .chains import judgement_of, store
from .deals import LINES, mark_matched, reopen_matched, require_new_contract, require_sound
from .guard import actors_of, change, facts_of, locked, record, require_move

CHANGEABLE = frozenset({"amount", "signed_on", "goods", "contract_number", "segment"})
AT = {states.BUYER: "buyer_confirmed_at", states.SELLER: "seller_confirmed_at"}


@transaction.atomic
def confirm(*, deal: ProcurementDeal, by: User, version: int | None = None) -> ProcurementDeal:
    """A side confirms a purchase; when both have, it counts (待确认 → 已确认).

    Raises Conflict when this side has confirmed already or the deal is no longer waiting.
    """
    deal = locked(deal)
    who = require_move("confirm", deal, by, version=version)
    before, now = deal.status, timezone.now()
    sides = states.sides_to_confirm(facts_of(deal), who)
    values: dict[str, Any] = {AT[states.Actor(side)]: now for side in sides}
    if facts_of(deal).confirmed | sides == states.SIDES:
        values["status"] = states.CONFIRMED
    change(deal, **values)
    mark_matched(deal, sides)
    record(deal, "confirm", before=before, by=by, side=_side(sides))
    if deal.status == states.CONFIRMED:
        _mark(deal)
        messages.tell(deal, "confirm")
    return deal


@transaction.atomic
def dispute(*, deal: ProcurementDeal, by: User, reason: str, version: int | None = None) -> ProcurementDeal:
    """A side says that a purchase is not as it was reported; it does not count until that is settled (→ 有异议)."""
    deal = locked(deal)
    who = require_move("dispute", deal, by, version=version)
    reason = common.cleaned_reason(reason)
    before = deal.status
    sides = states.SIDES & who
    change(deal, status=states.DISPUTED, **{AT[states.Actor(side)]: None for side in sides})
    record(deal, "dispute", before=before, by=by, side=_side(sides), note=reason)
    if before in states.COUNTED:
        _mark(deal)
    messages.tell(deal, "dispute", detail=reason)
    return deal


@transaction.atomic
def correct(*, deal: ProcurementDeal, by: User, version: int, changes: Mapping[str, Any]) -> ProcurementDeal:
    """Who reported a purchase, or staff, set right what was wrong; whoever did not correct it confirms anew.

    Old values stand in the timeline. Without a difference nothing is written.
    """
    if unknown := changes.keys() - CHANGEABLE:
        raise ValueError(f"a deal has no changeable {sorted(unknown)}")
    deal = locked(deal)
    who = require_move("correct", deal, by, version=version)
    given = common.cleaned(changes, *LINES)
    changed = {name: value for name, value in given.items() if getattr(deal, name) != value}
    if not changed:
        return deal
    old = {name: getattr(deal, name) for name in changed}
    before, now = deal.status, timezone.now()
    for name, value in changed.items():
        setattr(deal, name, value)
    require_sound({name: getattr(deal, name) for name in CHANGEABLE}, deal.buyer, deal.seller)
    deal.contract_key = amounts.contract_key(deal.contract_number)
    require_new_contract(deal)
    store(deal, judgement_of(deal))
    stands_by = states.SIDES & who
    with common.refusing_twice(_("双方已登记过这份合同，请勿重复登记。")):
        change(
            deal,
            **{
                name: getattr(deal, name)
                for name in (*changed, "contract_key", "intra_chain", "intra_reason")
            },
            status=states.REPORTED,
            buyer_confirmed_at=now if states.BUYER in stands_by else None,
            seller_confirmed_at=now if states.SELLER in stands_by else None,
        )
    data = {name: [str(old[name] or ""), str(value or "")] for name, value in changed.items()}
    record(deal, "correct", before=before, by=by, side=_side(who), data=data)
    messages.tell(deal, "correct")
    return deal


@transaction.atomic
def resolve(*, deal: ProcurementDeal, by: User, reason: str, version: int | None = None) -> ProcurementDeal:
    """Staff have settled a dispute: the deal stands as reported and waits for the missing confirmation (→ 待确认)."""
    deal = locked(deal)
    require_move("resolve", deal, by, version=version)
    reason = common.cleaned_reason(reason)
    before = deal.status
    change(deal, status=states.REPORTED)
    record(deal, "resolve", before=before, by=by, side=states.STAFF, note=reason)
    messages.tell(deal, "resolve", detail=reason)
    return deal


@transaction.atomic
def verify(*, deal: ProcurementDeal, by: User, version: int | None = None) -> ProcurementDeal:
    """Staff have checked a confirmed purchase against its papers (已确认 → 已核实); no side disputes it any more."""
    deal = locked(deal)
    require_move("verify", deal, by, version=version)
    before = deal.status
    change(deal, status=states.VERIFIED)
    record(deal, "verify", before=before, by=by, side=states.STAFF)
    _mark(deal)
    messages.tell(deal, "verify")
    return deal


@transaction.atomic
def cancel(*, deal: ProcurementDeal, by: User, reason: str, version: int | None = None) -> ProcurementDeal:
    """A purchase is taken back by who reported it, or struck by staff: it leaves the total with the next roll-up, its
    timeline says why, and the offer and need that led to it are open again (→ 已撤销)."""
    deal = locked(deal)
    who = require_move("cancel", deal, by, version=version)
    reason = common.cleaned_reason(reason)
    before = deal.status
    change(deal, status=states.CANCELLED)
    record(deal, "cancel", before=before, by=by, side=_side(who), note=reason)
    reopened = reopen_matched(deal)
    if before in states.COUNTED:
        _mark(deal)
    messages.tell(deal, "cancel", detail=reason, reopened=reopened)
    return deal


def may_attach(deal: ProcurementDeal, by: User) -> bool:
    """Both sides and staff add papers, as long as the deal stands."""
    return deal.status != states.CANCELLED and bool(actors_of(by, deal))


def _side(who) -> str:
    """The actor that the timeline names: a side before staff, the buyer before the seller."""
    return next((side.value for side in (states.BUYER, states.SELLER, states.STAFF) if side in who), "")


def _mark(deal: ProcurementDeal) -> None:
    """The figures of the signing date; called when a deal begins or ceases to count."""
    mark_dirty("deal", days=[deal.signed_on])
