"""Addresses of this feature: `pages` at the root, `api` below /api/v1/."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from portal.kit.pages import NavItem, navigation

from .pages import workbench

pages = [path("", workbench, name="workbench")]
api: list = []

navigation.register(NavItem(_("工作台"), "workbench", "home", order=10))
