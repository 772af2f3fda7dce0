"""Addresses of this feature: `pages` at the root, `api` below /api/v1/."""

from datetime import date

from django.urls import path, register_converter
from django.utils.translation import gettext_lazy as _

from portal.kit.pages import NavItem, navigation

from . import pages as views
from .api import (
    CalendarDayView,
    CalendarView,
    DepartmentListView,
    DepartmentView,
    TownListView,
    TownView,
)


class DayConverter:
    """A day in an address: 2026-11-21; anything else is not found."""

    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()


register_converter(DayConverter, "day")

pages = [
    path("towns/", views.town_list, name="town-list"),
    path("calendar/", views.work_calendar, name="work-calendar"),
    path("calendar/change/", views.change_day, name="calendar-change"),
    path("calendar/reset/", views.reset_day, name="calendar-reset"),
]

api = [
    path("towns", TownListView.as_view(), name="towns"),
    path("towns/<str:code>", TownView.as_view(), name="town"),
    path("departments", DepartmentListView.as_view(), name="departments"),
    path("departments/<str:code>", DepartmentView.as_view(), name="department"),
    path("calendar", CalendarView.as_view(), name="calendar"),
    path("calendar/<day:day>", CalendarDayView.as_view(), name="calendar-day"),
]

navigation.register(
    NavItem(_("街镇与部门"), "town-list", "map-2", order=80),
    NavItem(_("工作日历"), "work-calendar", "calendar", order=82, prefix="/calendar/"),
)
