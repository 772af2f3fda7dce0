"""The six-role team of a station. Names and phones are encrypted; an empty one in a change means "as it is"."""

import re
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.kit.problems import Invalid
from portal.kit.text import half_width

from ..models import ServiceStation, StationMember
from .guard import cleaned, locked, require_free, require_right, write

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
    return stored


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
