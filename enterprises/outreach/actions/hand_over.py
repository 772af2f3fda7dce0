"""Handing over: what an instructor who leaves was posted to goes to others, in one transaction.

The day of handing over is the last day of the one and the first day of the other: nobody is without an instructor for
a day, and a posting counts on a day when it began by then and had not ended by then, so none is counted twice.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from portal.accounts.models import User
from portal.kit.problems import Conflict, Invalid
from portal.metrics.actions import mark_dirty

from .. import rules
from ..models import Instructor, InstructorAssignment, LiaisonPoint
from .assignments import gone_sentence
from .instructors import cleaned_reason, let_go, require_active

Target = InstructorAssignment | LiaisonPoint


@dataclass(frozen=True)
class Move:
    """One posting or liaison point, and who takes it."""

    what: Target
    to: Instructor


class HandedOver(NamedTuple):
    """How many postings went to others, how many ended because the place is gone, how many liaison points went."""

    postings: int
    ended: int
    points: int


@transaction.atomic
def hand_over(
    *,
    instructor: Instructor,
    by: User,
    ended_on: datetime.date,
    reason: str,
    to: Instructor | None = None,
    moves: Iterable[Move] | None = None,
    retire: bool = False,
) -> HandedOver:
    """Open postings and liaison points go from one instructor to others: all of them to `to`, or those of `moves`.

    A posting to a deregistered enterprise or a closed area ends without a successor. With `retire` the instructor
    leaves in the same step, which needs that nothing stays behind. Of two clerks who hand over the same, the second
    is told (Conflict). Raises Invalid for a day before a posting or a successor began or after today, Conflict for
    a successor who has left, PermissionDenied outside the caller's towns.
    """
    reason = cleaned_reason(reason)
    moves = None if moves is None else list(moves)
    if moves is None and to is None:
        raise Invalid({"to": _("请选择接手的指导员。")})
    people = _locked_people(instructor, [to] if moves is None else [move.to for move in moves], by)
    source = people[instructor.pk]
    require_active(source)
    postings, points = _locked_open(source)
    if moves is None:
        taken = {**dict.fromkeys(postings, to.pk), **dict.fromkeys(points, to.pk)}
    else:
        taken = _chosen(moves, {*postings, *points})
    if not taken and not retire:
        raise Conflict(
            _("指导员 %(code)s 名下没有未结束的派驻和联系点，可能已被他人移交。") % {"code": source.code},
            code="nothing_open",
        )
    _require_days(source, [postings[key] for key in taken if key in postings], people, taken, ended_on)
    result = _move(postings, points, taken, ended_on=ended_on, reason=reason)
    if taken:
        mark_dirty("posting", days=[ended_on])
    if retire:
        let_go(source, ended_on=ended_on, reason=reason)
    return result


Key = tuple[str, int]


def _key(row: Target) -> Key:
    return type(row).__name__, row.pk


def _locked_people(instructor: Instructor, others: Iterable[Instructor], by: User) -> dict[int, Instructor]:
    """The one who hands over and those who take, locked in one order. Raises for who cannot take."""
    keys = {one.pk for one in others}
    if instructor.pk in keys:
        raise Invalid({"to": _("不能移交给本人。")})
    rows = (
        Instructor.objects.select_for_update(of=("self",))
        .select_related("town")
        .filter(pk__in={*keys, instructor.pk})
        .order_by("pk")
    )
    people = {row.pk: row for row in rows}
    for one in people.values():
        if not rules.can_manage_instructor(by, one):
            raise PermissionDenied(_("只能在您所负责街镇的指导员之间移交。"))
        if one.district_id != instructor.district_id:
            raise Invalid({"to": _("接手的指导员不属于本区。")})
        if one.pk != instructor.pk:
            require_active(one)
    return people


def _locked_open(source: Instructor) -> tuple[dict[Key, InstructorAssignment], dict[Key, LiaisonPoint]]:
    """What is open under this instructor, locked."""
    postings = (
        InstructorAssignment.objects.select_for_update(of=("self",))
        .select_related("enterprise__town", "area__town")
        .filter(instructor=source, ended_on=None)
        .order_by("pk")
    )
    points = (
        LiaisonPoint.objects.select_for_update().filter(instructor=source, released_on=None).order_by("pk")
    )
    return {_key(row): row for row in postings}, {_key(row): row for row in points}


def _chosen(moves: list[Move], still_open: set[Key]) -> dict[Key, int]:
    """Who takes what, by key. Raises Conflict for what is not open under this instructor any more."""
    taken = {_key(move.what): move.to.pk for move in moves}
    if gone := len(taken.keys() - still_open):
        raise Conflict(
            _("所选内容中有 %(count)d 项已被他人移交或结束，请刷新后重新选择。") % {"count": gone},
            code="already_moved",
        )
    return taken


def _require_days(
    source: Instructor,
    postings: list[InstructorAssignment],
    people: dict[int, Instructor],
    taken: dict[Key, int],
    ended_on: datetime.date,
) -> None:
    today = timezone.localdate()
    first = max((row.started_on for row in postings), default=source.started_on)
    if problem := rules.end_problem(ended_on=ended_on, started_on=first, today=today):
        raise Invalid({"ended_on": problem})
    for pk in set(taken.values()):
        if ended_on < people[pk].started_on:
            raise Invalid(
                {
                    "ended_on": _("移交日期不能早于接手指导员 %(code)s 的聘任日期 %(day)s。")
                    % {"code": people[pk].code, "day": people[pk].started_on.isoformat()}
                }
            )


def _move(
    postings: dict[Key, InstructorAssignment],
    points: dict[Key, LiaisonPoint],
    taken: dict[Key, int],
    *,
    ended_on: datetime.date,
    reason: str,
) -> HandedOver:
    today = timezone.localdate()
    moved = [row for key, row in postings.items() if key in taken]
    InstructorAssignment.objects.filter(pk__in=[row.pk for row in moved]).update(
        ended_on=ended_on, end_reason=reason, version=F("version") + 1
    )
    staying = [row for row in moved if not gone_sentence(row.enterprise or row.area, today)]
    stands = set(
        InstructorAssignment.objects.filter(instructor__in=set(taken.values()), ended_on=None).values_list(
            "instructor", "enterprise", "area"
        )
    )
    InstructorAssignment.objects.bulk_create(
        InstructorAssignment(
            instructor_id=taken[_key(row)],
            enterprise_id=row.enterprise_id,
            area_id=row.area_id,
            started_on=ended_on,
        )
        for row in staying
        if (taken[_key(row)], row.enterprise_id, row.area_id) not in stands
    )
    count = 0
    for pk in set(taken.values()):
        own = [row.pk for key, row in points.items() if taken.get(key) == pk]
        count += LiaisonPoint.objects.filter(pk__in=own).update(instructor=pk, version=F("version") + 1)
    return HandedOver(len(staying), len(moved) - len(staying), count)
