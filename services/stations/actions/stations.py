"""Stations and their hours."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.kit.problems import Invalid
from portal.metrics.actions import mark_dirty
from portal.territory.models import Town

from ...kept.guard import cleaned, locked, require_free, require_right, write
from ..models import ServiceStation, StationHours
from ..rules.opening import Hours, hours_problem

CHANGEABLE = frozenset({"name", "address", "phone", "directions", "position", "closed_on"})


@transaction.atomic
def create_station(
    *, town: Town, code: str, by, hours: Sequence[Hours] = (), **fields: Any
) -> ServiceStation:
    """The bureau opens a one-stop station in a town.

    `hours`: its week; `fields`: name, address, phone, directions, position. Raises PermissionDenied for anyone else, Conflict when code or
    name are taken, Invalid for a closed town or broken values.
    """
    require_right(by, town.district_id)
    values = cleaned(ServiceStation, fields, CHANGEABLE)
    if town.closed_on is not None:
        raise Invalid({"town": _("该街镇已撤并，不能设立服务站。")})
    require_free(ServiceStation, _("代码"), code=code)
    require_free(ServiceStation, _("名称"), district=town.district_id, name=values["name"])
    values.setdefault("position", ServiceStation.objects.filter(district=town.district_id).count() + 1)
    _require_sane(hours)
    station = ServiceStation.objects.create(district_id=town.district_id, town=town, code=code, **values)
    _replace_hours(station, hours)
    mark_dirty("service_station")
    return station


@transaction.atomic
def update_station(
    *,
    station: ServiceStation,
    by,
    version: int,
    changes: dict[str, Any],
    hours: Sequence[Hours] | None = None,
) -> ServiceStation:
    """The bureau corrects a station that it read at `version`, or closes it for good (`closed_on`).

    `hours`: its week from now on, None leaves it; sessions that exist stay as they are. Raises Stale when somebody else
    was faster, Conflict when the name is taken, Invalid for hours that end before they begin or overlap.
    """
    require_right(by, station.district_id)
    values = cleaned(ServiceStation, changes, CHANGEABLE)
    stored = locked(ServiceStation, station.pk, version)
    if "name" in values:
        require_free(
            ServiceStation, _("名称"), but=stored.pk, district=stored.district_id, name=values["name"]
        )
    if hours is not None:
        _require_sane(hours)
    write(stored, values, also_changed=hours is not None and _replace_hours(stored, hours))
    if "closed_on" in values:
        mark_dirty("service_station")
    return stored


def _require_sane(hours: Sequence[Hours]) -> None:
    problem = hours_problem(hours)
    if problem == "order":
        raise Invalid({"hours": _("结束时间应晚于开始时间。")})
    if problem:
        raise Invalid({"hours": _("同一天的服务时间不能重叠。")})


def _replace_hours(station: ServiceStation, hours: Sequence[Hours]) -> bool:
    """Whether the week became another."""
    before = {Hours(*row) for row in station.hours.values_list("weekday", "opens_at", "closes_at")}
    if before == set(hours):
        return False
    station.hours.all().delete()
    StationHours.objects.bulk_create(
        StationHours(station=station, weekday=row.weekday, opens_at=row.opens_at, closes_at=row.closes_at)
        for row in sorted(hours)
    )
    return True
