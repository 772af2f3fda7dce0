"""Addresses of this feature: `pages` at the root, `api` below /api/v1/."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from portal.accounts.scope import Role
from portal.kit.pages import ORGANISATIONS, NavItem, navigation

from . import portrait  # noqa: F401 - registers its panel
from .api.instructors import InstructorListView, InstructorPersonalView, InstructorView, RetireView
from .api.liaison import LeaderPersonalView, PointListView, PointView, ReleaseView, VisitListView
from .api.postings import AssignmentView, HandOverView, PostingListView
from .pages import instructors, liaison, postings, stations

pages = [
    path("stations/", stations.station_list, name="station-list"),
    path("stations/own/", stations.station_own, name="station-own"),
    path("stations/instructors/", instructors.instructor_list, name="instructor-list"),
    path("stations/instructors/new/", instructors.instructor_create, name="instructor-create"),
    path("stations/instructors/<str:code>/", instructors.instructor, name="instructor"),
    path("stations/instructors/<str:code>/edit/", instructors.instructor_edit, name="instructor-edit"),
    path("stations/instructors/<str:code>/retire/", instructors.instructor_retire, name="instructor-retire"),
    path(
        "stations/instructors/<str:code>/personal/",
        instructors.instructor_personal,
        name="instructor-personal",
    ),
    path("stations/instructors/<str:code>/assign/", postings.instructor_assign, name="instructor-assign"),
    path(
        "stations/instructors/<str:code>/hand-over/",
        postings.instructor_hand_over,
        name="instructor-hand-over",
    ),
    path("stations/assignments/<int:pk>/end/", postings.assignment_end, name="assignment-end"),
    path("stations/liaison-points/", liaison.point_list, name="liaison-point-list"),
    path("stations/liaison-points/new/", liaison.point_create, name="liaison-point-create"),
    path("stations/liaison-points/<str:code>/", liaison.point, name="liaison-point"),
    path("stations/liaison-points/<str:code>/edit/", liaison.point_edit, name="liaison-point-edit"),
    path("stations/liaison-points/<str:code>/visit/", liaison.point_visit, name="liaison-point-visit"),
    path("stations/liaison-points/<str:code>/release/", liaison.point_release, name="liaison-point-release"),
    path(
        "stations/liaison-points/<str:code>/personal/",
        liaison.point_personal,
        name="liaison-point-personal",
    ),
    path("stations/<str:code>/", stations.station, name="station"),
]

api = [
    path("instructors", InstructorListView.as_view(), name="instructors"),
    path("instructors/<str:code>", InstructorView.as_view(), name="instructor"),
    path("instructors/<str:code>/retire", RetireView.as_view(), name="instructor-retire"),
    path("instructors/<str:code>/hand-over", HandOverView.as_view(), name="instructor-hand-over"),
    path("instructors/<str:code>/assignments", PostingListView.as_view(), name="instructor-assignments"),
    path("instructors/<str:code>/personal", InstructorPersonalView.as_view(), name="instructor-personal"),
    path("assignments/<int:pk>", AssignmentView.as_view(), name="assignment"),
    path("liaison-points", PointListView.as_view(), name="liaison-points"),
    path("liaison-points/<str:code>", PointView.as_view(), name="liaison-point"),
    path("liaison-points/<str:code>/visits", VisitListView.as_view(), name="liaison-point-visits"),
    path("liaison-points/<str:code>/release", ReleaseView.as_view(), name="liaison-point-release"),
    path("liaison-points/<str:code>/personal", LeaderPersonalView.as_view(), name="liaison-point-personal"),
]

navigation.register(
    NavItem(
        _("指导站"),
        "station-list",
        "building-community",
        roles=frozenset({Role.ADMIN, Role.BUREAU, Role.LEADER}),
        order=32,
        prefix="/stations/",
        group=ORGANISATIONS,
    ),
    NavItem(
        _("指导站"),
        "station-own",
        "building-community",
        roles=frozenset({Role.STATION}),
        order=32,
        prefix="/stations/",
        group=ORGANISATIONS,
    ),
)
