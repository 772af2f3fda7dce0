"""Addresses of this feature: `pages` at the root, `api` below /api/v1/."""

from django.urls import path

from .api.bookings import (
    BookingCalendarView,
    BookingListView,
    BookingMoveView,
    BookingPersonalView,
    BookingView,
)
from .api.sessions import SessionListView, SessionView

pages: list = []

api = [
    path("sessions", SessionListView.as_view(), name="sessions"),
    path("sessions/<int:pk>", SessionView.as_view(), name="session"),
    path("bookings", BookingListView.as_view(), name="bookings"),
    path("bookings/<str:number>", BookingView.as_view(), name="booking"),
    path("bookings/<str:number>/calendar.ics", BookingCalendarView.as_view(), name="booking-calendar"),
    path("bookings/<str:number>/personal", BookingPersonalView.as_view(), name="booking-personal"),
    path("bookings/<str:number>/<str:move>", BookingMoveView.as_view(), name="booking-move"),
]
