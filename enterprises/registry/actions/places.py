"""Where an enterprise stands on chains, and what it has been awarded."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from chains.industry.models import Chain, Segment
from portal.accounts.models import User
from portal.kit.problems import Conflict, Invalid
from portal.kit.text import clean_line

from .. import rules
from ..models import ChainMembership, Enterprise, Honour


@dataclass(frozen=True)
class Place:
    """A place on a chain as it should be; `role` is a ChainMembership.Role."""

    chain: Chain
    role: str = ChainMembership.Role.SUPPORTING
    segment: Segment | None = None


@transaction.atomic
def place_on_chain(
    *,
    enterprise: Enterprise,
    by: User,
    chain: Chain,
    role: str = ChainMembership.Role.SUPPORTING,
    segment: Segment | None = None,
    started_on: datetime.date | None = None,
) -> ChainMembership:
    """An enterprise takes its place on a chain, or changes role or segment there; the first day stays.

    Raises Invalid when the segment belongs to another chain, PermissionDenied outside the caller's towns.
    """
    _require_edit(by, enterprise)
    today = timezone.localdate()
    problems = rules.place_problems(
        chain=chain,
        segment=segment,
        district_id=enterprise.district_id,
        started_on=started_on or today,
        today=today,
    )
    if problems:
        raise Invalid(problems)
    Enterprise.objects.select_for_update().get(pk=enterprise.pk)
    place = ChainMembership.objects.filter(enterprise=enterprise, chain=chain, ended_on=None).first()
    if place is None:
        return ChainMembership.objects.create(
            enterprise=enterprise, chain=chain, role=role, segment=segment, started_on=started_on or today
        )
    if (place.role, place.segment_id) != (role, segment.pk if segment else None):
        place.role, place.segment = role, segment
        place.save(update_fields=["role", "segment"])
    return place


@transaction.atomic
def leave_chain(
    *, enterprise: Enterprise, by: User, chain: Chain, ended_on: datetime.date | None = None
) -> ChainMembership:
    """An enterprise leaves a chain; the row stays, since deals count by the chain of their day."""
    _require_edit(by, enterprise)
    Enterprise.objects.select_for_update().get(pk=enterprise.pk)
    place = ChainMembership.objects.filter(enterprise=enterprise, chain=chain, ended_on=None).first()
    if place is None:
        raise Conflict(_("企业目前不在这条产业链上。"), code="not_on_chain")
    today = timezone.localdate()
    day = ended_on or max(today, place.started_on)
    if day < place.started_on:
        raise Invalid({"ended_on": _("退出日期不能早于入链日期。")})
    if ended_on is not None and ended_on > today:
        raise Invalid({"ended_on": _("退出日期不能晚于今天。")})
    place.ended_on = day
    place.save(update_fields=["ended_on"])
    return place


@transaction.atomic
def set_places(*, enterprise: Enterprise, by: User, places: Iterable[Place]) -> bool:
    """The enterprise's places become exactly these. Returns whether anything changed."""
    wanted = {place.chain.pk: place for place in places}
    open_rows = {
        row.chain_id: row
        for row in ChainMembership.objects.filter(enterprise=enterprise, ended_on=None).select_related(
            "chain"
        )
    }
    changed = False
    for chain_id, row in open_rows.items():
        if chain_id not in wanted:
            leave_chain(enterprise=enterprise, by=by, chain=row.chain)
            changed = True
    for chain_id, place in wanted.items():
        row = open_rows.get(chain_id)
        if row is None or (row.role, row.segment_id) != (place.role, place.segment and place.segment.pk):
            place_on_chain(
                enterprise=enterprise, by=by, chain=place.chain, role=place.role, segment=place.segment
            )
            changed = True
    return changed


@transaction.atomic
def set_honours(*, enterprise: Enterprise, by: User, names: Iterable[str]) -> bool:
    """The enterprise's honours become exactly these; dates of the ones that stay are kept.

    Returns whether anything changed. Raises Invalid for an empty or overlong name.
    """
    _require_edit(by, enterprise)
    wanted = list(dict.fromkeys(clean_line(name) for name in names))
    if any(not 1 <= len(name) <= 60 for name in wanted):
        raise Invalid({"honours": _("每项资质荣誉应为 1 至 60 个字。")})
    if len(wanted) > rules.MAX_HONOURS:
        raise Invalid({"honours": _("资质荣誉最多 50 项。")})
    stored = set(Honour.objects.filter(enterprise=enterprise).values_list("name", flat=True))
    Honour.objects.filter(enterprise=enterprise, name__in=stored - set(wanted)).delete()
    Honour.objects.bulk_create(
        [Honour(enterprise=enterprise, name=name) for name in wanted if name not in stored],
        ignore_conflicts=True,
    )
    return stored != set(wanted)


def _require_edit(by: User, enterprise: Enterprise) -> None:
    if not rules.can_edit(by, enterprise):
        raise PermissionDenied(_("您可以查看这家企业，但不能修改。"))
