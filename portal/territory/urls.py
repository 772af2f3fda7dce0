"""Addresses of this feature: `pages` at the root, `api` below /api/v1/."""

from datetime import date

from django.urls import path, register_converter
from django.utils.translation import gettext_lazy as _

from portal.kit.pages import REFERENCE, NavItem, navigation

from . import areas_pages
from . import pages as views
from .api import (
    CalendarDayView,
    CalendarView,
    DepartmentListView,
    DepartmentView,
    ElementListView,
    ElementView,
    TownListView,
    TownView,
)
from .areas_api import AreaListView, AreaView


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
    path("areas/", areas_pages.area_list, name="area-list"),
    path("areas/new/", areas_pages.area_create, name="area-create"),
    path("areas/<str:code>/", areas_pages.area_edit, name="area-edit"),
    path("calendar/", views.work_calendar, name="work-calendar"),
    path("calendar/change/", views.change_day, name="calendar-change"),
    path("calendar/reset/", views.reset_day, name="calendar-reset"),
]

api = [
    path("towns", TownListView.as_view(), name="towns"),
    path("towns/<str:code>", TownView.as_view(), name="town"),
    path("departments", DepartmentListView.as_view(), name="departments"),
    path("departments/<str:code>", DepartmentView.as_view(), name="department"),
    path("areas", AreaListView.as_view(), name="areas"),
    path("areas/<str:code>", AreaView.as_view(), name="area"),
    path("service-elements", ElementListView.as_view(), name="service-elements"),
    path("service-elements/<str:code>", ElementView.as_view(), name="service-element"),
    path("calendar", CalendarView.as_view(), name="calendar"),
    path("calendar/<day:day>", CalendarDayView.as_view(), name="calendar-day"),
]

navigation.register(
    NavItem(_("街镇与部门"), "town-list", "map-2", order=80, group=REFERENCE),
    NavItem(_("商圈楼宇园区"), "area-list", "building-skyscraper", order=81, group=REFERENCE),
    NavItem(_("工作日历"), "work-calendar", "calendar", order=82, group=REFERENCE),
)
