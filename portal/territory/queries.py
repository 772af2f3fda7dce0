"""Every read of territory. Reference rows are the same for each signed-in user, inside the districts that exist."""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from portal.kit.problems import Invalid
from portal.kit.search import normalise

from .calendar import national_exceptions, national_names
from .models import Area, CalendarDay, Department, District, ServiceElement, Town
from .rules import is_weekday


def towns(user) -> QuerySet[Town]:
    """The towns with office and guidance station, in the district's own order."""
    return Town.objects.visible_to(user).select_related("district", "office__guidance_station")


def departments(user) -> QuerySet[Department]:
    return Department.objects.visible_to(user).select_related("district")


def service_elements(user) -> QuerySet[ServiceElement]:
    """The life-cycle elements, closed ones too."""
    return ServiceElement.objects.visible_to(user)


def areas(user, filters: Mapping[str, str] | None = None) -> QuerySet[Area]:
    """Commercial areas, buildings and parks, by town code, kind, open (1) or closed (0), part of name or code.

    Raises Invalid for a kind or state that does not exist.
    """
    filters = filters or {}
    rows = Area.objects.visible_to(user).select_related("district", "town")
    if town := filters.get("town"):
        rows = rows.filter(town__code=town)
    if kind := filters.get("kind"):
        if kind not in Area.Kind.values:
            values = "、".join(Area.Kind.values)
            raise Invalid({"kind": _("应为这些值之一：%(values)s。") % {"values": values}})
        rows = rows.filter(kind=kind)
    if active := filters.get("active"):
        if active not in ("0", "1"):
            raise Invalid({"active": _("应为 0 或 1。")})
        rows = rows.filter(closed_on__isnull=active == "1")
    if text := normalise(filters.get("search", "")):
        rows = rows.filter(Q(name__icontains=text) | Q(code__istartswith=text))
    return rows


def districts(user) -> QuerySet[District]:
    return District.objects.visible_to(user)


def home_district(user) -> District | None:
    """The district whose calendar a page shows: the one that the user belongs to, else the portal's first."""
    own = user.scope.managed or user.scope.districts
    rows = districts(user)
    return (rows.filter(pk__in=own) if own else rows).order_by("code").first()


@dataclass(frozen=True)
class SpecialDay:
    """A day that departs from Monday–Friday, or that staff set by hand (`override`)."""

    day: date
    is_working: bool
    name: str
    override: CalendarDay | None = None


def special_days(district: District, year: int) -> list[SpecialDay]:
    """The year's holidays, make-up working days and staff's corrections, in order. A correction hides the nation's."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    names, exceptions = national_names(), national_exceptions()
    days = {day: SpecialDay(day, exceptions[day], names[day]) for day in names if first <= day <= last}
    for row in CalendarDay.objects.filter(district=district, day__range=(first, last)):
        days[row.day] = SpecialDay(row.day, row.is_working, row.reason, row)
    return [days[day] for day in sorted(days)]


def months(year: int, special: list[SpecialDay]) -> list[tuple[int, list[list[dict]]]]:
    """The year for the calendar page: (month, weeks), from its special days (`special_days`)."""
    by_day = {row.day: row for row in special}
    return [(month, _weeks(year, month, by_day)) for month in range(1, 13)]


def _weeks(year: int, month: int, special: dict[date, SpecialDay]) -> list[list[dict]]:
    """Weeks (Monday first) of a month: day, inside the month?, working?, what it is called, set by hand?"""
    return [
        [
            {
                "day": day,
                "inside": day.month == month,
                "is_working": special[day].is_working if day in special else is_weekday(day),
                "name": special[day].name if day in special else "",
                "is_override": day in special and special[day].override is not None,
            }
            for day in week
        ]
        for week in calendar.Calendar().monthdatescalendar(year, month)
    ]
