"""The units that take part, locked in the house's order: organisations by id, then enterprises, then the agreement."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from chains.party.actions import lock_organizations
from chains.party.models import PartyOrganization
from portal.accounts.models import User
from portal.kit.problems import Conflict, Invalid, Stale
from portal.kit.text import clean_sentence
from portal.metrics.actions import mark_dirty

from ...registry.models import Enterprise
from .. import rules
from ..models import AgreementParty, CoBuildingAgreement

Unit = PartyOrganization | Enterprise


def lock_units(
    organizations: Iterable[PartyOrganization], enterprises: Iterable[Enterprise], *, district_id: int
) -> list[Unit]:
    """The units in the order in which they were named. Raises Invalid for one that is named twice, has ended, is
    deregistered or belongs to another district."""
    organizations, enterprises = list(organizations), list(enterprises)
    for field, rows in (("organizations", organizations), ("enterprises", enterprises)):
        if len({row.pk for row in rows}) < len(rows):
            raise Invalid({field: _("同一单位不能重复列为成员。")})
    known = lock_organizations(row.pk for row in organizations)
    stored = {
        row.pk: row
        for row in Enterprise.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk__in=[row.pk for row in enterprises])
        .order_by("pk")
    }
    found: list[Unit] = [known[row.pk] for row in organizations] + [stored[row.pk] for row in enterprises]
    for unit in found:
        _require_fit(unit, district_id)
    return found


def _require_fit(unit: Unit, district_id: int) -> None:
    is_enterprise = isinstance(unit, Enterprise)
    field = "enterprises" if is_enterprise else "organizations"
    if unit.district_id != district_id:
        raise Invalid({field: _("“%(name)s”不属于本区。") % {"name": unit.name}})
    if is_enterprise and unit.status == Enterprise.Status.DEREGISTERED:
        raise Invalid({field: _("“%(name)s”已注销，不能列为成员。") % {"name": unit.name}})
    if not is_enterprise and unit.status != PartyOrganization.Status.ACTIVE:
        raise Invalid({field: _("“%(name)s”已合并或撤销，不能列为成员。") % {"name": unit.name}})


def founded_on(unit: Unit) -> datetime.date | None:
    return unit.founded_on if isinstance(unit, Enterprise) else unit.set_up_on


def new_party(agreement: CoBuildingAgreement, unit: Unit, joined_on: datetime.date) -> AgreementParty:
    """A party not yet stored. Raises Invalid for an impossible day."""
    problem = rules.join_problem(
        joined_on, since=agreement.signed_on, founded_on=founded_on(unit), today=timezone.localdate()
    )
    if problem:
        raise Invalid({"joined_on": _("“%(name)s”：%(problem)s") % {"name": unit.name, "problem": problem}})
    field = "enterprise" if isinstance(unit, Enterprise) else "organization"
    return AgreementParty(agreement=agreement, joined_on=joined_on, **{field: unit})


def towns_of(agreement: CoBuildingAgreement) -> set[int | None]:
    """The towns of all units that take part or ever did."""
    rows = agreement.parties.values_list("organization__town", "enterprise__town")
    return {town for pair in rows for town in pair}


def require_right(by: User, district_id: int, towns: Iterable[int | None]) -> None:
    if not rules.can_manage(by, district_id, towns):
        raise PermissionDenied(_("只能维护成员都在您所负责街镇的共建协议。"))


def locked_agreement(
    agreement: CoBuildingAgreement, by: User, version: int, move: str
) -> CoBuildingAgreement:
    """The agreement under lock. Raises PermissionDenied, Stale, and Conflict (with the open moves) when closed."""
    stored = CoBuildingAgreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk)
    require_right(by, stored.district_id, towns_of(stored))
    if stored.version != version:
        raise Stale(current=stored)
    state = status(stored)
    if move not in rules.MOVES[state]:
        sentence = _("协议%(state)s，不能再办理该事项。") % {"state": rules.LABELS[state]}
        raise Conflict(sentence, code="closed", open_moves=list(rules.MOVES[state]))
    return stored


def status(agreement: CoBuildingAgreement) -> str:
    return rules.status_on(
        timezone.localdate(),
        starts_on=agreement.starts_on,
        ends_on=agreement.ends_on,
        ended_on=agreement.ended_on,
    )


def save(agreement: CoBuildingAgreement, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(agreement, name, value)
    agreement.version += 1
    agreement.save(update_fields=[*values, "version"])


def cleaned_reason(text: str) -> str:
    """Raises Invalid for one that says nothing or too much."""
    reason = clean_sentence(text or "")
    if not 2 <= len(reason) <= rules.MAX_REASON:
        raise Invalid({"reason": _("请用 2 至 200 个字说明原因。")})
    return reason


def touch(*agreements: CoBuildingAgreement, days: Iterable[datetime.date | None] = ()) -> None:
    """The figures of agreements and members are out of date from these terms, and from these days on."""
    terms = [
        day for one in agreements for day in (one.starts_on, rules.out_of_force_on(one.ends_on, one.ended_on))
    ]
    mark_dirty("agreement", days=[*terms, *days])
