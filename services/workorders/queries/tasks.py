"""What joint meetings resolved, to be followed up: the tasks in scope, what is due first on top."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from portal.kit.filters import YES_NO, refuse_unknown, said

from ..models import Resolution

FILTERS = frozenset({"state", "overdue", "department", "town", "chain", "element"})
SOON = timedelta(days=3)
COLUMNS = {
    "department": "owner__code",
    "town": "meeting__demand__town__code",
    "chain": "meeting__demand__chain__code",
    "element": "meeting__demand__element__code",
}


def listed(user, filters: Mapping[str, str], *, today: date | None = None) -> QuerySet[Resolution]:
    """The tasks in scope; without a wish those that are open. `department` owes it. Raises Invalid for a state that is
    none."""
    given = said(filters)
    refuse_unknown(given, {"state": (*Resolution.State.values, "all"), "overdue": YES_NO})
    rows = _named(Resolution.objects.visible_to(user))
    for name, column in COLUMNS.items():
        if name in given:
            rows = rows.filter(**{column: given[name]})
    state = given.get("state", Resolution.State.OPEN)
    if state != "all":
        rows = rows.filter(state=state)
    if "overdue" in given:
        late = overdue(today or timezone.localdate())
        rows = rows.filter(late if given["overdue"] == "1" else ~late)
    return rows


def overdue(today: date) -> Q:
    """Open tasks whose day has passed."""
    return Q(state=Resolution.State.OPEN, due_on__lt=today)


def light(task: Resolution, today: date) -> str:
    """red, yellow or green; empty for one that is done with."""
    if task.state != Resolution.State.OPEN:
        return ""
    if task.due_on < today:
        return "red"
    return "yellow" if task.due_on <= today + SOON else "green"


def _named(rows: QuerySet[Resolution]) -> QuerySet[Resolution]:
    rows = rows.select_related("owner", "meeting__demand__town", "meeting__demand__enterprise")
    return rows.only(
        "text", "due_on", "state", "result", "done_at", "owner__code", "owner__name", "meeting__number",
        "meeting__demand__number", "meeting__demand__title", "meeting__demand__town__short_name",
        "meeting__demand__enterprise__name",
    )  # fmt: skip
