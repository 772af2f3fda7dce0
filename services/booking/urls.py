"""Addresses of this feature: `pages` at the root, `api` below /api/v1/."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from portal.accounts.scope import Role
from portal.kit.pages import SERVICES, NavItem, navigation

from .api.bookings import (
    BookingCalendarView,
    BookingListView,
    BookingMoveView,
    BookingPersonalView,
    BookingView,
)
from .api.sessions import SessionListView, SessionView
from .desk_urls import pages as desk_pages
from .pages import comparison, mine, one, request, times

pages = [
    path("bookings/", mine.booking_list, name="booking-list"),
    path("bookings/new/", times.booking_start, name="booking-start"),
    path("bookings/new/form/", request.booking_form, name="booking-form"),
    path("bookings/<str:number>/", one.booking_page, name="booking-page"),
    path("bookings/<str:number>/done/", request.booking_done, name="booking-done"),
    path("bookings/<str:number>/calendar.ics", one.booking_ics, name="booking-ics"),
    path("bookings/<str:number>/personal/", one.booking_personal, name="booking-personal"),
    path("bookings/<str:number>/reschedule/", one.booking_reschedule, name="booking-reschedule"),
    path("bookings/<str:number>/do/<str:move>/", one.booking_do, name="booking-do"),
    path("service-comparison/", comparison.session_comparison, name="session-comparison"),
    path("service-comparison/bookings/", comparison.booking_rows, name="booking-rows"),
    path("service-comparison/sessions/", comparison.session_rows, name="session-rows"),
    *desk_pages,
]

api = [
    path("sessions", SessionListView.as_view(), name="sessions"),
    path("sessions/<int:pk>", SessionView.as_view(), name="session"),
    path("bookings", BookingListView.as_view(), name="bookings"),
    path("bookings/<str:number>", BookingView.as_view(), name="booking"),
    path("bookings/<str:number>/calendar.ics", BookingCalendarView.as_view(), name="booking-calendar"),
    path("bookings/<str:number>/personal", BookingPersonalView.as_view(), name="booking-personal"),
    path("bookings/<str:number>/<str:move>", BookingMoveView.as_view(), name="booking-move"),
]

navigation.register(
    NavItem(
        _("我的预约"),
        "booking-list",
        "calendar-check",
        roles=frozenset({Role.ENTERPRISE}),
        order=14,
        prefix="/bookings/",
    ),
    NavItem(
        _("服务对比"),
        "session-comparison",
        "chart-bar",
        roles=frozenset({Role.ADMIN, Role.BUREAU, Role.LEADER}),
        order=52,
        group=SERVICES,
    ),
)
