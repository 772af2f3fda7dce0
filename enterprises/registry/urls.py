"""Addresses of this feature: `pages` at the root, `api` below /api/v1/."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from portal.accounts.scope import Role
from portal.kit.pages import NavItem, navigation

from .api.places import PlaceListView, PlaceView
from .api.views import EnterpriseListView, EnterpriseView, FigureListView
from .pages import enterprise_create, enterprise_edit, enterprise_figures, enterprise_list
from .places_pages import chain_place, enterprise_leave_chain, enterprise_places

pages = [
    path("enterprises/", enterprise_list, name="enterprise-list"),
    path("enterprises/new/", enterprise_create, name="enterprise-create"),
    path("enterprises/<str:uscc>/edit/", enterprise_edit, name="enterprise-edit"),
    path("chains/<str:code>/place/", chain_place, name="chain-place"),
    path("enterprises/<str:uscc>/chains/", enterprise_places, name="enterprise-places"),
    path(
        "enterprises/<str:uscc>/chains/<str:chain>/leave/",
        enterprise_leave_chain,
        name="enterprise-leave-chain",
    ),
    path("enterprises/<str:uscc>/figures/", enterprise_figures, name="enterprise-figures"),
]

api = [
    path("enterprises", EnterpriseListView.as_view(), name="enterprises"),
    path("enterprises/<str:uscc>", EnterpriseView.as_view(), name="enterprise"),
    path("enterprises/<str:uscc>/places", PlaceListView.as_view(), name="enterprise-places"),
    path("enterprises/<str:uscc>/places/<str:chain>", PlaceView.as_view(), name="enterprise-place"),
    path("enterprises/<str:uscc>/figures", FigureListView.as_view(), name="enterprise-figures"),
]

navigation.register(
    NavItem(
        _("企业"),
        "enterprise-list",
        "building",
        roles=frozenset({Role.ADMIN, Role.BUREAU, Role.STATION, Role.LEADER, Role.ENTERPRISE}),
        order=20,
    )
)
