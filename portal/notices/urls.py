"""Addresses of this feature: `pages` at the root, `api` below /api/v1/."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from portal.accounts.scope import Role
from portal.kit.pages import REFERENCE, NavItem, navigation

from . import api as views
from . import pages as html

pages = [
    path("notices/", html.notice_list, name="notice-list"),
    path("notices/read-all/", html.notice_read_all, name="notice-read-all"),
    path("notices/preference/", html.notice_preference, name="notice-preference"),
    path("notices/undelivered/", html.undelivered_list, name="undelivered-list"),
    path("notices/undelivered/<uuid:pk>/retry/", html.delivery_retry, name="delivery-retry"),
    path("notices/<int:pk>/open/", html.notice_open, name="notice-open"),
    path("notices/<int:pk>/read/", html.notice_read, name="notice-read"),
]

api = [
    path("notices", views.NoticeListView.as_view(), name="notices"),
    path("notices/read-all", views.NoticeReadAllView.as_view(), name="notices-read-all"),
    path("notices/<int:pk>/read", views.NoticeReadView.as_view(), name="notice-read"),
    path("notice-preference", views.PreferenceView.as_view(), name="notice-preference"),
    path("deliveries", views.DeliveryListView.as_view(), name="deliveries"),
    path("deliveries/<uuid:pk>/retry", views.DeliveryRetryView.as_view(), name="delivery-retry"),
]

navigation.register(
    NavItem(
        _("未送达消息"),
        "undelivered-list",
        "mail-exclamation",
        roles=frozenset({Role.ADMIN, Role.BUREAU}),
        order=86,
        group=REFERENCE,
    )
)
