"""Addresses of this feature: `pages` at the root, `api` below /api/v1/."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from portal.kit.pages import SERVICES, NavItem, navigation

from . import portrait  # noqa: F401 - registers its panel
from .api.campaigns import (
    CampaignCloseView,
    CampaignListView,
    CampaignView,
    ProjectListView,
    ProjectView,
)
from .api.visits import VisitListView, VisitView
from .pages import campaigns, projects, visits
from .rules import OVERSEERS

pages = [
    path("visits/", visits.visit_list, name="visit-list"),
    path("visits/new/", visits.visit_start, name="visit-start"),
    path("visits/new/form/", visits.visit_record, name="visit-record"),
    path("visits/campaigns/", campaigns.campaign_list, name="visit-campaign-list"),
    path("visits/campaigns/new/", campaigns.campaign_create, name="visit-campaign-create"),
    path("visits/campaigns/<str:code>/", campaigns.campaign, name="visit-campaign"),
    path("visits/campaigns/<str:code>/edit/", campaigns.campaign_edit, name="visit-campaign-edit"),
    path("visits/campaigns/<str:code>/close/", campaigns.campaign_close, name="visit-campaign-close"),
    path("visits/projects/", projects.project_list, name="visit-project-list"),
    path("visits/projects/new/", projects.project_create, name="visit-project-create"),
    path("visits/projects/<str:code>/edit/", projects.project_edit, name="visit-project-edit"),
    path("visits/<str:number>/", visits.visit, name="visit"),
    path("visits/<str:number>/edit/", visits.visit_correct, name="visit-correct"),
]

api = [
    path("visits", VisitListView.as_view(), name="visits"),
    path("visits/<str:number>", VisitView.as_view(), name="visit"),
    path("visit-campaigns", CampaignListView.as_view(), name="visit-campaigns"),
    path("visit-campaigns/<str:code>", CampaignView.as_view(), name="visit-campaign"),
    path("visit-campaigns/<str:code>/close", CampaignCloseView.as_view(), name="visit-campaign-close"),
    path("visit-projects", ProjectListView.as_view(), name="visit-projects"),
    path("visit-projects/<str:code>", ProjectView.as_view(), name="visit-project"),
]

navigation.register(
    NavItem(_("走访"), "visit-list", "walk", frozenset(OVERSEERS), 46, "/visits/", SERVICES),
)
