"""The end of an organisation: dissolved, or merged into another. Its row stays, with date and reason."""

import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kit.problems import Conflict, Invalid
from portal.kit.text import clean_line
from portal.metrics.actions import mark_dirty

from ..models import GuidanceLink, OrganizationEvent, PartyOrganization
from ..rules import day_problem, new_parent
from .locking import (
    children_of,
    lock_organizations,
    lock_structure,
    parents_above,
    require_move,
    require_right,
)
from .organization import note_moved
from .timeline import note_event

Kind, Status = OrganizationEvent.Kind, PartyOrganization.Status
NOT_SAID: Any = object()


@transaction.atomic
def dissolve(
    *,
    organization: PartyOrganization,
    by,
    version: int,
    ended_on: datetime.date,
    reason: str,
    children_to: PartyOrganization | None = NOT_SAID,
) -> PartyOrganization:
    """The bureau dissolves an organisation that it read at `version`.

    Its children go to `children_to` (None: directly under the district). It must cover no enterprise any more: the
    action above sees to that (enterprises/organizations). Raises Conflict with the number while it still covers some,
    or has children and nobody said where they go; Conflict for one that has ended; Stale; Invalid for a day before it
    was set up or without a reason.
    """
    goal = None if children_to is NOT_SAID else children_to
    stored, goal, children = _locked(organization, goal, by, "dissolve", version)
    reason = _reason(reason)
    _require_day(ended_on, stored)
    if children and children_to is NOT_SAID:
        raise Conflict(
            _("还有 %(count)d 个下级党组织，请先说明它们的去向。") % {"count": len(children)},
            code="has_children",
        )
    _require_covers_none(stored)
    _move_children(stored, children, goal, ended_on, by=by, note=gettext_lazy("原上级党组织撤销"))
    note_event(stored, Kind.DISSOLVED, ended_on, by=by, note=reason)
    return _end(stored, Status.DISSOLVED, ended_on, reason)


@transaction.atomic
def merge(
    *,
    organization: PartyOrganization,
    into: PartyOrganization,
    by,
    version: int,
    ended_on: datetime.date,
    reason: str,
) -> PartyOrganization:
    """The bureau merges an organisation into another: its children go there too, both timelines say so.

    Raises as `dissolve` does, and Invalid for a target that is itself, has ended or is of another district.
    """
    if into.pk == organization.pk:
        raise Invalid({"into": _("不能并入自己。")})
    stored, goal, children = _locked(organization, into, by, "merge", version, field="into")
    reason = _reason(reason)
    _require_day(ended_on, stored, goal)
    _require_covers_none(stored)
    _move_children(stored, children, goal, ended_on, by=by, note=gettext_lazy("原上级党组织合并"))
    note_event(stored, Kind.MERGED, ended_on, by=by, new=goal.name, other=goal, note=reason)
    note_event(goal, Kind.ABSORBED, ended_on, by=by, new=stored.name, other=stored, note=reason)
    return _end(stored, Status.MERGED, ended_on, reason, merged_into=goal)


def _locked(
    organization: PartyOrganization,
    goal: PartyOrganization | None,
    by,
    move: str,
    version: int,
    *,
    field: str = "children_to",
) -> tuple[PartyOrganization, PartyOrganization | None, list[PartyOrganization]]:
    """The organisation, where its children go, and its active children: all locked, by id."""
    require_right(by, organization.district_id)
    lock_structure(organization.district_id)
    children = children_of(organization)
    rows = lock_organizations({organization.pk, goal.pk if goal else None, *children})
    stored = rows[organization.pk]
    require_move(stored, move, version)
    if goal is not None:
        goal = rows[goal.pk]
        if goal.pk == stored.pk or goal.district_id != stored.district_id:
            raise Invalid({field: _("请选择本区的另一个党组织。")})
        if goal.status != Status.ACTIVE:
            raise Invalid({field: _("“%(name)s”已合并或撤销，请选择现有的党组织。") % {"name": goal.name}})
    return stored, goal, [rows[pk] for pk in sorted(children) if rows[pk].status == Status.ACTIVE]


def _require_day(day: datetime.date, *rows: PartyOrganization) -> None:
    set_up_on = [row.set_up_on for row in rows]
    if problem := day_problem(day, today=timezone.localdate(), set_up_on=set_up_on):
        raise Invalid({"ended_on": problem})


def _reason(text: str) -> str:
    reason = clean_line(text)
    if not 2 <= len(reason) <= 200:
        raise Invalid({"reason": _("请用 2 至 200 个字说明原因。")})
    return reason


def _require_covers_none(stored: PartyOrganization) -> None:
    if count := stored.profiles.count():
        raise Conflict(
            _("该党组织还覆盖 %(count)d 家企业，请先说明它们的去向。") % {"count": count}, code="still_covers"
        )


def _move_children(
    stored: PartyOrganization,
    children: list[PartyOrganization],
    goal: PartyOrganization | None,
    day: datetime.date,
    *,
    by,
    note: str,
) -> None:
    """Children go to the goal; one that stands above the goal goes up instead, so that no loop comes about. Those
    nearer to the top move first: the goal itself may be a child."""
    parents = {**parents_above(stored.pk), **(parents_above(goal.pk) if goal else {})}
    places = {
        child.pk: new_parent(child.pk, wanted=goal.pk if goal else None, gone=stored.pk, parents=parents)
        for child in children
    }
    known = {**{row.pk: row for row in children}, **({goal.pk: goal} if goal else {})}
    first = sorted(children, key=lambda child: (places[child.pk] == (goal.pk if goal else None), child.pk))
    for child in first:
        above = places[child.pk]
        parent = None if above is None else known.get(above) or PartyOrganization.objects.get(pk=above)
        when = max(day, child.set_up_on) if child.set_up_on else day
        note_moved(child, parent, when, by=by, note=note)
        child.parent, child.version = parent, child.version + 1
        child.save(update_fields=["parent", "version"])


def _end(
    stored: PartyOrganization, status: str, ended_on: datetime.date, reason: str, **more: Any
) -> PartyOrganization:
    """The row as it stays; guidance that it gave or received ends with it."""
    open_links = GuidanceLink.objects.filter(ended_on=None)
    for link in (open_links.filter(guide=stored) | open_links.filter(guided=stored)).order_by("pk"):
        link.ended_on, link.version = max(ended_on, link.started_on), link.version + 1
        link.save(update_fields=["ended_on", "version"])
    values = {"status": status, "ended_on": ended_on, "end_reason": reason, **more}
    for name, value in values.items():
        setattr(stored, name, value)
    stored.version = F("version") + 1
    stored.save(update_fields=[*values, "version"])
    mark_dirty("organization")
    stored.refresh_from_db(fields=["version"])
    return stored
