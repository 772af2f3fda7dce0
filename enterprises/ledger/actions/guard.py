"""How every move of a deal runs: the deal locked and read again, the table asked, the step written."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from portal.accounts.models import User
from portal.kit.problems import Conflict, Stale

from ..models import DealStep, ProcurementDeal
from ..rules import deals as states
from ..rules.deals import Facts, Parties


def facts_of(deal: ProcurementDeal) -> Facts:
    confirmed = {
        side.value
        for side, at in (
            (states.BUYER, deal.buyer_confirmed_at),
            (states.SELLER, deal.seller_confirmed_at),
        )
        if at is not None
    }
    return Facts(deal.status, frozenset(confirmed))


def parties_of(deal: ProcurementDeal) -> Parties:
    return Parties(
        district_id=deal.district_id,
        buyer=deal.buyer.uscc,
        seller=deal.seller.uscc,
        towns=(deal.buyer.town_id, deal.seller.town_id),
        reporter=deal.reporter,
    )


def actors_of(by: User, deal: ProcurementDeal) -> frozenset[str]:
    return states.actors(by.scope, parties_of(deal))


def open_moves(by: User, deal: ProcurementDeal) -> list[str]:
    """The moves that somebody may make now: what a page shows as buttons."""
    return states.moves_open(facts_of(deal), actors_of(by, deal))


def locked(deal: ProcurementDeal) -> ProcurementDeal:
    """The deal as it stands, locked for the rest of the transaction."""
    return (
        ProcurementDeal.objects.select_for_update(no_key=True, of=("self",))
        .select_related("buyer", "seller", "segment__chain")
        .get(pk=deal.pk)
    )


def require_move(code: str, deal: ProcurementDeal, by: User, *, version: int | None = None) -> frozenset[str]:
    """As whom the move is made. Raises PermissionDenied (403) for who may never do it, Stale for an old version, and
    Conflict (409) with the moves that are open when this one is not."""
    who = actors_of(by, deal)
    if not states.may_ever(code, who):
        raise PermissionDenied(_("您的角色不能进行这项操作。"))
    if version is not None and version != deal.version:
        raise Stale(current=summary(deal))
    facts = facts_of(deal)
    if problem := states.move_problem(code, facts, who):
        raise Conflict(
            problem, code="closed_move", current=summary(deal), open_moves=states.moves_open(facts, who)
        )
    return who


def summary(deal: ProcurementDeal) -> dict[str, Any]:
    """The row as a 409 shows it: enough to go on."""
    return {
        "number": deal.number,
        "status": deal.status,
        "status_label": str(deal.get_status_display()),
        "version": deal.version,
    }


def change(deal: ProcurementDeal, **values: Any) -> None:
    """Writes the locked deal's new values and counts its version."""
    for name, value in values.items():
        setattr(deal, name, value)
    deal.version += 1
    deal.save(update_fields=[*values, "version"])


def record(
    deal: ProcurementDeal,
    move: str,
    *,
    before: str,
    by: User,
    side: str = "",
    note: str = "",
    data: Mapping[str, Any] | None = None,
) -> DealStep:
    """Appends an entry to the timeline."""
    return DealStep.objects.create(
        deal=deal, move=move, before=before, after=deal.status, side=side, note=note, data=dict(data or {}), by=by,
        at=timezone.now(),
    )  # fmt: skip
