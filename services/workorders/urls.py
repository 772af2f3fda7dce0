"""Addresses of this feature: `pages` at the root, `api` below /api/v1/."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from portal.kit.pages import SERVICES, NavItem, navigation

from . import portrait  # noqa: F401 - registers its panel
from .api.urls import api
from .demand_urls import pages as demand_pages
from .pages import board, by_link, mine, replies, retention, settings, tasks, trial

__all__ = ["api", "pages"]

pages = [
    path("demands/", mine.demands, name="demands"),
    path("demands/dispatch/", board.bulk_dispatch, name="demand-bulk-dispatch"),
    path("demands/filters/", board.filter_save, name="demand-filter-save"),
    path("demands/filters/<int:pk>/remove/", board.filter_remove, name="demand-filter-remove"),
    path("demands/tasks/", tasks.task_list, name="demand-tasks"),
    path("demands/settings/", settings.settings, name="demand-settings"),
    path("demands/settings/rules/trial/", trial.rule_trial, name="demand-rule-trial"),
    path("demands/settings/rules/new/", settings.rule_create, name="demand-rule-create"),
    path("demands/settings/rules/<int:pk>/", settings.rule_edit, name="demand-rule"),
    path("demands/settings/rules/<int:pk>/remove/", settings.rule_remove, name="demand-rule-remove"),
    path("demands/settings/times/<slug:kind>/<slug:urgency>/", settings.times_edit, name="demand-times"),
    path("demands/settings/reminders/", settings.reminder_set, name="demand-reminder-set"),
    path(
        "demands/settings/reminders/<int:pk>/remove/", settings.reminder_remove, name="demand-reminder-remove"
    ),
    path("demands/settings/replies/", replies.reply_list, name="demand-replies"),
    path("demands/settings/replies/new/", replies.reply_create, name="demand-reply-create"),
    path("demands/settings/replies/<int:pk>/", replies.reply_edit, name="demand-reply"),
    path("demands/settings/replies/<int:pk>/remove/", replies.reply_remove, name="demand-reply-remove"),
    path("demands/settings/retention/", retention.retention, name="demand-retention"),
    path("d/<str:token>/", by_link.demand_by_link, name="demand-by-link"),
    *demand_pages,
]

HANDLERS = frozenset({"admin", "bureau", "station", "leader"})
navigation.register(
    NavItem(_("我的诉求"), "demands", "message-circle", frozenset({"enterprise"}), 15, "/demands/"),
    NavItem(_("诉求工单"), "demands", "message-circle", frozenset({"department"}), 10, "/demands/"),
    NavItem(
        _("诉求工单"), "demands", "message-circle", HANDLERS, 52, ("/demands/", "/three-lists/"), SERVICES
    ),
)
