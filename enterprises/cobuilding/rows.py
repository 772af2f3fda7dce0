"""Agreements and members as lists and programs read them: plain values, codes with their labels."""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chains.party.models import PartyOrganization
from portal.accounts.models import User
from portal.accounts.naming import names_for

from ..registry.models import Enterprise
from . import rules
from .actions.units import status
from .models import AgreementParty, AllianceMember, CoBuildingAgreement

# States of a unit that is no more.
GONE = {
    PartyOrganization.Status.MERGED: PartyOrganization.Status.MERGED.label,
    PartyOrganization.Status.DISSOLVED: PartyOrganization.Status.DISSOLVED.label,
    Enterprise.Status.DEREGISTERED: gettext_lazy("已注销"),
}


def agreement_rows(agreements: Iterable[CoBuildingAgreement], user) -> list[dict[str, Any]]:
    agreements = list(agreements)
    name = names_for(user, [one.recorded_by for one in agreements])
    return [_agreement(one, user, name) for one in agreements]


def agreement_row(row: CoBuildingAgreement, user) -> dict[str, Any]:
    return agreement_rows([row], user)[0]


def _agreement(row: CoBuildingAgreement, user, name: Callable[[User | None], str]) -> dict[str, Any]:
    """An agreement of `queries.agreements`; `members`: the enterprises that are parties now."""
    state, units = status(row), row.units
    towns = [one.unit.town_id for one in units]
    may_manage = rules.can_manage(user, row.district_id, towns)
    renewal = getattr(row, "renewal", None)
    moves = [move for move in rules.MOVES[state] if move != "renew" or (row.ends_on and renewal is None)]
    return {
        "number": row.number,
        "title": row.title,
        "content": row.content,
        "town": row.town.code if row.town else None,
        "town_name": row.town.short_name if row.town else "",
        "chain": row.chain.code if row.chain else None,
        "chain_name": row.chain.name if row.chain else "",
        "signed_on": row.signed_on,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "days_left": (row.ends_on - timezone.localdate()).days if row.ends_on else None,
        "ended_on": row.ended_on,
        "end_reason": row.end_reason,
        "status": state,
        "status_label": str(rules.LABELS[state]),
        "parties": [party_row(one) for one in units],
        "members": sum(one.enterprise_id is not None and one.left_on is None for one in units),
        "renewal_of": row.renewal_of.number if row.renewal_of else None,
        "renewed_by": renewal.number if renewal else None,
        "recorded_by": name(row.recorded_by),
        "created_at": row.created_at,
        "open_moves": moves if may_manage else [],
        "version": row.version,
    }


def party_row(party: AgreementParty) -> dict[str, Any]:
    """One party: `kind` organization with a code, or enterprise with a USCC. A unit that is no more stays a party until
    it withdraws; `gone` says so in a word, `gone_on` since when where that is known."""
    is_enterprise, unit = party.enterprise_id is not None, party.unit
    gone = unit.status in GONE
    return {
        "id": party.pk,
        "kind": "enterprise" if is_enterprise else "organization",
        "code": unit.uscc if is_enterprise else unit.code,
        "name": unit.name,
        "town": unit.town.code if unit.town else None,
        "town_name": unit.town.short_name if unit.town else "",
        "joined_on": party.joined_on,
        "left_on": party.left_on,
        "leave_reason": party.leave_reason,
        "active": party.left_on is None,
        "gone": str(GONE[unit.status]) if gone else "",
        "gone_on": unit.ended_on if gone and not is_enterprise else None,
    }


def member_row(member: AllianceMember, user) -> dict[str, Any]:
    enterprise = member.enterprise
    return {
        "id": member.pk,
        "alliance": member.alliance.code,
        "enterprise": enterprise.uscc,
        "enterprise_name": enterprise.name,
        "town": enterprise.town.code,
        "town_name": enterprise.town.short_name,
        "joined_on": member.joined_on,
        "left_on": member.left_on,
        "leave_reason": member.leave_reason,
        "active": member.left_on is None,
        "may_change": member.left_on is None and rules.can_manage_member(user, member),
        "version": member.version,
    }


def timeline_of(row: CoBuildingAgreement, *, signed_by: str) -> list[dict[str, Any]]:
    """What happened to an agreement, by business day, newest first, as the timeline component shows it."""
    entries = [{"day": row.signed_on, "title": _("签订协议"), "who": signed_by}]
    if row.renewal_of:
        entries[0]["title"] = _("续签协议（原协议 %(number)s）") % {"number": row.renewal_of.number}
    for party in row.units:
        if party.joined_on != row.signed_on:
            entries.append({"day": party.joined_on, "title": _("“%(name)s”加入") % {"name": party.unit.name}})
        if party.left_on:
            left = _("“%(name)s”退出") % {"name": party.unit.name}
            entries.append({"day": party.left_on, "title": left, "text": party.leave_reason})
        elif party.organization and party.organization.ended_on:
            gone = {"name": party.unit.name, "gone": GONE[party.organization.status]}
            entries.append({"day": party.organization.ended_on, "title": _("“%(name)s”%(gone)s") % gone})
    if row.ended_on:
        entries.append({"day": row.ended_on, "title": _("提前终止"), "text": row.end_reason})
    elif row.ends_on and row.ends_on < timezone.localdate():
        entries.append({"day": row.ends_on, "title": _("到期")})
    if renewal := getattr(row, "renewal", None):
        title = _("续签为 %(number)s") % {"number": renewal.number}
        entries.append({"day": renewal.signed_on, "title": title})
    return sorted(entries, key=lambda entry: entry["day"], reverse=True)
