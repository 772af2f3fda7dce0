"""Addresses of this feature: `pages` at the root, `api` below /api/v1/."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from portal.kit.pages import ORGANISATIONS, NavItem, navigation

from .api.chains import ChainListView, ChainView
from .api.plan import MilestoneListView, MilestoneView, PlanView
from .api.segments import GraphView, LinkListView, LinkView, SegmentListView, SegmentView
from .pages import chain, plan, segments

pages = [
    path("chains/", chain.chain_list, name="chain-list"),
    path("chains/new/", chain.chain_create, name="chain-create"),
    path("chains/<str:code>/", chain.chain_page, name="chain"),
    path("chains/<str:code>/edit/", chain.chain_edit, name="chain-edit"),
    path("chains/<str:code>/segments/", segments.segment_list, name="chain-segments"),
    path("chains/<str:code>/segments/new/", segments.segment_create, name="segment-create"),
    path("chains/<str:code>/segments/<str:segment>/", segments.segment_edit, name="segment-edit"),
    path("chains/<str:code>/segments/<str:segment>/<str:move>/", segments.segment_move, name="segment-move"),
    path("chains/<str:code>/plan/", plan.plan_page, name="chain-plan"),
    path("chains/<str:code>/plan/edit/", plan.plan_edit, name="chain-plan-edit"),
    path("chains/<str:code>/plan/milestones/new/", plan.milestone_create, name="milestone-create"),
    path("chains/<str:code>/plan/milestones/<int:pk>/", plan.milestone_edit, name="milestone-edit"),
    path(
        "chains/<str:code>/plan/milestones/<int:pk>/remove/", plan.milestone_remove, name="milestone-remove"
    ),
]

api = [
    path("chains", ChainListView.as_view(), name="chains"),
    path("chains/<str:code>", ChainView.as_view(), name="chain"),
    path("chains/<str:code>/segments", SegmentListView.as_view(), name="chain-segments"),
    path("chains/<str:code>/segments/<str:segment>", SegmentView.as_view(), name="chain-segment"),
    path("chains/<str:code>/links", LinkListView.as_view(), name="chain-links"),
    path("chains/<str:code>/links/<str:source>/<str:target>", LinkView.as_view(), name="chain-link"),
    path("chains/<str:code>/graph", GraphView.as_view(), name="chain-graph"),
    path("chains/<str:code>/plan", PlanView.as_view(), name="chain-plan"),
    path("chains/<str:code>/plan/milestones", MilestoneListView.as_view(), name="chain-milestones"),
    path("chains/<str:code>/plan/milestones/<int:pk>", MilestoneView.as_view(), name="chain-milestone"),
]

navigation.register(NavItem(_("产业链"), "chain-list", "hierarchy-3", order=40, group=ORGANISATIONS))
