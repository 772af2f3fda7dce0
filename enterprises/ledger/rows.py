"""The ledgers as lists and programs read them: plain values, codes with their labels; of the other side of a deal no
more than its name and code."""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.naming import names_for
from portal.kit.attachments import attachment_row

from .actions.guard import actors_of, facts_of, open_moves
from .models import CreditGrant, DealAttachment, DealStep, PledgeRegistration, Posting, ProcurementDeal
from .queries.board import Answer
from .queries.deals import chains_of, sides_of, timeline_of
from .rules import deals as states
from .rules.amounts import can_change_lent
from .rules.board import can_post_for

STATUS = dict(ProcurementDeal.Status.choices)
REPORTER = dict(ProcurementDeal.Reporter.choices)


def credit_rows(rows: Iterable[CreditGrant], user) -> list[dict[str, Any]]:
    rows = list(rows)
    name = names_for(user, [row.recorded_by for row in rows])
    return [_credit(row, user, name) for row in rows]


def credit_row(row: CreditGrant, user) -> dict[str, Any]:
    return credit_rows([row], user)[0]


def _credit(row: CreditGrant, user, name: Callable[[User | None], str]) -> dict[str, Any]:
    return {
        **_lent(row, user, name),
        "product": row.product,
        "granted_on": row.granted_on,
        "contract_number": row.contract_number,
    }


def pledge_rows(rows: Iterable[PledgeRegistration], user) -> list[dict[str, Any]]:
    rows = list(rows)
    name = names_for(user, [row.recorded_by for row in rows])
    return [_pledge(row, user, name) for row in rows]


def pledge_row(row: PledgeRegistration, user) -> dict[str, Any]:
    return pledge_rows([row], user)[0]


def _pledge(row: PledgeRegistration, user, name: Callable[[User | None], str]) -> dict[str, Any]:
    return {
        **_lent(row, user, name),
        "kind": row.kind,
        "kind_label": str(row.get_kind_display()),
        "register_number": row.register_number,
        "subject": row.subject,
        "registered_on": row.registered_on,
    }


def _lent(row: CreditGrant | PledgeRegistration, user, name: Callable[[User | None], str]) -> dict[str, Any]:
    cancelled = row.cancelled_at is not None
    return {
        "number": row.number,
        "uscc": row.enterprise.uscc,
        "enterprise_name": row.enterprise.name,
        "town": row.town.code,
        "town_name": row.town.short_name,
        "bank": row.bank.name,
        "bank_code": row.bank.code,
        "amount": row.amount,
        "note": row.note,
        "status": "cancelled" if cancelled else "active",
        "status_label": _("已撤销") if cancelled else _("有效"),
        "cancel_reason": row.cancel_reason,
        "recorded_by": name(row.recorded_by),
        "created_at": row.created_at,
        "may_change": not cancelled and can_change_lent(user, row),
        "version": row.version,
    }


def deal_rows(values: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of a page of `queries.deals.list_values`, with labels and chains (one more query)."""
    values = list(values)
    chains = chains_of([row["id"] for row in values]) if values else {}
    return [_deal(row, chains.get(row["id"], [])) for row in values]


def _deal(row: dict[str, Any], chains: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "number": row["number"],
        "buyer": row["buyer_uscc"],
        "buyer_name": row["buyer_name"],
        "seller": row["seller_uscc"],
        "seller_name": row["seller_name"],
        "town": row["town_code"],
        "town_name": row["town_name"],
        "amount": row["amount"],
        "signed_on": row["signed_on"],
        "goods": row["goods"],
        "contract_number": row["contract_number"],
        "segment": row["segment_code"],
        "segment_name": row["segment_name"],
        "status": row["status"],
        "status_label": str(STATUS[row["status"]]),
        "reporter": row["reporter"],
        "reporter_label": str(REPORTER[row["reporter"]]),
        "buyer_confirmed_at": row["buyer_confirmed_at"],
        "seller_confirmed_at": row["seller_confirmed_at"],
        "intra_chain": row["intra_chain"],
        "intra_reason": row["intra_reason"],
        "chains": [{"code": one["code"], "name": one["name"]} for one in chains],
        "created_at": row["created_at"],
        "version": row["version"],
    }


def deal_detail(deal: ProcurementDeal, user) -> dict[str, Any]:
    """One deal whole: the list row, its segments, timeline, papers, and the moves that `user` may make now. Staff read
    who acted, everybody else for which side."""
    segment, names = deal.segment, reads_names(deal, user)
    chains = chains_of([deal.pk]).get(deal.pk, [])
    flat = {
        **{name: getattr(deal, name) for name in FLAT},
        "buyer_uscc": deal.buyer.uscc,
        "buyer_name": deal.buyer.name,
        "seller_uscc": deal.seller.uscc,
        "seller_name": deal.seller.name,
        "town_code": deal.town.code,
        "town_name": deal.town.short_name,
        "segment_code": segment.code if segment else None,
        "segment_name": segment.name if segment else None,
    }
    return _deal(flat, chains) | {
        "chains": chains,
        "need": deal.need.number if deal.need else None,
        "offer": deal.offer.number if deal.offer else None,
        "waiting_for": sorted(states.SIDES - facts_of(deal).confirmed)
        if deal.status == states.REPORTED
        else [],
        "attachments": attachment_rows(deal, user, deal.attachments.select_related("uploaded_by")),
        "timeline": [step_row(step, names) for step in timeline_of(deal)],
        "open_moves": open_moves(user, deal),
        "acts_as": sorted(actors_of(user, deal)),
    }


def reads_names(deal: ProcurementDeal, user) -> bool:
    """Whether the names of people are for this reader: staff's, not the other side's and not leaders'."""
    return states.STAFF in actors_of(user, deal)


def attachment_rows(deal: ProcurementDeal, user, rows: Iterable[DealAttachment]) -> list[dict[str, Any]]:
    """The papers of a deal, each with who laid it there: the person for staff, else the side."""
    rows = list(rows)
    if reads_names(deal, user):
        return [attachment_row(row) for row in rows]
    sides = sides_of(deal, {row.uploaded_by_id for row in rows})
    return [attachment_row(row, by=sides.get(row.uploaded_by_id, "")) for row in rows]


FLAT = (
    "amount",
    "buyer_confirmed_at",
    "contract_number",
    "created_at",
    "goods",
    "intra_chain",
    "intra_reason",
    "number",
    "reporter",
    "seller_confirmed_at",
    "signed_on",
    "status",
    "version",
)


def step_row(step: DealStep, names: bool) -> dict[str, Any]:
    return {
        "move": step.move,
        "move_label": str(states.STEP_LABELS[step.move]),
        "before": step.before,
        "after": step.after,
        "after_label": str(STATUS[step.after]),
        "side": step.side,
        "side_label": str(states.Actor(step.side).label) if step.side in states.Actor.values else "",
        "note": step.note,
        "changes": [
            {"field": name, "label": _field_label(name), "old": old, "new": new}
            for name, (old, new) in step.data.items()
        ],
        "by": str(step.by) if names and step.by else "",
        "at": step.at,
    }


def _field_label(name: str) -> str:
    return str(ProcurementDeal._meta.get_field(name).verbose_name)


def posting_row(row: Posting, user) -> dict[str, Any]:
    return {
        "number": row.number,
        "kind": row.kind,
        "kind_label": str(row.get_kind_display()),
        "uscc": row.enterprise.uscc,
        "enterprise_name": row.enterprise.name,
        "town": row.enterprise.town.code,
        "town_name": row.enterprise.town.short_name,
        "chain": row.chain.code,
        "chain_name": row.chain.name,
        "segment": row.segment.code if row.segment else None,
        "segment_name": row.segment.name if row.segment else None,
        "title": row.title,
        "description": row.description,
        "amount": row.amount,
        "valid_until": row.valid_until,
        "status": row.status,
        "status_label": str(row.get_status_display()),
        "created_at": row.created_at,
        "may_change": row.status != Posting.Status.CLOSED and can_post_for(user, row.enterprise),
        "version": row.version,
    }


def answer_row(answer: Answer, user) -> dict[str, Any]:
    """A posting that answers another one: how well (0–100), and why in words."""
    return posting_row(answer.posting, user) | {
        "score": answer.match.score,
        "reasons": [str(reason) for reason in answer.match.reasons],
    }
