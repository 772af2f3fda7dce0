"""Every write of activities: recorded, changed, held, cancelled."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from chains.party.models import PartyOrganization
from portal.accounts.models import User
from portal.kit.numbering import next_number
from portal.kit.problems import Conflict, Invalid, Stale
from portal.kit.text import clean_text
from portal.metrics.actions import mark_dirty

from . import rules
from .models import Activity
from .queries import may_record

CHANGEABLE = frozenset({"kind", "title", "held_on", "place", "status", "attendances", "summary"})


@transaction.atomic
def record_activity(
    *,
    organization: PartyOrganization,
    by: User,
    kind: str,
    title: str,
    held_on: datetime.date,
    place: str = "",
    status: str = Activity.Status.HELD,
    attendances: int | None = None,
    summary: str = "",
) -> Activity:
    """An activity that an organisation held or plans, with a number of the day: HD20261121-0001.

    Raises PermissionDenied for an organisation outside the caller's, Invalid with a sentence per field, Conflict for
    a day after the organisation ended.
    """
    _require_right(by, organization)
    values = {
        "kind": kind, "title": title, "held_on": held_on, "place": place, "status": status,
        "attendances": attendances, "summary": summary,
    }  # fmt: skip
    if status not in rules.STARTS:
        raise Invalid({"status": _("新活动只能是“计划中”或“已开展”。")})
    stored = _locked_organization(organization.pk)
    values = _cleaned(values)
    _require_sound(values, stored, moved=True)
    prefix = f"HD{timezone.localdate():%Y%m%d}-"
    number = next_number(Activity, "number", prefix, 4)
    activity = Activity.objects.create(organization=stored, number=number, recorded_by=by, **values)
    mark_dirty("activity", days=[activity.held_on])
    return activity


@transaction.atomic
def update_activity(*, activity: Activity, by: User, version: int, changes: Mapping[str, Any]) -> Activity:
    """What was read at `version` is corrected; a planned activity is held or cancelled by its `status`.

    Raises Stale when somebody else was faster, Conflict with the open moves for a state that cannot be taken or a
    cancelled activity, Invalid with a sentence per field. Without a difference nothing is written.
    """
    if unknown := changes.keys() - CHANGEABLE:
        raise ValueError(f"an activity has no changeable {sorted(unknown)}")
    _require_right(by, activity.organization)
    organization = _locked_organization(activity.organization_id)
    stored = Activity.objects.select_for_update(of=("self",)).get(pk=activity.pk)
    if stored.version != version:
        raise Stale(current=stored)
    cleaned = _cleaned({**{name: getattr(stored, name) for name in CHANGEABLE}, **changes})
    values = {name: value for name, value in cleaned.items() if getattr(stored, name) != value}
    if not values:
        return stored
    _require_move(stored, values.get("status"))
    _require_sound(cleaned, organization, moved=bool({"held_on", "status"} & values.keys()))
    mark_dirty("activity", days=[stored.held_on, values.get("held_on")])
    for name, value in values.items():
        setattr(stored, name, value)
    stored.version += 1
    stored.save(update_fields=[*values, "version"])
    return stored


def cancel_activity(*, activity: Activity, by: User, version: int) -> Activity:
    """An activity does not take place, or was recorded by mistake: it stays in the list and counts nowhere."""
    return update_activity(
        activity=activity, by=by, version=version, changes={"status": Activity.Status.CANCELLED}
    )


def _require_right(by: User, organization: PartyOrganization) -> None:
    if not may_record(by, organization):
        raise PermissionDenied(_("只能登记您所负责的党组织的活动。"))


def _locked_organization(pk: int) -> PartyOrganization:
    """The organisation, held so that nobody ends it meanwhile."""
    rows = PartyOrganization.objects.select_for_update(no_key=True, of=("self",))
    return rows.defer("secretary_name", "secretary_phone").get(pk=pk)


def _require_move(stored: Activity, status: str | None) -> None:
    if stored.status == Activity.Status.CANCELLED or (status and status not in rules.MOVES[stored.status]):
        raise Conflict(
            _("活动“%(title)s”%(state)s，不能这样修改。")
            % {"title": stored.title, "state": stored.get_status_display()},
            code="closed_move",
            open_moves=sorted(rules.MOVES[stored.status]),
        )


def _cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    values = dict(values)
    for name in ("title", "place"):
        values[name] = " ".join(clean_text(values[name] or "").split())
    values["summary"] = clean_text(values["summary"] or "")
    for name, choices in (("kind", Activity.Kind), ("status", Activity.Status)):
        if values[name] not in choices.values:
            raise Invalid({name: _("应为这些值之一：%(values)s。") % {"values": "、".join(choices.values)}})
    return values


def _require_sound(values: dict[str, Any], organization: PartyOrganization, *, moved: bool) -> None:
    """Raises for values that cannot stand together. `moved`: day or state are new, so they are judged anew; a plan
    whose day has passed meanwhile may still have its title corrected."""
    found = rules.problems(values, set_up_on=organization.set_up_on, today=timezone.localdate())
    if not moved:
        found.pop("held_on", None)
    if found:
        raise Invalid(found)
    ended_on, is_on = organization.ended_on, values["status"] != Activity.Status.CANCELLED
    if moved and is_on and ended_on is not None and values["held_on"] > ended_on:
        raise Conflict(
            _("该党组织已于 %(day)s %(state)s，不能登记之后的活动。")
            % {"day": ended_on.isoformat(), "state": organization.get_status_display()},
            code="ended",
        )
