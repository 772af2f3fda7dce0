"""The six-role team of a station. Names and phones are encrypted; an empty one in a change means "as it is"."""

import re
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import PermissionDenied

from portal.audit.actions import record_personal_view
from portal.kit.problems import Invalid
from portal.kit.text import clean_line, half_width
from portal.metrics.actions import mark_dirty

from ...kept.guard import cleaned, locked, require_free, require_right, write
from ..models import ServiceStation, StationMember
from ..rules.rights import can_see_team

CHANGEABLE = frozenset({"role", "name", "phone", "unit", "ended_on"})
PHONE = re.compile(r"[0-9+\-]{7,20}")


@transaction.atomic
def add_member(*, station: ServiceStation, code: str, by, **fields: Any) -> StationMember:
    """The bureau names a person for a role of a station's team. `fields`: role, name, phone, unit.

    Raises Conflict when the code is taken, Invalid for an unknown role or a broken phone.
    """
    require_right(by, station.district_id)
    values = _checked(fields)
    require_free(StationMember, _("编号"), code=code)
    mark_dirty("station_member")
    return StationMember.objects.create(station=station, code=code, **values)


@transaction.atomic
def update_member(*, member: StationMember, by, version: int, changes: dict[str, Any]) -> StationMember:
    """The bureau corrects a team member that it read at `version`, or lets the person go (`ended_on`).

    Raises Stale when somebody else was faster.
    """
    require_right(by, member.station.district_id)
    given = {name: value for name, value in changes.items() if name not in ("name", "phone") or value}
    values = _checked(given)
    stored = locked(StationMember, member.pk, version)
    write(stored, values)
    if "ended_on" in values:
        mark_dirty("station_member")
    return stored


@transaction.atomic
def view_member(*, member: StationMember, by, reason: str) -> dict[str, str]:
    """Somebody who works with a station sees a person's name and phone in full; who, whose and why is noted first.

    Raises PermissionDenied for everyone else, Invalid without a reason.
    """
    if not can_see_team(by, member.station):
        raise PermissionDenied(_("只有区局和本站工作人员可以查看团队信息。"))
    reason = clean_line(reason)
    if not reason:
        raise Invalid({"reason": _("请填写查看原因。")})
    record_personal_view(
        by=by,
        district=member.station.district,
        model="services.StationMember",
        object_key=member.code,
        object_name=member.station.name,
        field="name, phone",
        reason=reason,
    )
    return {"name": member.name, "phone": member.phone}


def _checked(fields: dict[str, Any]) -> dict[str, Any]:
    values = cleaned(StationMember, fields, CHANGEABLE)
    problems = {}
    if "role" in values and values["role"] not in StationMember.Role.values:
        problems["role"] = _("没有这个团队角色。")
    if "phone" in values:
        values["phone"] = half_width(values["phone"]).replace(" ", "")
        if not PHONE.fullmatch(values["phone"]):
            problems["phone"] = _("请填写电话号码，例如 13812345678 或 021-57000000。")
    if problems:
        raise Invalid(problems)
    return values
