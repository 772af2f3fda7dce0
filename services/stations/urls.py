"""Addresses of this feature: `pages` at the root, `api` below /api/v1/."""

from django.urls import path

from .api.institutions import InstitutionListView, InstitutionView
from .api.items import ItemListView, ItemView
from .api.stations import StationListView, StationView

pages: list = []

api = [
    path("service-stations", StationListView.as_view(), name="service-stations"),
    path("service-stations/<str:code>", StationView.as_view(), name="service-station"),
    path("service-items", ItemListView.as_view(), name="service-items"),
    path("service-items/<str:code>", ItemView.as_view(), name="service-item"),
    path("institutions", InstitutionListView.as_view(), name="institutions"),
    path("institutions/<str:code>", InstitutionView.as_view(), name="institution"),
]
