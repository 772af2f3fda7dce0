"""Addresses of this feature: `pages` at the root, `api` below /api/v1/."""

from django.urls import path

from .api import MeView, TokenView

pages: list = []

api = [
    path("auth/token", TokenView.as_view(), name="auth-token"),
    path("me", MeView.as_view(), name="me"),
]
