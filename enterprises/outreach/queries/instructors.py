"""Instructors with their load: enterprises, areas, liaison points, and the visits that are due."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db.models import Avg, Count, F, IntegerField, Q, QuerySet, Subquery
from django.db.models.expressions import OuterRef
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.kit.encryption import blind_index
from portal.kit.problems import Invalid
from portal.kit.text import clean_line
from portal.territory.models import Town

from .. import rules
from ..models import Instructor, InstructorAssignment, LiaisonPoint
from .liaison import is_due

FILTERS = frozenset({"town", "kind", "active"})


def instructors(user) -> QuerySet[Instructor]:
    """The instructors in scope with their town; for an enterprise user those posted to it."""
    return Instructor.objects.visible_to(user).select_related("town", "district")


def with_load(rows: QuerySet[Instructor], today: datetime.date | None = None) -> QuerySet[Instructor]:
    """The rows with `enterprises`, `areas`, `points`, `due` and their sum without the visits, `load`."""
    open_rows = InstructorAssignment.objects.filter(instructor=OuterRef("pk"), ended_on=None)
    points = LiaisonPoint.objects.filter(instructor=OuterRef("pk"), released_on=None)
    due = points.filter(is_due(today or timezone.localdate(), settings.LIAISON_VISIT_DAYS))
    return rows.annotate(
        enterprises=_count(open_rows.filter(enterprise__isnull=False)),
        areas=_count(open_rows.filter(area__isnull=False)),
        points=_count(points),
        due=_count(due),
        load=F("enterprises") + F("areas") + F("points"),
    )


def listed(user, filters: Mapping[str, str], *, today: datetime.date | None = None) -> QuerySet[Instructor]:
    """The instructors that a list asks for, with their load: by town, kind, whether still active ("1" or "0"), and
    `search` in code and unit; staff also find a whole name or phone, by blind index.

    Raises Invalid for a filter value that does not exist.
    """
    given = {name: text for name, value in filters.items() if (text := clean_line(value or ""))}
    _refuse_unknown(given)
    rows = instructors(user)
    if "town" in given:
        rows = rows.filter(town__code=given["town"])
    if "kind" in given:
        rows = rows.filter(kind=given["kind"])
    if "active" in given:
        rows = rows.filter(ended_on__isnull=given["active"] == "1")
    if text := given.get("search"):
        found = Q(code__icontains=text) | Q(unit__icontains=text)
        if rules.shows_names(user):
            for name in rules.PERSONAL_FIELDS:
                context = Instructor._meta.get_field(name).context
                found |= Q(**{f"{name}_bidx": blind_index(text, context)})
        rows = rows.filter(found)
    return with_load(rows, today)


def refuse_unknown_town(code: str) -> None:
    """Raises Invalid for a town code that does not exist; to be asked only when nothing was found."""
    if code and not Town.objects.filter(code=code).exists():
        raise Invalid({"town": _("没有代码为“%(code)s”的街镇。") % {"code": code}})


def instructor_for(user, code: str) -> Instructor | None:
    """One instructor in scope with the load; None for a missing one and for one outside the scope alike."""
    return with_load(instructors(user)).filter(code=code).first()


def choices(user, *, district_id: int | None = None) -> QuerySet[Instructor]:
    """Active instructors that the user may post or give something to, lightest load first."""
    scope, rows = user.scope, instructors(user).filter(ended_on=None)
    if not scope.is_admin:
        rows = rows.filter(Q(district_id__in=scope.managed) | Q(town_id__in=scope.towns))
    if district_id is not None:
        rows = rows.filter(district_id=district_id)
    return with_load(rows).order_by("town__position", "load", "code")


def average_loads(user) -> dict[int, float]:
    """The average load of the active instructors of each town in scope, by the town's id: one statement."""
    rows = with_load(Instructor.objects.visible_to(user).filter(ended_on=None)).order_by()
    return {
        row["town_id"]: round(float(row["average"]), 1)
        for row in rows.values("town_id").annotate(average=Avg("load"))
    }


def own_instructors(user, enterprise) -> list[tuple[Instructor, str]]:
    """The active instructors of an enterprise, each with how they come to it: posted to it, or to its area."""
    posted = InstructorAssignment.objects.filter(ended_on=None).filter(
        Q(enterprise=enterprise) | Q(area__isnull=False, area=enterprise.area_id)
    )
    rows = posted.select_related("instructor__town", "instructor__district", "area").order_by(
        "area", "started_on", "pk"
    )
    found: dict[int, tuple[Instructor, str]] = {}
    for row in rows:
        found.setdefault(row.instructor_id, (row.instructor, row.area.name if row.area else ""))
    return list(found.values())


def _count(rows: QuerySet) -> Coalesce:
    counted = rows.order_by().values("instructor").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _refuse_unknown(given: Mapping[str, Any]) -> None:
    allowed = {"kind": Instructor.Kind.values, "active": ["1", "0"]}
    errors = {
        name: _("应为这些值之一：%(values)s。") % {"values": "、".join(values)}
        for name, values in allowed.items()
        if name in given and given[name] not in values
    }
    if errors:
        raise Invalid(errors)
