"""Every write of territory: reference data by command, days of the work calendar by the bureau."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import PermissionDenied

from portal.kit.problems import Conflict, Invalid, Stale
from portal.kit.text import clean_line
from portal.metrics.actions import mark_dirty

from .calendar import FIRST_YEAR, LAST_YEAR
from .models import (
    Area,
    CalendarDay,
    Department,
    District,
    GuidanceStation,
    ServiceElement,
    SupervisionOffice,
    Town,
)
from .rules import area_problems, can_change_calendar, can_manage_areas

AREA_FIELDS = frozenset({"name", "kind", "town", "address", "closed_on"})


@transaction.atomic
def load_territory(*, data: dict[str, Any]) -> District:
    """A district gets its towns, offices with guidance stations, and departments from a reference file.

    Matching is by code. What the file says wins over what is stored, rows that the file does not name stay. Running
    it twice changes nothing.
    """
    district, _created = District.objects.update_or_create(
        code=data["district"]["code"], defaults={name: data["district"][name] for name in ("slug", "name")}
    )
    is_new = False
    for position, row in enumerate(data["towns"], start=1):
        town, is_new_town = _load_town(district, row, position)
        is_new_station = _load_office(town, row, data["stations"]["set_up_on"])
        is_new = is_new or is_new_town or is_new_station
    if is_new:
        mark_dirty("town")
    for position, row in enumerate(data["departments"], start=1):
        Department.objects.update_or_create(
            code=row["code"], defaults={"district": district, "name": row["name"], "position": position}
        )
    return district


@transaction.atomic
def load_areas(*, district: District, rows: Iterable[dict[str, Any]]) -> int:
    """The district's commercial areas, buildings and parks exist, found by code. What the bureau changed stays.

    Returns how many were added.
    """
    towns = {town.code: town for town in district.towns.all()}
    stored = list(Area.objects.filter(district=district).values_list("code", "town__code", "name"))
    codes, names = {code for code, _town, _name in stored}, {(town, name) for _code, town, name in stored}
    missing = [row for row in rows if row["code"] not in codes and (row["town"], row["name"]) not in names]
    Area.objects.bulk_create(
        Area(**{**row, "town": towns[row["town"]], "district": district}) for row in missing
    )
    return len(missing)


@transaction.atomic
def load_elements(*, rows: Iterable[dict[str, Any]]) -> None:
    """The life-cycle elements (N 个全生命周期要素) exist, found by code. What was renamed stays renamed."""
    for position, row in enumerate(rows, start=1):
        ServiceElement.objects.get_or_create(code=row["code"], defaults={**row, "position": position})


@transaction.atomic
def create_area(*, town: Town, by, code: str, **fields: Any) -> Area:
    """The bureau registers a commercial area, a building or a park of a town.

    `fields`: name, kind, address. Raises PermissionDenied for anyone else, Conflict when code or name are taken,
    Invalid for a closed town or an empty name.
    """
    _require_area_right(by, town.district_id)
    values = _cleaned_area({**fields, "town": town})
    try:
        with transaction.atomic():
            return Area.objects.create(district_id=town.district_id, code=code, **values)
    except IntegrityError as error:
        raise _area_taken(error) from error


@transaction.atomic
def update_area(*, area: Area, by, version: int, changes: dict[str, Any]) -> Area:
    """The bureau corrects an area that it read at `version`, or closes it. A closed one keeps its row.

    Raises Stale when somebody else was faster, Conflict when the name is taken in the town, Invalid for a town of
    another district, one that is closed, or a day in the future.
    """
    if unknown := changes.keys() - AREA_FIELDS:
        raise ValueError(f"update_area cannot change {sorted(unknown)}")
    _require_area_right(by, area.district_id)
    stored = Area.objects.select_for_update(of=("self",)).select_related("town", "district").get(pk=area.pk)
    if stored.version != version:
        raise Stale()
    values = {name: value for name, value in changes.items() if getattr(stored, name) != value}
    values = _cleaned_area(values)
    town = values.get("town")
    if town is not None and town.district_id != stored.district_id:
        raise Invalid({"town": _("不属于本区。")})
    if not values:
        return stored
    for name, value in values.items():
        setattr(stored, name, value)
    stored.version += 1
    try:
        with transaction.atomic():
            stored.save(update_fields=[*values, "version"])
    except IntegrityError as error:
        raise _area_taken(error) from error
    return stored


def _require_area_right(by, district_id: int) -> None:
    if not can_manage_areas(by, district_id):
        raise PermissionDenied(_("只有区局工作人员可以维护商圈、楼宇与园区。"))


def _cleaned_area(values: dict[str, Any]) -> dict[str, Any]:
    lines = ("name", "address")
    values = {name: clean_line(value or "") if name in lines else value for name, value in values.items()}
    if problems := area_problems(values, today=timezone.localdate()):
        raise Invalid(problems)
    return values


def _area_taken(error: IntegrityError) -> Exception:
    if getattr(error.__cause__, "sqlstate", "") == "23505":
        return Conflict(_("编号已被使用，或该街镇已有同名的商圈、楼宇或园区。"), code="duplicate")
    return error


def _load_town(district: District, row: dict[str, Any], position: int) -> tuple[Town, bool]:
    """(the town, whether it is new)"""
    tile_row, tile_column = row["tile"]
    return Town.objects.update_or_create(
        code=row["code"],
        defaults={
            "district": district,
            "name": row["name"],
            "short_name": row["short_name"],
            "kind": row["kind"],
            "position": position,
            "tile_row": tile_row,
            "tile_column": tile_column,
        },
    )


def _load_office(town: Town, row: dict[str, Any], set_up_on: date) -> bool:
    """The town's market supervision office and the guidance station that it hosts, both found again by the town.

    Returns whether the station is new.
    """
    office, _created = SupervisionOffice.objects.get_or_create(
        town=town,
        defaults={
            "code": f"SO{town.code}",
            "name": f"{town.short_name}市场监督管理所",
            "address": row.get("address", ""),
        },
    )
    _station, is_new = GuidanceStation.objects.get_or_create(
        office=office, defaults={"name": f"{town.short_name}小个专党建工作指导站", "set_up_on": set_up_on}
    )
    return is_new


@transaction.atomic
def set_calendar_day(*, district: District, day: date, is_working: bool, reason: str, by) -> CalendarDay:
    """The bureau says that a day is a working day, or is not, over what the national calendar says.

    Raises PermissionDenied for anyone else, Invalid without a reason or for a year that no calendar knows. Saying it
    again replaces what was said.
    """
    require_calendar_right(by, district)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        years = {"first": FIRST_YEAR, "last": LAST_YEAR}
        raise Invalid({"day": _("年份应在 %(first)s 至 %(last)s 之间。") % years})
    reason = reason.strip()
    if not reason:
        raise Invalid({"reason": _("请说明调整原因，例如“台风停工”。")})
    row, _created = CalendarDay.objects.update_or_create(
        district=district, day=day, defaults={"is_working": is_working, "reason": reason}
    )
    return row


@transaction.atomic
def clear_calendar_day(*, district: District, day: date, by) -> None:
    """The bureau takes a correction back; the national calendar holds again. Nothing to take back is fine."""
    require_calendar_right(by, district)
    CalendarDay.objects.filter(district=district, day=day).delete()


def require_calendar_right(by, district: District) -> None:
    """Raises PermissionDenied for who may not correct the calendar of the district."""
    if not can_change_calendar(by, district.pk):
        raise PermissionDenied(_("只有区局工作人员可以调整工作日历。"))
