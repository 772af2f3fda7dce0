"""Addresses of this feature: `pages` at the root, `api` below /api/v1/."""

from django.urls import path

from . import pages as views
from .api import CourseListView, CourseView

pages = [
    path("courses/", views.course_list, name="course-list"),
    path("courses/new/", views.course_create, name="course-create"),
    path("courses/<str:code>/", views.course_page, name="course"),
    path("courses/<str:code>/edit/", views.course_edit, name="course-edit"),
]

api = [
    path("courses", CourseListView.as_view(), name="courses"),
    path("courses/<str:code>", CourseView.as_view(), name="course"),
]
