"""Visits in a list, one with what was found, and which of a subject's visits was the first."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db.models import Case, Count, Exists, IntegerField, Max, OuterRef, Q, QuerySet, Value, When

from chains.industry.models import Chain
from enterprises.registry.models import ChainMembership, Enterprise
from enterprises.registry.queries import found
from enterprises.registry.rules import clean_uscc
from portal.kit.filters import days_of, refuse_unknown
from portal.kit.text import clean_line
from portal.territory.models import Town
from services.workorders.models import Demand
from services.workorders.rules.states import OPEN

from ..models import Visit, VisitCampaign, VisitProject

FILTERS = frozenset(
    {"town", "chain", "campaign", "from", "to", "enterprise", "project", "method", "findings"}
)
ORDERINGS = ("-visited_on", "visited_on", "number")
CHOICES = {"method": Visit.Method.values, "findings": ("1", "0", "open")}
ROLES = ChainMembership.Role
FOREMOST = Case(
    When(role=ROLES.LEAD, then=Value(0)),
    When(role=ROLES.BACKBONE, then=Value(1)),
    default=Value(2),
    output_field=IntegerField(),
)


def visits(user) -> QuerySet[Visit]:
    """The visits in scope with what a row names."""
    return Visit.objects.visible_to(user).select_related(
        "town", "chain", "enterprise", "project", "campaign", "instructor", "recorded_by"
    )


def listed(user, filters: Mapping[str, str]) -> QuerySet[Visit]:
    """The visits that a list asks for: by codes (town, chain, campaign, project), `enterprise` (USCC), period `from`–`to`,
    method, `findings` ("1": some, "0": none, "open": not all solved) and `search` in number and name.

    Raises Invalid for a value that does not exist; `refuse_unknown_codes` tells an unknown code from an empty list.
    """
    given = {name: text for name, value in filters.items() if (text := clean_line(value or ""))}
    refuse_unknown(given, CHOICES)
    rows = visits(user)
    for name in ("town", "chain", "campaign", "project"):
        if name in given:
            rows = rows.filter(**{f"{name}__code": given[name]})
    if "enterprise" in given:
        rows = rows.filter(enterprise__uscc=clean_uscc(given["enterprise"]))
    if "method" in given:
        rows = rows.filter(method=given["method"])
    days = days_of(given)
    if "from" in days:
        rows = rows.filter(visited_on__gte=days["from"])
    if "to" in days:
        rows = rows.filter(visited_on__lte=days["to"])
    if "findings" in given:
        rows = rows.filter(_has_findings(given["findings"]))
    if text := given.get("search"):
        rows = rows.filter(_named(text))
    return rows


def with_findings(rows: list[Visit]) -> dict[int, tuple[int, int]]:
    """How many findings each of these visits had, and how many of them are open; one statement for a page."""
    counted = (
        Demand.objects.filter(visit__in=[row.pk for row in rows])
        .order_by()
        .values_list("visit_id")
        .annotate(all=Count("pk"), open=Count("pk", filter=Q(status__in=OPEN)))
    )
    return {visit: (every, still) for visit, every, still in counted}


def visit_for(user, number: str) -> Visit | None:
    """One visit in scope; None for a missing one and for one outside the scope alike."""
    return visits(user).filter(number=number).first()


def findings_of(user, visit: Visit) -> QuerySet[Demand]:
    """The demands that a visit led to, as far as the reader sees them."""
    rows = Demand.objects.visible_to(user).filter(visit=visit).select_related("element", "lead")
    return rows.defer("contact_name", "contact_phone").order_by("pk")


def firsts(subject: str) -> QuerySet[Visit]:
    """Of each enterprise (or project) its first visit: as many rows as subjects were ever visited."""
    earlier = Visit.objects.filter(
        Q(visited_on__lt=OuterRef("visited_on"))
        | Q(visited_on=OuterRef("visited_on"), pk__lt=OuterRef("pk")),
        **{subject: OuterRef(subject)},
    )
    return Visit.objects.filter(~Exists(earlier.order_by()), **{f"{subject}__isnull": False})


def first_visit(*, enterprise: Enterprise | None, project: VisitProject | None) -> datetime.date | None:
    """The day of the first visit so far; None for who was never visited."""
    rows = (
        Visit.objects.filter(enterprise=enterprise) if enterprise else Visit.objects.filter(project=project)
    )
    return rows.order_by("visited_on").values_list("visited_on", flat=True).first()


def chain_on(enterprise: Enterprise, day: datetime.date) -> int | None:
    """The chain on which the enterprise stood that day: where it leads, else the first in the district's order."""
    stood = Q(started_on__lte=day) & (Q(ended_on__isnull=True) | Q(ended_on__gt=day))
    return (
        ChainMembership.objects.filter(stood, enterprise=enterprise)
        .order_by(FOREMOST, "chain__position", "chain__code")
        .values_list("chain", flat=True)
        .first()
    )


def subjects_found(user, text: str, most: int) -> tuple[list[Enterprise], list[VisitProject]]:
    """Whom somebody may mean who is about to record a visit, with `seen_on`, the last visit: enterprises in operation
    and open projects within scope."""
    text = clean_line(text)
    if not text:
        return [], []
    enterprises = Enterprise.objects.visible_to(user).exclude(status=Enterprise.Status.DEREGISTERED)
    projects = VisitProject.objects.visible_to(user).filter(closed_on=None)
    named = Q(name__icontains=text) | Q(code__iexact=text)
    rows = list(found(enterprises, text).select_related("town").order_by("name")[: most + 1])
    seen = dict(
        Visit.objects.filter(enterprise__in=[row.pk for row in rows])
        .order_by()
        .values_list("enterprise")
        .annotate(last=Max("visited_on"))
    )
    for row in rows:
        row.seen_on = seen.get(row.pk)
    return rows, list(
        projects.filter(named).select_related("town").annotate(seen_on=Max("visits__visited_on"))[: most + 1]
    )


def towns_of(user) -> QuerySet[Town]:
    """The towns whose visits the user reads."""
    scope, rows = user.scope, Town.objects.filter(closed_on=None)
    if scope.is_admin:
        return rows
    return rows.filter(Q(district__in=scope.districts) | Q(pk__in=scope.towns))


def coded(user) -> dict[str, Any]:
    """The rows that a filter may name by code, for `refuse_unknown_codes`: campaigns and projects as far as the user
    sees them, so that a foreign one answers like a missing one."""
    campaigns, projects = (model.objects.visible_to(user) for model in (VisitCampaign, VisitProject))
    return {"town": Town, "chain": Chain, "campaign": campaigns, "project": projects}


def _has_findings(which: str) -> Q:
    found_there = Demand.objects.filter(visit=OuterRef("pk")).order_by()
    if which == "open":
        return Q(Exists(found_there.filter(status__in=OPEN)))
    return Q(Exists(found_there)) if which == "1" else ~Q(Exists(found_there))


def _named(text: str) -> Q:
    enterprises = found(Enterprise.objects.all(), text).order_by().values("pk")
    projects = VisitProject.objects.filter(name__icontains=text).order_by().values("pk")
    return Q(number=text.upper()) | Q(enterprise__in=enterprises) | Q(project__in=projects)
