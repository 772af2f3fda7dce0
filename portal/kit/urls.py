"""Addresses of this feature: `pages` at the root, `api` below /api/v1/."""

from django.conf import settings

from . import gallery

pages: list = gallery.pages if settings.DEBUG else []
api: list = []
