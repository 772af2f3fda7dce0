"""Addresses of this feature: `pages` at the root, `api` below /api/v1/."""

pages = []

api = []
