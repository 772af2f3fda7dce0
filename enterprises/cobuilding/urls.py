"""Addresses of this feature: `pages` at the root, `api` below /api/v1/."""

from django.urls import path

from . import portrait  # noqa: F401 - registers its panel
from .api.agreements import (
    AgreementEndView,
    AgreementListView,
    AgreementRenewView,
    AgreementView,
    PartyListView,
    PartyWithdrawView,
)
from .api.members import MemberLeaveView, MemberListView
from .pages import agreements, parties

pages = [
    path("agreements/", agreements.agreement_list, name="agreement-list"),
    path("agreements/new/", agreements.agreement_create, name="agreement-create"),
    path("agreements/of/<str:code>/", agreements.organization_agreements, name="organization-agreements"),
    path("agreements/<str:number>/", agreements.agreement, name="agreement"),
    path("agreements/<str:number>/edit/", agreements.agreement_edit, name="agreement-edit"),
    path("agreements/<str:number>/end/", agreements.agreement_end, name="agreement-end"),
    path("agreements/<str:number>/renew/", agreements.agreement_renew, name="agreement-renew"),
    path("agreements/<str:number>/join/", parties.agreement_join, name="agreement-join"),
    path(
        "agreements/<str:number>/parties/<int:pk>/withdraw/",
        parties.agreement_withdraw,
        name="agreement-withdraw",
    ),
    path("alliances/<str:code>/members/", parties.alliance_members, name="alliance-members"),
    path("alliances/<str:code>/members/new/", parties.alliance_join, name="alliance-join"),
    path("alliance-members/<int:pk>/leave/", parties.alliance_leave, name="alliance-leave"),
]

api = [
    path("agreements", AgreementListView.as_view(), name="agreements"),
    path("agreements/<str:number>", AgreementView.as_view(), name="agreement"),
    path("agreements/<str:number>/end", AgreementEndView.as_view(), name="agreement-end"),
    path("agreements/<str:number>/renew", AgreementRenewView.as_view(), name="agreement-renew"),
    path("agreements/<str:number>/parties", PartyListView.as_view(), name="agreement-parties"),
    path(
        "agreements/<str:number>/parties/<int:pk>/withdraw",
        PartyWithdrawView.as_view(),
        name="agreement-withdraw",
    ),
    path("alliances/<str:code>/members", MemberListView.as_view(), name="alliance-members"),
    path("alliance-members/<int:pk>/leave", MemberLeaveView.as_view(), name="alliance-leave"),
]
