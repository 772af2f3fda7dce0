"""Addresses of this feature: `pages` at the root, `api` below /api/v1/."""

from django.urls import path

from . import pages as views
from .api import MeetingCancelView, MeetingListView, MeetingView, TaskDoneView, TaskListView

pages = [
    path("alliances/<str:code>/meetings/", views.alliance_meetings, name="alliance-meetings"),
    path("alliances/<str:code>/meetings/new/", views.meeting_create, name="alliance-meeting-create"),
    path("alliance-meetings/<str:number>/", views.meeting, name="alliance-meeting"),
    path("alliance-meetings/<str:number>/edit/", views.meeting_edit, name="alliance-meeting-edit"),
    path("alliance-meetings/<str:number>/cancel/", views.meeting_cancel, name="alliance-meeting-cancel"),
    path("alliance-meetings/<str:number>/tasks/new/", views.task_create, name="alliance-task-create"),
    path("alliance-meetings/<str:number>/tasks/<int:pk>/done/", views.task_done, name="alliance-task-done"),
]

api = [
    path("alliance-meetings", MeetingListView.as_view(), name="alliance-meetings"),
    path("alliance-meetings/<str:number>", MeetingView.as_view(), name="alliance-meeting"),
    path(
        "alliance-meetings/<str:number>/cancel", MeetingCancelView.as_view(), name="alliance-meeting-cancel"
    ),
    path("alliance-meetings/<str:number>/tasks", TaskListView.as_view(), name="alliance-task-create"),
    path(
        "alliance-meetings/<str:number>/tasks/<int:pk>/done",
        TaskDoneView.as_view(),
        name="alliance-task-done",
    ),
]
