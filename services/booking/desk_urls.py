"""Addresses of the desk: the board and what is done on it, week, sessions, patterns, closures, follow-ups, the screen."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from portal.kit.pages import NavItem, navigation

from .pages.desk_behalf import desk_book, desk_walk_in
from .pages.desk_board import desk
from .pages.desk_closures import desk_closure, desk_closure_create, desk_closure_reopen, desk_closures
from .pages.desk_follow_ups import desk_follow_up_close, desk_follow_ups
from .pages.desk_moves import desk_call_next, desk_check_in, desk_move
from .pages.desk_patterns import desk_pattern_create, desk_pattern_end, desk_patterns
from .pages.desk_week import (
    desk_session,
    desk_session_capacity,
    desk_session_create,
    desk_session_delete,
    desk_week,
)
from .pages.display import desk_display

pages = [
    path("desk/", desk, name="desk"),
    path("desk/check-in/", desk_check_in, name="desk-check-in"),
    path("desk/call-next/", desk_call_next, name="desk-call-next"),
    path("desk/bookings/<str:number>/", desk_move, name="desk-move"),
    path("desk/week/", desk_week, name="desk-week"),
    path("desk/sessions/new/", desk_session_create, name="desk-session-create"),
    path("desk/sessions/<int:pk>/", desk_session, name="desk-session"),
    path("desk/sessions/<int:pk>/capacity/", desk_session_capacity, name="desk-session-capacity"),
    path("desk/sessions/<int:pk>/delete/", desk_session_delete, name="desk-session-delete"),
    path("desk/sessions/<int:pk>/book/", desk_book, name="desk-book"),
    path("desk/sessions/<int:pk>/walk-in/", desk_walk_in, name="desk-walk-in"),
    path("desk/patterns/", desk_patterns, name="desk-patterns"),
    path("desk/patterns/new/", desk_pattern_create, name="desk-pattern-create"),
    path("desk/patterns/<int:pk>/end/", desk_pattern_end, name="desk-pattern-end"),
    path("desk/closures/", desk_closures, name="desk-closures"),
    path("desk/closures/new/", desk_closure_create, name="desk-closure-create"),
    path("desk/closures/<int:pk>/", desk_closure, name="desk-closure"),
    path("desk/closures/<int:pk>/reopen/", desk_closure_reopen, name="desk-closure-reopen"),
    path("desk/follow-ups/", desk_follow_ups, name="desk-follow-ups"),
    path("desk/follow-ups/<str:number>/", desk_follow_up_close, name="desk-follow-up-close"),
    path("display/<slug:code>/", desk_display, name="desk-display"),
]

navigation.register(
    NavItem(
        _("今日看板"),
        "desk",
        "layout-board",
        roles=frozenset({"station", "institution"}),
        order=12,
    )
)
