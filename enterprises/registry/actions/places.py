"""Where an enterprise stands on chains, and what it has been awarded."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from chains.industry.models import Chain, Segment
from portal.accounts.models import User
from portal.kit.problems import Conflict, Invalid
from portal.kit.text import clean_line
from portal.metrics.actions import mark_dirty

from .. import rules
from ..followers import places_changed
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
    """An enterprise takes its place on a chain, or changes role, segment or first day there.

    Without `started_on` a new place begins today and an existing one keeps its day. Raises Invalid for a segment of
    another chain or a closed one and for days before the founding, before the last leaving or in the future;
    PermissionDenied outside the caller's towns.
    """
    _require_edit(by, enterprise)
    stored = Enterprise.objects.select_for_update().get(pk=enterprise.pk)
    if segment is not None:
        segment = _settled(segment)
    places = ChainMembership.objects.filter(enterprise=enterprise, chain=chain)
    place = places.filter(ended_on=None).first()
    today = timezone.localdate()
    day = started_on or (place.started_on if place else today)
    problems = rules.place_problems(
        chain=chain,
        segment=None if place and segment and place.segment_id == segment.pk else segment,
        district_id=stored.district_id,
        started_on=day,
        today=today,
        founded_on=None if place and day == place.started_on else stored.founded_on,
        left_on=places.aggregate(day=Max("ended_on"))["day"],
    )
    if problems:
        raise Invalid(problems)
    wanted = {"role": role, "segment": segment, "started_on": day}
    if place is None:
        place = ChainMembership.objects.create(enterprise=enterprise, chain=chain, **wanted)
    elif any(getattr(place, name) != value for name, value in wanted.items()):
        for name, value in wanted.items():
            setattr(place, name, value)
        place.save(update_fields=[*wanted])
    else:
        return place
    mark_dirty("place")
    places_changed([enterprise.pk])
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
    mark_dirty("place")
    places_changed([enterprise.pk])
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
    for chain_id, place in sorted(wanted.items()):  # one order of locks for everybody
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


def _settled(segment: Segment) -> Segment:
    """The segment as it stands, held so that nobody closes or removes it while an enterprise is placed on it.

    Taken after the enterprise's row, the order in which every writer of places locks.
    """
    stored = Segment.objects.select_for_update(of=("self",), no_key=True).filter(pk=segment.pk).first()
    if stored is None:
        raise Invalid({"segment": _("这个环节已被删除，请重新选择。")})
    return stored


def _require_edit(by: User, enterprise: Enterprise) -> None:
    if not rules.can_edit(by, enterprise):
        raise PermissionDenied(_("您可以查看这家企业，但不能修改。"))
