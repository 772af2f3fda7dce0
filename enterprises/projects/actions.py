"""Every write of integration projects: recorded, corrected, finished, stopped."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from portal.accounts.models import User
from portal.kit.numbering import next_number
from portal.kit.problems import Conflict, Invalid, Stale
from portal.kit.text import clean_text
from portal.metrics.actions import mark_dirty
from portal.territory.models import Town

from . import rules
from .models import IntegrationProject

CHANGEABLE = frozenset({
    "title", "subject", "direction", "carriers", "enterprise", "organization", "chain", "town", "started_on",
    "finished_on", "status", "participants", "patents", "summary",
})  # fmt: skip
DEFAULTS: dict[str, Any] = {
    "carriers": "", "enterprise": None, "organization": None, "chain": None, "finished_on": None,
    "status": rules.RUNNING, "participants": 0, "patents": 0, "summary": "",
}  # fmt: skip


@transaction.atomic
def record_project(*, by: User, town: Town | None = None, **fields: Any) -> IntegrationProject:
    """A project begins, or is entered afterwards as finished, with a number of the day: RH20261121-0001.

    `fields`: CHANGEABLE. Without `town` it is that of the enterprise, else of the organisation. Raises
    PermissionDenied outside the caller's towns, Invalid with a sentence per field.
    """
    values = _cleaned(DEFAULTS | fields)
    town = town or _town_of(values)
    if values["status"] not in rules.STARTS:
        raise Invalid({"status": _("新项目只能是“实施中”或“已完成”。")})
    _require_right(by, town)
    _require_sound(values, town)
    number = next_number(IntegrationProject, "number", f"RH{timezone.localdate():%Y%m%d}-", 4)
    project = IntegrationProject.objects.create(
        number=number, district_id=town.district_id, town=town, recorded_by=by, **values
    )
    mark_dirty("integration_project", days=[project.finished_on])
    return project


@transaction.atomic
def update_project(
    *, project: IntegrationProject, by: User, version: int, changes: Mapping[str, Any]
) -> IntegrationProject:
    """What was read at `version` is corrected; its `status` finishes or stops it.

    Raises Stale when somebody else was faster, Conflict with the open moves for a state that cannot be taken, Invalid
    with a sentence per field. Without a difference nothing is written.
    """
    if unknown := changes.keys() - CHANGEABLE:
        raise ValueError(f"a project has no changeable {sorted(unknown)}")
    rows = IntegrationProject.objects.select_for_update(no_key=True, of=("self",))
    stored = rows.select_related("town").get(pk=project.pk)
    _require_right(by, stored.town)
    if stored.version != version:
        raise Stale(current=stored)
    given = _cleaned({**{name: getattr(stored, name) for name in CHANGEABLE}, **changes})
    values = {name: value for name, value in given.items() if getattr(stored, name) != value}
    if not values:
        return stored
    _require_move(stored, values.get("status"))
    if given["town"] is None:
        raise Invalid({"town": _("请选择街镇。")})
    if "town" in values:
        _require_right(by, given["town"])
    _require_sound(given, given["town"])
    mark_dirty("integration_project", days=[stored.finished_on, given["finished_on"]])
    for name, value in values.items():
        setattr(stored, name, value)
    stored.version += 1
    stored.save(update_fields=[*values, "version"])
    return stored


def _require_right(by: User, town: Town) -> None:
    if not rules.can_keep(by, town_id=town.pk, district_id=town.district_id):
        raise PermissionDenied(_("只能登记您所负责街镇的项目。"))


def _town_of(values: Mapping[str, Any]) -> Town:
    lead = values["enterprise"] or values["organization"]
    if lead is None:
        raise Invalid({"enterprise": _("请填写牵头企业或牵头党组织。")})
    if lead.town is None:
        raise Invalid({"town": _("牵头党组织不属于某个街镇，请选择街镇。")})
    return lead.town


def _require_move(stored: IntegrationProject, status: str | None) -> None:
    moves = rules.MOVES[stored.status]
    if not moves or (status and status not in moves):
        raise Conflict(
            _("项目“%(title)s”%(state)s，不能这样修改。")
            % {"title": stored.title, "state": stored.get_status_display()},
            code="closed_move",
            open_moves=sorted(moves),
        )


def _cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    values = dict(values)
    for name in ("title", "carriers"):
        values[name] = " ".join(clean_text(values[name] or "").split())
    values["summary"] = clean_text(values["summary"] or "")
    for name in ("participants", "patents"):
        values[name] = values[name] or 0
    kinds = IntegrationProject
    for name, choices in (
        ("subject", kinds.Subject),
        ("direction", kinds.Direction),
        ("status", kinds.Status),
    ):
        if values[name] not in choices.values:
            raise Invalid({name: _("应为这些值之一：%(values)s。") % {"values": "、".join(choices.values)}})
    return values


def _require_sound(values: Mapping[str, Any], town: Town) -> None:
    found = rules.problems(values, today=timezone.localdate())
    for name in ("enterprise", "organization", "chain"):
        row = values[name]
        if row is not None and row.district_id != town.district_id:
            found[name] = _("与项目所在街镇不在同一个区。")
    started: datetime.date = values["started_on"]
    founded = values["enterprise"].founded_on if values["enterprise"] else None
    if founded is not None and started < founded:
        found.setdefault(
            "started_on", _("开始日期不能早于牵头企业的成立日期 %(day)s。") % {"day": founded.isoformat()}
        )
    if found:
        raise Invalid(found)
