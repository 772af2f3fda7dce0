"""Postings (派驻): instructors are sent to enterprises, commercial areas, buildings and parks, and called back."""

import datetime
from collections.abc import Iterable
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from portal.accounts.models import User
from portal.kit.problems import Conflict, Invalid, Stale
from portal.metrics.actions import mark_dirty
from portal.territory.models import Area

from ...registry.models import Enterprise
from .. import rules
from ..models import Instructor, InstructorAssignment
from .instructors import cleaned_reason, locked_instructor, require_active

MAX_TARGETS = 500


class Posted(NamedTuple):
    """The open postings to the targets that were asked for, and how many of them are new."""

    rows: list[InstructorAssignment]
    added: int


@transaction.atomic
def assign(
    *,
    instructor: Instructor,
    by: User,
    enterprises: Iterable[Enterprise] = (),
    areas: Iterable[Area] = (),
    started_on: datetime.date,
) -> Posted:
    """An instructor is posted to enterprises and areas, several at once; where they stand already, nothing changes.

    Raises Conflict for an instructor who has left, a deregistered enterprise, a closed area or town; Invalid for a
    day before the instructor's first, before the enterprise's founding or after today; PermissionDenied outside the
    caller's towns.
    """
    stored = locked_instructor(instructor, by)
    require_active(stored)
    companies = list(
        Enterprise.objects.select_for_update(no_key=True, of=("self",))
        .select_related("town")
        .filter(pk__in={one.pk for one in enterprises})
        .order_by("pk")
    )
    places = list(Area.objects.select_related("town").filter(pk__in={one.pk for one in areas}).order_by("pk"))
    if not companies and not places:
        raise Invalid(_("请至少选择一家企业或一处商圈、楼宇、园区。"))
    if len(companies) + len(places) > MAX_TARGETS:
        raise Invalid(_("一次最多派驻 500 处。"))
    for one in (*companies, *places):
        _require_fit(stored, by, one, started_on)
    open_rows = InstructorAssignment.objects.filter(instructor=stored, ended_on=None)
    at = {(row.enterprise_id, row.area_id) for row in open_rows}
    added = InstructorAssignment.objects.bulk_create(
        [
            *(
                InstructorAssignment(instructor=stored, enterprise=one, started_on=started_on)
                for one in companies
                if (one.pk, None) not in at
            ),
            *(
                InstructorAssignment(instructor=stored, area=one, started_on=started_on)
                for one in places
                if (None, one.pk) not in at
            ),
        ]
    )
    if added:
        mark_dirty("posting", days=[started_on])
    wanted = {(one.pk, None) for one in companies} | {(None, one.pk) for one in places}
    rows = open_rows.select_related("instructor__town", "enterprise__town", "area__town").order_by("pk")
    return Posted([row for row in rows if (row.enterprise_id, row.area_id) in wanted], len(added))


@transaction.atomic
def end_assignment(
    *,
    assignment: InstructorAssignment,
    by: User,
    ended_on: datetime.date,
    reason: str,
    version: int | None = None,
) -> InstructorAssignment:
    """A posting ends on a day, for a reason. Raises Conflict when it has ended already, Stale, Invalid for the day."""
    if not rules.can_end_assignment(by, assignment):
        raise PermissionDenied(_("只能结束您所负责街镇的派驻。"))
    stored = InstructorAssignment.objects.select_for_update(of=("self",)).get(pk=assignment.pk)
    if stored.ended_on is not None:
        raise Conflict(_("这项派驻已于 %(day)s 结束。") % {"day": stored.ended_on.isoformat()}, code="ended")
    if version is not None and stored.version != version:
        raise Stale(current=stored)
    today = timezone.localdate()
    if problem := rules.end_problem(ended_on=ended_on, started_on=stored.started_on, today=today):
        raise Invalid({"ended_on": problem})
    stored.ended_on, stored.end_reason = ended_on, cleaned_reason(reason)
    stored.version += 1
    stored.save(update_fields=["ended_on", "end_reason", "version"])
    mark_dirty("posting", days=[ended_on])
    return stored


def _require_fit(
    instructor: Instructor, by: User, place: Enterprise | Area, started_on: datetime.date
) -> None:
    """Raises when this instructor cannot be posted to this enterprise or area on this day, and names it."""
    today = timezone.localdate()
    field = "enterprises" if isinstance(place, Enterprise) else "areas"
    if not by.scope.manages_town(place.town_id, place.district_id):
        raise PermissionDenied(_("“%(name)s”不在您负责的街镇之内。") % {"name": place.name})
    if place.district_id != instructor.district_id:
        raise Invalid({field: _("“%(name)s”不属于本区。") % {"name": place.name}})
    if gone := gone_sentence(place, today):
        raise Conflict(gone, code="closed")
    problem = rules.posting_problem(
        started_on=started_on,
        instructor_from=instructor.started_on,
        founded_on=getattr(place, "founded_on", None),
        today=today,
    )
    if problem:
        raise Invalid({"started_on": _("“%(name)s”：%(problem)s") % {"name": place.name, "problem": problem}})


def gone_sentence(place: Enterprise | Area, today: datetime.date) -> str | None:
    """Why nobody is posted here any more: deregistered, closed, or in a closed town; else None."""
    if isinstance(place, Enterprise) and place.status == Enterprise.Status.DEREGISTERED:
        return _("企业“%(name)s”已注销，不能派驻。") % {"name": place.name}
    if isinstance(place, Area) and rules.is_closed(place, today):
        return _("“%(name)s”已撤销，不能派驻。") % {"name": place.name}
    if rules.is_closed(place.town, today):
        return _("“%(name)s”所在的街镇已撤并，不能派驻。") % {"name": place.name}
    return None
