"""Addresses of this feature: `pages` at the root, `api` below /api/v1/."""

from django.urls import path

from .api.views import EnterpriseListView, EnterpriseView, FigureListView

pages: list = []

api = [
    path("enterprises", EnterpriseListView.as_view(), name="enterprises"),
    path("enterprises/<str:uscc>", EnterpriseView.as_view(), name="enterprise"),
    path("enterprises/<str:uscc>/figures", FigureListView.as_view(), name="enterprise-figures"),
]
