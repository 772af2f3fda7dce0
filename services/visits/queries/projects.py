"""Projects that are visited."""

from collections.abc import Mapping

from django.db.models import Count, Max, Q, QuerySet
from django.utils.translation import gettext as _

from portal.kit.problems import Invalid
from portal.kit.text import clean_line

from ..models import VisitProject

PROJECT_FILTERS = frozenset({"town", "chain", "active"})
YES_NO = ("1", "0")


def projects(user) -> QuerySet[VisitProject]:
    """The projects in scope with what a row names."""
    return VisitProject.objects.visible_to(user).select_related("town", "chain", "enterprise")


def projects_listed(user, filters: Mapping[str, str]) -> QuerySet[VisitProject]:
    """The projects that a list asks for, with `visited` (times) and `seen_on`: by town and chain (codes), `active`
    ("1" or "0") and `search` in name and code. Raises Invalid for a value that does not exist."""
    given = {name: text for name, value in filters.items() if (text := clean_line(value or ""))}
    if given.get("active", "1") not in YES_NO:
        raise Invalid({"active": _("应为这些值之一：%(values)s。") % {"values": "、".join(YES_NO)}})
    rows = projects(user)
    for name in ("town", "chain"):
        if name in given:
            rows = rows.filter(**{f"{name}__code": given[name]})
    if "active" in given:
        rows = rows.filter(closed_on__isnull=given["active"] == "1")
    if text := given.get("search"):
        rows = rows.filter(
            Q(name__icontains=text) | Q(code__iexact=text) | Q(enterprise__name__icontains=text)
        )
    return rows.annotate(visited=Count("visits"), seen_on=Max("visits__visited_on"))


def project_for(user, code: str) -> VisitProject | None:
    """One project in scope; None for a missing one and for one outside the scope alike."""
    return projects(user).filter(code=code).first()
