"""The portrait's panel of members and organisation, with who looks after the enterprise: instructors, liaison point.

Registered in the place of the profile's own panel, which knows neither organisations' activities nor outreach.
"""

from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from chains.party.models import PartyOrganization
from chains.party.rules import can_see_secretary
from portal.kit.masking import mask_name, mask_phone

from ..activities.models import Activity
from ..coverage.rules.standing import Standing, reason, standing
from ..profile.portrait import PortraitPanel, register
from ..profile.rows import party_row
from ..registry.models import Enterprise
from ..registry.rules import sees_personal
from . import queries, rules
from .models import Instructor, LiaisonPoint

LATEST = 3


def party_panel(enterprise: Enterprise, user) -> dict[str, Any]:
    """Members, organisation with its last activities, the should-establish group, instructors and liaison point."""
    row = party_row(enterprise, user)
    own_instructors = queries.own_instructors(user, enterprise)
    point, activities = _looked_after(enterprise)
    profile = getattr(enterprise, "profile", None)
    organization = profile.organization if profile else None
    return row | {
        "organization_detail": _organization(organization, user, activities) if organization else None,
        **_standing(enterprise, row, is_assigned=bool(own_instructors or point)),
        "instructors": [_instructor(one, area, enterprise, user) for one, area in own_instructors],
        "liaison_point": point,
    }


def _standing(enterprise: Enterprise, row: dict[str, Any], *, is_assigned: bool) -> dict[str, str | None]:
    """The group of the should-establish rule, which asks only enterprises in operation."""
    if enterprise.status != Enterprise.Status.ACTIVE:
        return {"standing": None, "standing_label": "", "standing_reason": ""}
    members, form = row["full_members"], row["organization_form"]
    group = standing(full_members=members, form=form, is_assigned=is_assigned)
    return {
        "standing": group.value,
        "standing_label": str(Standing(group).label),
        "standing_reason": str(reason(group, full_members=members, form=form)),
    }


def _organization(row: PartyOrganization, user, activities: list[dict[str, Any]]) -> dict[str, Any]:
    shown = {
        "code": row.code,
        "name": row.name,
        "kind": row.kind.code,
        "kind_label": row.kind.name,
        "parent": row.parent.code if row.parent else None,
        "parent_name": row.parent.name if row.parent else None,
        "status": row.status,
        "status_label": str(row.get_status_display()),
        "set_up_on": row.set_up_on,
        "activities": activities,
    }
    if can_see_secretary(user, town_id=row.town_id, district_id=row.district_id):
        shown["secretary_name"] = mask_name(row.secretary_name)
        shown["secretary_phone"] = mask_phone(row.secretary_phone)
    return shown


def _instructor(one: Instructor, area: str, enterprise: Enterprise, user) -> dict[str, Any]:
    """An instructor as this enterprise's portrait shows it; `may_ask`: for name and phone in full."""
    manages = rules.can_manage_instructor(user, one)
    seen = manages or sees_personal(user, enterprise)
    return {
        "code": one.code,
        "kind": one.kind,
        "kind_label": str(one.get_kind_display()),
        "name": mask_name(one.name) if seen else None,
        "phone": mask_phone(one.phone) if seen else None,
        "area": area or None,
        "has_page": manages or one.district_id in user.scope.districts,
        "may_ask": manages or (enterprise.uscc in user.scope.enterprises and not area),
    }


def _looked_after(enterprise: Enterprise) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """(the open liaison point, the organisation's last activities): both in one statement."""
    points = LiaisonPoint.objects.filter(enterprise=OuterRef("pk"), released_on=None).order_by()
    held = Activity.objects.filter(
        organization=OuterRef("profile__organization"), status=Activity.Status.HELD
    ).order_by("-held_on", "-id")
    found = (
        Enterprise.objects.filter(pk=enterprise.pk)
        .values(
            points=ArraySubquery(
                points.values(
                    json=JSONObject(
                        code="code", taken_in_on="taken_in_on", leader_title="leader_title",
                        last_visited_on="last_visited_on",
                    )
                )
            ),
            held=ArraySubquery(
                held.values(json=JSONObject(number="number", kind="kind", title="title", held_on="held_on"))[
                    :LATEST
                ]
            ),
        )
        .get()
    )  # fmt: skip
    kinds = {code: str(label) for code, label in Activity.Kind.choices}
    activities = [
        {**one, "held_on": parse_date(one["held_on"]), "kind_label": kinds[one["kind"]]}
        for one in found["held"]
    ]
    return (_point(found["points"][0]) if found["points"] else None), activities


def _point(row: dict[str, Any]) -> dict[str, Any]:
    taken_in_on = parse_date(row["taken_in_on"])
    visited_on = parse_date(row["last_visited_on"]) if row["last_visited_on"] else None
    due = rules.is_due(
        last=visited_on or taken_in_on, today=timezone.localdate(), days=settings.LIAISON_VISIT_DAYS
    )
    return {**row, "taken_in_on": taken_in_on, "last_visited_on": visited_on, "due": due}


register(
    PortraitPanel("party", _("党员队伍与党组织"), 30, party_panel, "enterprises/profile/panels/party.html")
)
