"""Addresses of this feature: `pages` at the root, `api` below /api/v1/."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from portal.kit.pages import ORGANISATIONS, NavItem, navigation

from .api import views as api_views
from .pages import figures, proposals
from .rules.standing import READERS

pages = [
    path("coverage/", figures.overview, name="coverage"),
    path("coverage/rows/", figures.rows_behind, name="coverage-rows"),
    path("coverage/should-establish/", figures.should_establish, name="should-establish"),
    path("coverage/review/", figures.review, name="coverage-review"),
    path("coverage/proposals/", proposals.proposal_list, name="proposal-list"),
    path("coverage/proposals/start/", proposals.proposal_start, name="proposal-start"),
    path("coverage/proposals/<int:pk>/", proposals.proposal, name="proposal"),
    path("coverage/proposals/<int:pk>/accept/", proposals.proposal_accept, name="proposal-accept"),
    path("coverage/proposals/<int:pk>/decline/", proposals.proposal_decline, name="proposal-decline"),
]

api = [
    path("coverage", api_views.CoverageView.as_view(), name="coverage"),
    path("coverage/towns", api_views.TownListView.as_view(), name="coverage-towns"),
    path("coverage/chains", api_views.ChainListView.as_view(), name="coverage-chains"),
    path("coverage/should-establish", api_views.ShouldEstablishView.as_view(), name="should-establish"),
    path("coverage/proposals", api_views.ProposalListView.as_view(), name="proposals"),
    path("coverage/proposal-runs/<uuid:pk>", api_views.RunView.as_view(), name="proposal-run"),
    path("coverage/proposals/<int:pk>", api_views.ProposalView.as_view(), name="proposal"),
    path("coverage/proposals/<int:pk>/accept", api_views.AcceptView.as_view(), name="proposal-accept"),
    path("coverage/proposals/<int:pk>/decline", api_views.DeclineView.as_view(), name="proposal-decline"),
]

navigation.register(
    NavItem(_("党建覆盖"), "coverage", "chart-donut", roles=READERS, order=30, group=ORGANISATIONS)
)
