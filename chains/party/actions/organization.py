"""An organisation is set up and corrected; a new name or another parent is a change of its history."""

import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kit.problems import Conflict, Invalid
from portal.kit.text import clean_line
from portal.metrics.actions import mark_dirty
from portal.metrics.rules import EVER
from portal.territory.models import District

from .. import followers
from ..models import GuidanceLink, OrganizationEvent, OrganizationKind, PartyOrganization
from ..rules import RESERVED_CODES, day_problem, organization_problems
from .locking import lock_organizations, lock_structure, parents_above, require_move, require_right
from .timeline import note_event

CHANGEABLE = frozenset({
    "name", "kind", "establishment_mode", "town", "chain", "area", "parent", "set_up_on", "secretary_name",
    "secretary_phone",
})  # fmt: skip
Kind = OrganizationEvent.Kind
COUNTED_BY = frozenset({"kind", "town", "chain", "set_up_on"})  # what figures group organisations by


@transaction.atomic
def create_organization(*, district: District, by, code: str, **fields: Any) -> PartyOrganization:
    """The bureau registers a Party organisation of its district.

    `fields`: name and kind, and any of the other changeable ones. Raises PermissionDenied for anyone else, Conflict
    when code or name are taken, Invalid with a sentence per field.
    """
    require_right(by, district.pk)
    try:
        with transaction.atomic():
            return set_up_organization(district=district, by=by, code=code, **fields)
    except IntegrityError as error:  # somebody else took code or name in the same moment
        raise Conflict(_("编号或名称刚被他人使用，请核对。"), code="duplicate") from error


@transaction.atomic
def set_up_organization(*, district: District, by, code: str, **fields: Any) -> PartyOrganization:
    """As `create_organization`, for an action above that has asked for its own right: a guidance station that accepts
    a joint branch in its town sets it up without being the bureau."""
    _require_known(fields)
    fields = _cleaned(fields)
    if code.lower() in RESERVED_CODES:
        raise Invalid({"code": _("“%(code)s”不能用作编号。") % {"code": code}})
    if parent := fields.get("parent"):
        fields["parent"] = lock_organizations([parent.pk])[parent.pk]
    if fields.get("town") is None and fields.get("area") is not None:
        fields["town"] = fields["area"].town
    _require_fit(fields, district.pk, town=fields.get("town"), area=fields.get("area"))
    _require_formal_above(fields["kind"], fields.get("parent"))
    if PartyOrganization.objects.filter(code=code).exists():
        raise Conflict(_("编号“%(code)s”已被使用。") % {"code": code}, code="duplicate")
    _require_free_name(district.pk, fields["name"])
    row = PartyOrganization.objects.create(district=district, code=code, **fields)
    mark_dirty("organization", days=[row.set_up_on or EVER[0]])
    known = row.set_up_on is not None
    note_event(
        row, Kind.SET_UP, row.set_up_on if known else timezone.localdate(), by=by, new=row.name,
        note="" if known else gettext_lazy("登记入库，成立日期待补"),
    )  # fmt: skip
    return row


@transaction.atomic
def update_organization(
    *,
    organization: PartyOrganization,
    by,
    version: int,
    changes: dict[str, Any],
    changed_on: datetime.date | None = None,
) -> PartyOrganization:
    """The bureau corrects an organisation that it read at `version`, renames it or moves it under another parent.

    `changed_on`: the day of the renaming or moving, today when not given. The old name and parent stay in the
    timeline, and whoever repeats the name follows. Raises Stale when somebody else was faster, Conflict for an ended
    organisation or a name that is taken, Invalid with a sentence per field, also when it would stand above itself.
    """
    require_right(by, organization.district_id)
    _require_known(changes)
    if "parent" in changes:
        lock_structure(organization.district_id)
    parent = changes.get("parent")
    rows = lock_organizations([organization.pk, parent.pk if parent else None])
    stored = rows[organization.pk]
    require_move(stored, "change", version)
    if parent:
        changes = {**changes, "parent": rows[parent.pk]}
    changes = {name: value for name, value in _cleaned(changes).items() if getattr(stored, name) != value}
    if not changes:
        return stored
    town, area = changes.get("town", stored.town), changes.get("area", stored.area)
    _require_fit(changes, stored.district_id, town=town, area=area)
    _require_no_circle(stored, changes.get("parent"))
    if {"kind", "parent"} & changes.keys():
        _require_formal_above(changes.get("kind", stored.kind), changes.get("parent", stored.parent))
    if changes.get("set_up_on"):
        _require_before_guidance(stored, changes["set_up_on"])
    if "kind" in changes and not changes["kind"].is_formal and stored.profiles.exists():
        raise Invalid({"kind": _("该党组织还覆盖企业，不能改为非正式党组织。")})
    if "name" in changes:
        _require_free_name(stored.district_id, changes["name"])
    _note(stored, changes, by=by, changed_on=changed_on)
    for name, value in changes.items():
        setattr(stored, name, value)
    stored.version = F("version") + 1
    stored.save(update_fields=[*changes, "version"])
    if COUNTED_BY & changes.keys():
        mark_dirty("organization")
    stored.refresh_from_db(fields=["version"])
    if "name" in changes:
        followers.renamed(stored)
    return stored


def _note(
    stored: PartyOrganization, changes: dict[str, Any], *, by, changed_on: datetime.date | None
) -> None:
    """The entries of the timeline for what is about to change. Raises Invalid for an impossible day."""
    today = timezone.localdate()
    day = changed_on or today
    set_up_on = changes.get("set_up_on", stored.set_up_on)
    if {"name", "parent"} & changes.keys() and (
        problem := day_problem(day, today=today, set_up_on=[set_up_on])
    ):
        raise Invalid({"changed_on": problem})
    if "name" in changes:
        note_event(stored, Kind.RENAMED, day, by=by, old=stored.name, new=changes["name"])
    if "parent" in changes:
        note_moved(stored, changes["parent"], day, by=by)
    if changes.get("set_up_on") is not None:
        old = stored.set_up_on.isoformat() if stored.set_up_on else ""
        note_event(
            stored,
            Kind.SET_UP,
            set_up_on,
            by=by,
            old=old,
            new=set_up_on.isoformat(),
            note=gettext_lazy("更正成立日期"),
        )


def note_moved(
    organization: PartyOrganization,
    parent: PartyOrganization | None,
    day: datetime.date,
    *,
    by,
    note: str = "",
) -> None:
    """The organisation goes under another parent, or directly under the district."""
    old = organization.parent.name if organization.parent_id else ""
    note_event(
        organization,
        Kind.MOVED,
        day,
        by=by,
        old=old,
        new=parent.name if parent else "",
        other=parent,
        note=note,
    )


def _cleaned(fields: dict[str, Any]) -> dict[str, Any]:
    lines = ("name", "secretary_name", "secretary_phone")
    return {name: clean_line(value or "") if name in lines else value for name, value in fields.items()}


def _require_known(fields: dict[str, Any]) -> None:
    if unknown := fields.keys() - CHANGEABLE:
        raise ValueError(f"an organisation has no changeable {sorted(unknown)}")


def _require_fit(fields: dict[str, Any], district_id: int, *, town, area) -> None:
    today = timezone.localdate()
    if problems := organization_problems(fields, today=today, district_id=district_id, town=town, area=area):
        raise Invalid(problems)


def _require_no_circle(organization: PartyOrganization, parent: PartyOrganization | None) -> None:
    """An organisation never stands above itself, however long the way (the trigger says the same)."""
    if parent is None:
        return
    if organization.pk in parents_above(parent.pk):
        raise Invalid({"parent": _("上级党组织不能是本组织或其下级。")})


def _require_formal_above(kind: OrganizationKind, parent: PartyOrganization | None) -> None:
    """An alliance is no formal organisation (domain.md): nobody formal stands under it, only other alliances."""
    if kind.is_formal and parent is not None and not parent.kind.is_formal:
        raise Invalid({"parent": _("党建联盟不是正式党组织，不能作为正式党组织的上级。")})


def _require_before_guidance(organization: PartyOrganization, set_up_on: datetime.date) -> None:
    """An organisation guides nobody, and nobody guides it, before it stands."""
    links = GuidanceLink.objects.filter(Q(guide=organization) | Q(guided=organization))
    first = links.aggregate(first=Min("started_on"))["first"]
    if first is not None and first < set_up_on:
        sentence = _("以大带小的记录自 %(day)s 开始，成立日期不能晚于这一天。")
        raise Invalid({"set_up_on": sentence % {"day": first.isoformat()}})


def _require_free_name(district_id: int, name: str) -> None:
    active = PartyOrganization.objects.filter(status=PartyOrganization.Status.ACTIVE)
    if active.filter(district_id=district_id, name=name).exists():
        raise Conflict(_("本区已有党组织“%(name)s”。") % {"name": name}, code="duplicate")
