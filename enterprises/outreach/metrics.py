"""The figures of outreach as declarations: instructors, their postings, liaison points with visits, stations."""

import datetime

from django.db.models import FilteredRelation, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.metrics.registry import Metric, register
from portal.territory.models import GuidanceStation

from .models import Instructor, InstructorAssignment, LiaisonPoint, LiaisonVisit


def _open_on(rows: QuerySet, day: datetime.date, *, began: str, ended: str) -> QuerySet:
    """The rows that had begun by the end of the day and had not ended: a hand-over of that day counts once."""
    return rows.filter(Q(**{f"{ended}__isnull": True}) | Q(**{f"{ended}__gt": day}), **{f"{began}__lte": day})


def _with_place(rows: QuerySet, path: str) -> QuerySet:
    """With the enterprise's open places on chains as `place`: one row a chain (count distinct)."""
    return rows.annotate(place=FilteredRelation(path, condition=Q(**{f"{path}__ended_on__isnull": True})))


def _instructors(day: datetime.date) -> QuerySet:
    return _open_on(Instructor.objects.all(), day, began="started_on", ended="ended_on")


def _postings(day: datetime.date) -> QuerySet:
    rows = _open_on(InstructorAssignment.objects.all(), day, began="started_on", ended="ended_on")
    return _with_place(rows, "enterprise__memberships")


def _points(day: datetime.date) -> QuerySet:
    rows = _open_on(LiaisonPoint.objects.all(), day, began="taken_in_on", ended="released_on")
    return _with_place(rows, "enterprise__memberships")


def _visits(day: datetime.date) -> QuerySet:
    rows = LiaisonVisit.objects.filter(visited_on=day)
    return _with_place(rows, "point__enterprise__memberships")


def _stations(day: datetime.date) -> QuerySet:
    return GuidanceStation.objects.filter(
        Q(set_up_on__isnull=True) | Q(set_up_on__lte=day),
        Q(office__town__closed_on__isnull=True) | Q(office__town__closed_on__gt=day),
    )


register(
    Metric(
        code="instructors", name=_("党建工作指导员"), unit=_("名"), kind="stock", rows=_instructors, town="town",
        definition=_("当日在任的党建工作指导员、联络员和红色服务经理，按所属指导站的街镇计。"),
    ),
    Metric(
        code="instructor_postings", name=_("指导员派驻"), unit=_("项"), kind="stock", rows=_postings,
        town="instructor__town", chain="place__chain",
        definition=_("当日未结束的派驻，企业和商圈、楼宇、园区各计一项，按指导员所属街镇计；移交当日只计接手的一项。"),
    ),
    Metric(
        code="liaison_points", name=_("党建工作联系点"), unit=_("个"), kind="stock", rows=_points,
        town="enterprise__town", chain="place__chain",
        definition=_("当日未解除的小个专党建工作联系点，按企业所在街镇计。"),
    ),
    Metric(
        code="liaison_visits", name=_("联系点走访"), unit=_("次"), kind="flow", rows=_visits,
        town="point__enterprise__town", chain="place__chain",
        definition=_("走访日期为当日的联系点走访次数，按企业所在街镇计。"),
    ),
    Metric(
        code="guidance_stations", name=_("党建工作指导站"), unit=_("个"), kind="stock", rows=_stations,
        town="office__town",
        definition=_("当日已成立的小个专党建工作指导站；街镇已撤并的不计。"),
    ),
)  # fmt: skip
