"""Every write of territory: reference data by command, days of the work calendar by the bureau."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import PermissionDenied

from portal.kit.problems import Invalid

from .models import CalendarDay, Department, District, GuidanceStation, SupervisionOffice, Town
from .rules import can_change_calendar


@transaction.atomic
def load_territory(*, data: dict[str, Any]) -> District:
    """A district gets its towns, offices with guidance stations, and departments from a reference file.

    Matching is by code. What the file says wins over what is stored, rows that the file does not name stay. Running
    it twice changes nothing.
    """
    district, _created = District.objects.update_or_create(
        code=data["district"]["code"], defaults={name: data["district"][name] for name in ("slug", "name")}
    )
    for position, row in enumerate(data["towns"], start=1):
        town = _load_town(district, row, position)
        _load_office(town, row, data["stations"]["set_up_on"])
    for position, row in enumerate(data["departments"], start=1):
        Department.objects.update_or_create(
            code=row["code"], defaults={"district": district, "name": row["name"], "position": position}
        )
    return district


def _load_town(district: District, row: dict[str, Any], position: int) -> Town:
    tile_row, tile_column = row["tile"]
    town, _created = Town.objects.update_or_create(
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
    return town


def _load_office(town: Town, row: dict[str, Any], set_up_on: date) -> None:
    """The town's market supervision office and the guidance station that it hosts, both found again by the town."""
    office, _created = SupervisionOffice.objects.get_or_create(
        town=town,
        defaults={
            "code": f"SO{town.code}",
            "name": f"{town.short_name}市场监督管理所",
            "address": row.get("address", ""),
        },
    )
    GuidanceStation.objects.get_or_create(
        office=office, defaults={"name": f"{town.short_name}小个专党建工作指导站", "set_up_on": set_up_on}
    )


@transaction.atomic
def set_calendar_day(*, district: District, day: date, is_working: bool, reason: str, by) -> CalendarDay:
    """The bureau says that a day is a working day, or is not, over what the national calendar says.

    Raises PermissionDenied for anyone else, Invalid without a reason. Saying it again replaces what was said.
    """
    _require_calendar_right(by, district)
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
    _require_calendar_right(by, district)
    CalendarDay.objects.filter(district=district, day=day).delete()


def _require_calendar_right(by, district: District) -> None:
    if not can_change_calendar(by, district.pk):
        raise PermissionDenied(_("只有区局工作人员可以调整工作日历。"))
