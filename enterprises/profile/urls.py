"""Addresses of this feature: `pages` at the root, `api` below /api/v1/."""

from django.urls import path

from .api.views import PersonalView, PortraitView, SurveyListView

pages: list = []

api = [
    path("enterprises/<str:uscc>/portrait", PortraitView.as_view(), name="enterprise-portrait"),
    path("enterprises/<str:uscc>/surveys", SurveyListView.as_view(), name="enterprise-surveys"),
    path("enterprises/<str:uscc>/personal", PersonalView.as_view(), name="enterprise-personal"),
]
