"""Addresses of this feature: `pages` at the root, `api` below /api/v1/."""

from django.urls import path

from .api.instructors import InstructorListView, InstructorPersonalView, InstructorView, RetireView
from .api.liaison import LeaderPersonalView, PointListView, PointView, ReleaseView, VisitListView
from .api.postings import AssignmentView, HandOverView, PostingListView

pages = []

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
