"""Addresses of this feature: `pages` at the root, `api` below /api/v1/."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from portal.kit.pages import COLLABORATION, NavItem, navigation

from . import pages as views
from .api import ProjectListView, ProjectView

pages = [
    path("integration-projects/", views.project_list, name="project-list"),
    path("integration-projects/new/", views.project_create, name="project-create"),
    path("integration-projects/<str:number>/", views.project, name="project"),
    path("integration-projects/<str:number>/edit/", views.project_edit, name="project-edit"),
]

api = [
    path("integration-projects", ProjectListView.as_view(), name="integration-projects"),
    path("integration-projects/<str:number>", ProjectView.as_view(), name="integration-project"),
]

navigation.register(
    NavItem(
        _("融合项目"), "project-list", "rocket", roles=frozenset(views.READERS), order=48, group=COLLABORATION
    )
)
