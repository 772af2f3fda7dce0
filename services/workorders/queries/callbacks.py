"""Calls back to enterprises, for those who dispatch."""

from collections.abc import Mapping

from django.db.models import QuerySet

from enterprises.ledger.queries.filters import YES_NO, refuse_unknown, said

from ..models import Callback

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


def callback_for(user, pk: int) -> Callback:
    """One callback in scope. Raises Callback.DoesNotExist."""
    return Callback.objects.visible_to(user).select_related("demand").get(pk=pk)
