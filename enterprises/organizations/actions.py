"""Organisations end together with what they cover: enterprises go elsewhere in the same transaction.

Locks in one order: the district's tree and organisation rows by id (chains.party), then profiles by enterprise.
"""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import override
from rest_framework.exceptions import PermissionDenied

from chains.party import actions as party
from chains.party.followers import on_rename
from chains.party.models import OrganizationEvent, PartyOrganization
from chains.party.rules import can_manage_organizations
from portal.accounts.models import User
from portal.kit.problems import Conflict, Invalid
from portal.metrics.actions import mark_dirty

from ..activities.models import Activity
from ..profile.models import PartyProfile
from .rules import NOT_CHOSEN, destinations, form_in

NAMED = 5  # enterprises told by name in a refusal
Status = PartyOrganization.Status


@transaction.atomic
def dissolve_organization(
    *,
    organization: PartyOrganization,
    by: User,
    version: int,
    ended_on: datetime.date,
    reason: str,
    default: Any = NOT_CHOSEN,
    chosen: Mapping[str, PartyOrganization | None] | None = None,
    children_to: Any = NOT_CHOSEN,
) -> PartyOrganization:
    """An organisation is dissolved; each enterprise that it covers goes to another active one, or to none (无组织).

    `chosen`: by USCC; `default`: for all others (None: 无组织). Children go to `children_to`; when only `default` is
    given they go there, or up to the parent when that is None. Raises Conflict with the number when somebody did not
    say where enterprises or children go, for an ended organisation (and says which moves are open), Stale, Invalid
    for a destination that has ended or a day before the founding, PermissionDenied for who does not keep it.
    """
    _require_right(by, organization)
    chosen = chosen or {}
    goals = [default if default is not NOT_CHOSEN else None, *chosen.values()]
    stored, goals_by_id = _locked(organization, goals)
    party.require_move(stored, "dissolve", version)
    _require_after_activities(stored, ended_on)
    profiles = _covered(stored)
    known = {profile.enterprise.uscc for profile in profiles}
    if unknown := [uscc for uscc in chosen if uscc not in known]:
        sentence = _("不是该党组织覆盖的企业：%(codes)s。")
        raise Invalid({"destinations": sentence % {"codes": "、".join(sorted(unknown)[:NAMED])}})
    places, open_ones = destinations([profile.enterprise.uscc for profile in profiles], chosen, default)
    if open_ones:
        raise Conflict(
            _("该党组织还覆盖 %(count)d 家企业，请先说明它们的去向。") % {"count": len(open_ones)},
            code="still_covers",
        )
    _move(stored, profiles, places, goals_by_id, by=by, day=ended_on)
    more = {}
    if children_to is not NOT_CHOSEN:
        more["children_to"] = children_to
    elif default is not NOT_CHOSEN:
        above = stored.parent if stored.parent_id and stored.parent.status == Status.ACTIVE else None
        more["children_to"] = default or above
    return party.dissolve(
        organization=stored, by=by, version=version, ended_on=ended_on, reason=reason, **more
    )


@transaction.atomic
def merge_organization(
    *,
    organization: PartyOrganization,
    into: PartyOrganization,
    by: User,
    version: int,
    ended_on: datetime.date,
    reason: str,
) -> PartyOrganization:
    """An organisation is merged into another, which takes over its enterprises and children. Raises as above."""
    _require_right(by, organization)
    stored, goals = _locked(organization, [into], field="into")
    party.require_move(stored, "merge", version)
    _require_after_activities(stored, ended_on)
    profiles = _covered(stored)
    places = {profile.enterprise.uscc: into for profile in profiles}
    _move(stored, profiles, places, goals, by=by, day=ended_on)
    return party.merge(
        organization=stored, into=goals[into.pk], by=by, version=version, ended_on=ended_on, reason=reason
    )


@on_rename
def follow_name(organization: PartyOrganization) -> None:
    """Profiles repeat the name of their organisation (lists and sheets show it); they follow a new one."""
    profiles = PartyProfile.objects.filter(organization=organization).exclude(
        organization_name=organization.name
    )
    keys = list(profiles.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    PartyProfile.objects.filter(pk__in=keys).update(
        organization_name=organization.name, version=F("version") + 1
    )


def _require_right(by: User, organization: PartyOrganization) -> None:
    if not can_manage_organizations(by, organization.district_id):
        raise PermissionDenied(_("只有区局工作人员可以维护党组织。"))


def _locked(
    organization: PartyOrganization,
    goals: Iterable[PartyOrganization | None],
    *,
    field: str = "destination",
) -> tuple[PartyOrganization, dict[int, PartyOrganization]]:
    """The organisation and its destinations, locked with all that its end touches. Raises Invalid for a bad one."""
    party.lock_structure(organization.district_id)
    wanted = {goal.pk for goal in goals if goal is not None}
    rows = party.lock_organizations(
        {organization.pk, organization.parent_id, *wanted, *party.children_of(organization)}
    )
    for pk in wanted:
        goal = rows[pk]
        if pk == organization.pk or goal.district_id != organization.district_id:
            raise Invalid({field: _("请选择本区的另一个党组织。")})
        if goal.status != Status.ACTIVE or not goal.kind.is_formal:
            raise Invalid({field: _("“%(name)s”不能接收企业，请选择现有的党组织。") % {"name": goal.name}})
    return rows[organization.pk], {pk: rows[pk] for pk in wanted}


def _require_after_activities(organization: PartyOrganization, ended_on: datetime.date) -> None:
    """What it held, it held while it stood. Plans for later stay in the list and can be cancelled."""
    held = organization.activities.filter(status=Activity.Status.HELD, held_on__gt=ended_on)
    if last := held.order_by("-held_on").first():
        sentence = _("该党组织在 %(day)s 还开展了“%(title)s”，不能早于这一天撤销或合并。")
        raise Invalid({"ended_on": sentence % {"day": last.held_on.isoformat(), "title": last.title}})


def _covered(organization: PartyOrganization) -> list[PartyProfile]:
    """The profiles of the enterprises that it covers, locked in their order."""
    rows = PartyProfile.objects.select_for_update(of=("self",), no_key=True).select_related("enterprise")
    return list(
        rows.filter(organization=organization)
        .only("pk", "enterprise__uscc", "enterprise__name")
        .order_by("enterprise_id")
    )


def _move(
    source: PartyOrganization,
    profiles: list[PartyProfile],
    places: Mapping[str, PartyOrganization | None],
    goals: Mapping[int, PartyOrganization],
    *,
    by: User,
    day: datetime.date,
) -> None:
    """The profiles name their new organisation, one statement a destination; both timelines say how many went."""
    by_goal: dict[int | None, list[PartyProfile]] = {}
    for profile in profiles:
        place = places[profile.enterprise.uscc]
        by_goal.setdefault(place.pk if place else None, []).append(profile)
    for pk in sorted(by_goal, key=lambda one: (one is None, one)):
        goal, moved = goals[pk] if pk is not None else None, by_goal[pk]
        PartyProfile.objects.filter(pk__in=[profile.pk for profile in moved]).update(
            organization=goal,
            organization_name=goal.name if goal else "",
            organization_form=form_in(goal),
            establishment_mode=goal.establishment_mode_id if goal else None,
            version=F("version") + 1,
        )
        with override("zh-hans"):  # a record reads the same whatever language its writer had chosen
            _note(source, goal, moved, by=by, day=day)
    if profiles:
        mark_dirty("profile", "cover")


def _note(
    source: PartyOrganization,
    goal: PartyOrganization | None,
    moved: list[PartyProfile],
    *,
    by: User,
    day: datetime.date,
) -> None:
    kind, count = OrganizationEvent.Kind.ENTERPRISES, len(moved)
    names = "、".join(profile.enterprise.name for profile in moved[:NAMED]) + ("等" if count > NAMED else "")
    where = _("转入“%(name)s”") % {"name": goal.name} if goal else _("转为无组织")
    party.note_event(
        source, kind, day, by=by, new=_("%(count)d 家%(where)s") % {"count": count, "where": where},
        other=goal, note=names,
    )  # fmt: skip
    if goal is not None:
        text = _("%(count)d 家由“%(name)s”转入") % {"count": count, "name": source.name}
        party.note_event(goal, kind, day, by=by, new=text, other=source, note=names)
