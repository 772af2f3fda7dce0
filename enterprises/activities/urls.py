"""Addresses of this feature: `pages` at the root, `api` below /api/v1/."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from portal.accounts.scope import Role
from portal.kit.pages import ORGANISATIONS, NavItem, navigation

from . import pages as views
from .api import ActivityListView, ActivityView

pages = [
    path("activities/", views.activity_list, name="activity-list"),
    path("activities/new/", views.activity_create, name="activity-create"),
    path("activities/<str:number>/", views.activity, name="activity"),
    path("activities/<str:number>/edit/", views.activity_edit, name="activity-edit"),
    path("activities/<str:number>/cancel/", views.activity_cancel, name="activity-cancel"),
]

api = [
    path("activities", ActivityListView.as_view(), name="activities"),
    path("activities/<str:number>", ActivityView.as_view(), name="activity"),
]

navigation.register(
    NavItem(
        _("活动"),
        "activity-list",
        "calendar-event",
        roles=frozenset({Role.ADMIN, Role.BUREAU, Role.STATION, Role.LEADER, Role.ENTERPRISE}),
        order=45,
        group=ORGANISATIONS,
    )
)
