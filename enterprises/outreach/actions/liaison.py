"""Liaison points (联系点): taken in, changed, visited, released; the leader's name in full."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from portal.accounts.models import User
from portal.audit.actions import record_personal_view
from portal.kit.numbering import next_number
from portal.kit.problems import Conflict, Invalid, Stale
from portal.kit.text import clean_line, clean_text
from portal.metrics.actions import mark_dirty

from ...registry.models import Enterprise
from ...registry.rules import sees_personal
from .. import rules
from ..models import Instructor, LiaisonPoint, LiaisonVisit
from .instructors import cleaned_reason, require_active

CHANGEABLE = frozenset({"leader_title", "leader_name", "instructor"})
MAX_CONTENT = 500


@transaction.atomic
def take_in(
    *,
    enterprise: Enterprise,
    by: User,
    taken_in_on: datetime.date,
    leader_title: str,
    leader_name: str,
    instructor: Instructor | None = None,
) -> LiaisonPoint:
    """An enterprise becomes a 小个专党建工作联系点 with a leader in charge and, perhaps, an instructor.

    Raises Conflict when it is one already (also when two clerks take it in at once) or is deregistered, Invalid for a
    day after today or before the founding, PermissionDenied outside the caller's towns.
    """
    if not by.scope.manages_town(enterprise.town_id, enterprise.district_id):
        raise PermissionDenied(_("只能把您所负责街镇的企业列为联系点。"))
    if instructor is not None:
        instructor = _fitting(instructor, enterprise)
    enterprise = (
        Enterprise.objects.select_for_update(no_key=True, of=("self",))
        .select_related("town")
        .get(pk=enterprise.pk)
    )
    today = timezone.localdate()
    if enterprise.status == Enterprise.Status.DEREGISTERED:
        raise Conflict(_("企业已注销，不能列为联系点。"), code="closed")
    if rules.is_closed(enterprise.town, today):
        raise Conflict(_("企业所在街镇已撤并，不能列为联系点。"), code="closed")
    if taken_in_on > today:
        raise Invalid({"taken_in_on": _("建立日期不能晚于今天。")})
    if taken_in_on < (enterprise.founded_on or rules.FIRST_DAY):
        raise Invalid({"taken_in_on": _("建立日期不能早于企业成立日期。")})
    values = _cleaned({"leader_title": leader_title, "leader_name": leader_name})
    if known := LiaisonPoint.objects.filter(enterprise=enterprise, released_on=None).first():
        raise Conflict(_("该企业已是联系点 %(code)s。") % {"code": known.code}, code="duplicate")
    try:
        with transaction.atomic():
            point = LiaisonPoint.objects.create(
                enterprise=enterprise,
                code=next_number(LiaisonPoint, "code", f"LX{taken_in_on.year}", 4),
                taken_in_on=taken_in_on,
                instructor=instructor,
                **values,
            )
    except IntegrityError as error:
        if getattr(error.__cause__, "sqlstate", "") == "23505":
            raise Conflict(_("该企业已是联系点。"), code="duplicate") from error
        raise
    mark_dirty("liaison_point", days=[taken_in_on])
    return point


@transaction.atomic
def update_point(*, point: LiaisonPoint, by: User, version: int, changes: Mapping[str, Any]) -> LiaisonPoint:
    """A clerk changes the leader in charge or the instructor of a liaison point that they read at `version`.

    Raises Stale when somebody else was faster, Conflict for a released one or an instructor who has left.
    """
    if unknown := changes.keys() - CHANGEABLE:
        raise ValueError(f"a liaison point has no changeable {sorted(unknown)}")
    require_right(by, point)
    given = dict(changes)
    if given.get("instructor") is not None and given["instructor"].pk != point.instructor_id:
        given["instructor"] = _fitting(given["instructor"], point.enterprise)
    stored = _locked(point, version)
    values = {name: value for name, value in _cleaned(given).items() if getattr(stored, name) != value}
    if not values:
        return stored
    for name, value in values.items():
        setattr(stored, name, value)
    stored.version += 1
    stored.save(update_fields=[*values, "version"])
    return stored


@transaction.atomic
def record_visit(*, point: LiaisonPoint, by: User, visited_on: datetime.date, content: str) -> LiaisonVisit:
    """A follow-up visit to a liaison point; visits are kept as they were recorded.

    Raises Invalid for a day after today, before the taking in or after the release, or without a content.
    """
    require_right(by, point)
    stored = LiaisonPoint.objects.select_for_update().get(pk=point.pk)
    problem = rules.visit_problem(
        visited_on=visited_on,
        taken_in_on=stored.taken_in_on,
        released_on=stored.released_on,
        today=timezone.localdate(),
    )
    if problem:
        raise Invalid({"visited_on": problem})
    content = clean_text(content)
    if not 2 <= len(content) <= MAX_CONTENT:
        raise Invalid({"content": _("请用 2 至 500 个字记录走访情况。")})
    visit = LiaisonVisit.objects.create(point=stored, visited_on=visited_on, content=content, recorded_by=by)
    mark_dirty("liaison_visits", days=[visited_on])
    if stored.last_visited_on is None or visited_on > stored.last_visited_on:
        stored.last_visited_on = visited_on
        stored.save(update_fields=["last_visited_on"])
    return visit


@transaction.atomic
def release_point(
    *, point: LiaisonPoint, by: User, version: int, released_on: datetime.date, reason: str
) -> LiaisonPoint:
    """A liaison point is released on a day, for a reason; its row and visits stay.

    Raises Conflict when it is released already, Stale, Invalid for a day before the taking in or the last visit.
    """
    require_right(by, point)
    stored = _locked(point, version)
    first = max(stored.taken_in_on, stored.last_visited_on or stored.taken_in_on)
    if problem := rules.end_problem(ended_on=released_on, started_on=first, today=timezone.localdate()):
        raise Invalid({"released_on": problem})
    stored.released_on, stored.release_reason = released_on, cleaned_reason(reason)
    stored.version += 1
    stored.save(update_fields=["released_on", "release_reason", "version"])
    mark_dirty("liaison_point", days=[released_on])
    return stored


@transaction.atomic
def view_leader(*, point: LiaisonPoint, by: User, reason: str, address: str | None = None) -> str:
    """Somebody reads the name of the leader in charge in full and says why; the view is recorded first."""
    if not sees_personal(by, point.enterprise):
        raise PermissionDenied(_("您的角色不能查看挂点领导的姓名。"))
    record_personal_view(
        by=by,
        district=point.enterprise.district,
        model="enterprises.LiaisonPoint",
        object_key=point.code,
        object_name=point.enterprise.name,
        field="leader_name",
        reason=cleaned_reason(reason),
        address=address,
    )
    return point.leader_name


def require_right(by: User, point: LiaisonPoint) -> None:
    if not rules.can_manage_point(by, point):
        raise PermissionDenied(_("只能维护您所负责街镇的联系点。"))


def _locked(point: LiaisonPoint, version: int) -> LiaisonPoint:
    stored = LiaisonPoint.objects.select_for_update().get(pk=point.pk)
    if stored.version != version:
        raise Stale(current=stored)
    if stored.released_on is not None:
        raise Conflict(_("联系点已于 %(day)s 解除。") % {"day": stored.released_on.isoformat()}, code="ended")
    return stored


def _fitting(instructor: Instructor, enterprise: Enterprise) -> Instructor:
    """The instructor under lock, so that nobody lets them go meanwhile; active and of the enterprise's district."""
    stored = Instructor.objects.select_for_update().get(pk=instructor.pk)
    if stored.district_id != enterprise.district_id:
        raise Invalid({"instructor": _("指导员不属于本区。")})
    require_active(stored)
    return stored


def _cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    values, found = dict(values), {}
    for name, most in (("leader_title", 60), ("leader_name", rules.MAX_NAME)):
        if name in values:
            values[name] = clean_line(values[name] or "")
            if not values[name]:
                found[name] = _("请填写。")
            elif len(values[name]) > most:
                found[name] = _("最多 %(most)d 个字。") % {"most": most}
    if found:
        raise Invalid(found)
    return values
