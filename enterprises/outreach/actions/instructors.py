"""Instructors: recording, changing, letting go, and reading a name or phone in full."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from portal.accounts.models import User
from portal.audit.actions import record_personal_view
from portal.kit.encryption import blind_index
from portal.kit.problems import Conflict, Invalid, Stale
from portal.kit.text import clean_line, clean_text
from portal.metrics.actions import mark_dirty
from portal.territory.models import Town

from .. import rules
from ..models import Instructor, InstructorAssignment

CODE = r"[A-Za-z0-9][A-Za-z0-9_-]*"
CHANGEABLE = frozenset({"name", "phone", "kind", "unit", "started_on"})
LINES = ("name", "phone", "unit")


@transaction.atomic
def create_instructor(
    *,
    by: User,
    town: Town,
    code: str,
    name: str,
    phone: str = "",
    kind: str = Instructor.Kind.INSTRUCTOR,
    unit: str = "",
    started_on: datetime.date,
) -> Instructor:
    """The bureau, or a station in its own towns, records an instructor.

    Raises PermissionDenied for a foreign town, Invalid with a sentence per field, Conflict when the code is taken or
    the same person (name and phone) is active in the town already, also when two clerks record in the same moment.
    """
    if not by.scope.manages_town(town.pk, town.district_id):
        raise PermissionDenied(_("只能登记您所负责街镇的指导员。"))
    values = _cleaned({
        "name": name, "phone": phone, "kind": kind, "unit": unit, "started_on": started_on, "town": town,
    })  # fmt: skip
    instructor = Instructor(district_id=town.district_id, code=clean_line(code), **values)
    _digest(instructor)
    _save(instructor, force_insert=True)
    mark_dirty("instructor", days=[started_on])
    return instructor


@transaction.atomic
def update_instructor(
    *, instructor: Instructor, by: User, version: int, changes: Mapping[str, Any]
) -> Instructor:
    """A clerk corrects an instructor that they read at `version`; changeable are name, phone, kind, unit, first day.

    Raises Stale when somebody else was faster, Conflict for one who has left or who would become another's double,
    Invalid with a sentence per field. Without a difference nothing is written and the version stays.
    """
    if unknown := changes.keys() - CHANGEABLE:
        raise ValueError(f"an instructor has no changeable {sorted(unknown)}")
    stored = locked_instructor(instructor, by)
    if stored.version != version:
        raise Stale(current=stored)
    require_active(stored)
    values = {name: value for name, value in _cleaned(changes).items() if getattr(stored, name) != value}
    if not values:
        return stored
    if "started_on" in values:
        _require_before_first_posting(stored, values["started_on"])
        mark_dirty("instructor", days=[stored.started_on, values["started_on"]])
    for name, value in values.items():
        setattr(stored, name, value)
    _digest(stored)
    stored.version += 1
    _save(stored)
    return stored


@transaction.atomic
def retire_instructor(
    *, instructor: Instructor, by: User, version: int, ended_on: datetime.date, reason: str
) -> Instructor:
    """An instructor leaves. Nothing may be left behind: raises Conflict with the number of open postings and liaison
    points (hand them over first), Stale, and Invalid for a day before the first or after today, or without a reason.
    """
    stored = locked_instructor(instructor, by)
    if stored.version != version:
        raise Stale(current=stored)
    require_active(stored)
    return let_go(stored, ended_on=ended_on, reason=cleaned_reason(reason))


def let_go(stored: Instructor, *, ended_on: datetime.date, reason: str) -> Instructor:
    """Ends a locked instructor who has nothing open any more."""
    postings = stored.assignments.filter(ended_on=None).count()
    points = stored.liaison_points.filter(released_on=None).count()
    if postings or points:
        raise Conflict(
            _("还有 %(postings)d 项派驻、%(points)d 个联系点未移交，请先移交或结束。")
            % {"postings": postings, "points": points},
            code="still_posted",
            current={"assignments": postings, "liaison_points": points},
        )
    today = timezone.localdate()
    if problem := rules.end_problem(ended_on=ended_on, started_on=stored.started_on, today=today):
        raise Invalid({"ended_on": problem})
    last = stored.assignments.order_by("-ended_on").values_list("ended_on", flat=True).first()
    if last is not None and ended_on < last:
        raise Invalid(
            {"ended_on": _("离任日期不能早于最后一项派驻的结束日期 %(day)s。") % {"day": last.isoformat()}}
        )
    stored.ended_on, stored.end_reason = ended_on, reason
    stored.version += 1
    stored.save(update_fields=["ended_on", "end_reason", "version"])
    mark_dirty("instructor", days=[ended_on])
    return stored


@transaction.atomic
def view_personal(
    *, instructor: Instructor, by: User, field: str, reason: str, address: str | None = None
) -> str:
    """Somebody reads an instructor's name or phone in full and says why; the view is recorded before the value is
    given. An enterprise user may ask for the instructor posted to it. Raises PermissionDenied for anyone else."""
    posted = (
        bool(by.scope.enterprises)
        and InstructorAssignment.objects.filter(
            instructor=instructor, ended_on=None, enterprise__uscc__in=by.scope.enterprises
        ).exists()
    )
    if not rules.sees_names(by, instructor, posted=posted):
        raise PermissionDenied(_("您的角色不能查看指导员的姓名和电话。"))
    if field not in rules.PERSONAL_FIELDS:
        raise Invalid(
            {"field": _("应为这些值之一：%(values)s。") % {"values": "、".join(rules.PERSONAL_FIELDS)}}
        )
    record_personal_view(
        by=by,
        district=instructor.district,
        model="enterprises.Instructor",
        object_key=instructor.code,
        object_name=_("指导员 %(code)s") % {"code": instructor.code},
        field=field,
        reason=cleaned_reason(reason),
        address=address,
    )
    return getattr(instructor, field)


def locked_instructor(instructor: Instructor, by: User) -> Instructor:
    """The instructor's row under lock, for who may write it. Raises PermissionDenied."""
    if not rules.can_manage_instructor(by, instructor):
        raise PermissionDenied(_("只能维护您所负责街镇的指导员。"))
    return Instructor.objects.select_for_update(of=("self",)).select_related("town").get(pk=instructor.pk)


def require_active(instructor: Instructor) -> None:
    if instructor.ended_on is not None:
        raise Conflict(
            _("指导员 %(code)s 已于 %(day)s 离任。")
            % {"code": instructor.code, "day": instructor.ended_on.isoformat()},
            code="ended",
        )


def cleaned_reason(reason: str, field: str = "reason") -> str:
    """A reason of 2 to 200 characters. Raises Invalid."""
    reason = " ".join(clean_text(reason).split())
    if not 2 <= len(reason) <= 200:
        raise Invalid({field: _("请用 2 至 200 个字说明原因。")})
    return reason


def _cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    values = dict(values)
    for name in LINES:
        if name in values:
            values[name] = clean_line(values[name] or "")
    if "kind" in values and values["kind"] not in Instructor.Kind.values:
        raise Invalid(
            {"kind": _("应为这些值之一：%(values)s。") % {"values": "、".join(Instructor.Kind.values)}}
        )
    if problems := rules.instructor_problems(values, today=timezone.localdate()):
        raise Invalid(problems)
    return values


def _require_before_first_posting(stored: Instructor, started_on: datetime.date) -> None:
    first = stored.assignments.order_by("started_on").values_list("started_on", flat=True).first()
    if first is not None and started_on > first:
        raise Invalid(
            {"started_on": _("聘任日期不能晚于第一项派驻的开始日期 %(day)s。") % {"day": first.isoformat()}}
        )


def _digest(instructor: Instructor) -> None:
    """The blind index beside both encrypted fields."""
    for name in rules.PERSONAL_FIELDS:
        context = Instructor._meta.get_field(name).context
        setattr(instructor, f"{name}_bidx", blind_index(getattr(instructor, name), context))


def _save(instructor: Instructor, **how: bool) -> None:
    try:
        with transaction.atomic():
            instructor.save(**how)
    except IntegrityError as error:
        raise _told(error, instructor) from error


def _told(error: IntegrityError, instructor: Instructor) -> Exception:
    cause = error.__cause__
    constraint = getattr(getattr(cause, "diag", None), "constraint_name", "") or ""
    if getattr(cause, "sqlstate", "") != "23505":
        return error
    if constraint == "instructor_active_once":
        return Conflict(_("该街镇已有姓名和电话都相同的在任指导员，请勿重复登记。"), code="duplicate")
    return Conflict(_("编号“%(code)s”已被使用。") % {"code": instructor.code}, code="duplicate")
