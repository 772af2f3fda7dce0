"""Addresses of this feature: `pages` at the root, `api` below /api/v1/."""

from .api.urls import api

__all__ = ["api", "pages"]

pages: list = []
