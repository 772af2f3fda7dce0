"""Instructors, postings and liaison points as lists and programs read them: labels in words, names masked by right."""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from portal.accounts.models import User
from portal.accounts.naming import names_for
from portal.kit.masking import mask_name, mask_phone

from ..registry.rules import sees_personal
from . import rules
from .models import Instructor, InstructorAssignment, LiaisonPoint, LiaisonVisit

NamesSeen = Callable[[Instructor], bool]


def names_seen(user) -> NamesSeen:
    """Says of an instructor whether the user may know the name (masked). At most one query, whatever the number of
    rows: who is posted to an enterprise of the user's, or into the user's towns."""
    scope = user.scope
    posted: set[int] = set()
    if scope.enterprises or scope.towns:
        rows = InstructorAssignment.objects.filter(
            Q(enterprise__uscc__in=scope.enterprises)
            | Q(enterprise__town__in=scope.towns)
            | Q(area__town__in=scope.towns),
            ended_on=None,
        )
        posted = set(rows.order_by().values_list("instructor_id", flat=True).distinct())
    return lambda one: rules.can_manage_instructor(user, one) or one.pk in posted


def instructor_rows(
    instructors: Iterable[Instructor], user, seen: NamesSeen | None = None
) -> list[dict[str, Any]]:
    """Instructors with their load (queries.with_load). `seen` is `names_seen(user)` when the page has it already."""
    seen = seen or names_seen(user)
    return [instructor_row(one, seen) for one in instructors]


def instructor_row(one: Instructor, seen: NamesSeen) -> dict[str, Any]:
    may = seen(one)
    return {
        "code": one.code,
        "town": one.town.code,
        "town_name": one.town.short_name,
        "kind": one.kind,
        "kind_label": str(one.get_kind_display()),
        "name": mask_name(one.name) if may else None,
        "phone": mask_phone(one.phone) if may else None,
        "unit": one.unit,
        "started_on": one.started_on,
        "ended_on": one.ended_on,
        "end_reason": one.end_reason,
        "active": one.ended_on is None,
        "enterprises": one.enterprises,
        "areas": one.areas,
        "liaison_points": one.points,
        "due_visits": one.due,
        "load": one.load,
        "version": one.version,
    }


def assignment_rows(
    rows: Iterable[InstructorAssignment], user, seen: NamesSeen | None = None
) -> list[dict[str, Any]]:
    seen = seen or names_seen(user)
    return [assignment_row(row, seen) for row in rows]


def assignment_row(row: InstructorAssignment, seen: NamesSeen) -> dict[str, Any]:
    place = row.enterprise or row.area
    return {
        "id": row.pk,
        "instructor": row.instructor.code,
        "instructor_name": mask_name(row.instructor.name) if seen(row.instructor) else None,
        "enterprise": row.enterprise.uscc if row.enterprise else None,
        "enterprise_name": row.enterprise.name if row.enterprise else None,
        "area": row.area.code if row.area else None,
        "area_name": row.area.name if row.area else None,
        "area_kind": row.area.kind if row.area else None,
        "area_kind_label": str(row.area.get_kind_display()) if row.area else None,
        "town": place.town.code,
        "town_name": place.town.short_name,
        "started_on": row.started_on,
        "ended_on": row.ended_on,
        "end_reason": row.end_reason,
        "active": row.ended_on is None,
        "version": row.version,
    }


def point_rows(points: Iterable[LiaisonPoint], user, seen: NamesSeen | None = None) -> list[dict[str, Any]]:
    seen = seen or names_seen(user)
    return [point_row(point, user, seen) for point in points]


def point_row(point: LiaisonPoint, user, seen: NamesSeen) -> dict[str, Any]:
    """A liaison point; `due`: it waits for a visit. The leader's name is masked, and null for who may not know it."""
    instructor, today = point.instructor, timezone.localdate()
    last = point.last_visited_on or point.taken_in_on
    return {
        "code": point.code,
        "enterprise": point.enterprise.uscc,
        "enterprise_name": point.enterprise.name,
        "town": point.enterprise.town.code,
        "town_name": point.enterprise.town.short_name,
        "taken_in_on": point.taken_in_on,
        "leader_title": point.leader_title,
        "leader_name": mask_name(point.leader_name) if sees_personal(user, point.enterprise) else None,
        "instructor": instructor.code if instructor else None,
        "instructor_name": mask_name(instructor.name) if instructor and seen(instructor) else None,
        "last_visited_on": point.last_visited_on,
        "days_since": (today - last).days,
        "due": point.released_on is None
        and rules.is_due(last=last, today=today, days=settings.LIAISON_VISIT_DAYS),
        "released_on": point.released_on,
        "release_reason": point.release_reason,
        "active": point.released_on is None,
        "version": point.version,
    }


def visit_rows(visits: Iterable[LiaisonVisit], user) -> list[dict[str, Any]]:
    visits = list(visits)
    name = names_for(user, [visit.recorded_by for visit in visits])
    return [_visit(visit, name) for visit in visits]


def _visit(visit: LiaisonVisit, name: Callable[[User | None], str]) -> dict[str, Any]:
    return {
        "id": visit.pk,
        "visited_on": visit.visited_on,
        "content": visit.content,
        "recorded_by": name(visit.recorded_by),
        "recorded_at": visit.recorded_at,
    }
