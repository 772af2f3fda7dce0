"""Addresses of this feature: `pages` at the root, `api` below /api/v1/."""

from django.urls import path

pages: list = []
api: list = []
