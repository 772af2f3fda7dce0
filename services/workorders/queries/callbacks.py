"""Calls back to enterprises, for those who dispatch."""

from collections.abc import Mapping

from django.db.models import QuerySet

from portal.kit.filters import YES_NO, refuse_unknown, said
from portal.territory.calendar import work_calendar

from ..models import Callback, Demand
from ..rules.hours import callback_due

FILTERS = frozenset({"open", "town"})


def may_read(user) -> bool:
    """The bureau, the stations, and leaders, who read only."""
    return user.scope.is_staff or bool(user.scope.districts)


def listed(user, filters: Mapping[str, str]) -> QuerySet[Callback]:
    """The callbacks in scope, the newest first. Raises Invalid for a value that is none."""
    given = said(filters)
    refuse_unknown(given, {"open": YES_NO})
    rows = Callback.objects.visible_to(user).select_related("demand")
    if "open" in given:
        rows = rows.filter(closed_at__isnull=given["open"] == "1")
    if "town" in given:
        rows = rows.filter(demand__town__code=given["town"])
    return rows


def of_demand(user, demand: Demand) -> list[Callback]:
    """The callbacks of one demand, the newest first; an open one with the day by which it is due (`due_on`)."""
    rows = list(Callback.objects.visible_to(user).filter(demand=demand).select_related("closed_by"))
    if any(row.closed_at is None for row in rows):
        calendar = work_calendar(demand.district.slug)
        for row in rows:
            row.due_on = None if row.closed_at else callback_due(row.opened_at, calendar)
    return rows


def callback_for(user, pk: int) -> Callback:
    """One callback in scope. Raises Callback.DoesNotExist."""
    return Callback.objects.visible_to(user).select_related("demand").get(pk=pk)
