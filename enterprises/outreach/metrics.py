"""The figures of outreach as declarations: instructors, their postings, liaison points with visits, stations."""

from django.db.models import FilteredRelation, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.metrics.registry import Column, Flow, Stock, register, show_rows
from portal.territory.models import GuidanceStation

from .models import Instructor, InstructorAssignment, LiaisonPoint, LiaisonVisit

show_rows(
    Instructor,
    Column("code", _("编号"), "code"),
    Column("kind", _("类别"), "kind", Instructor.Kind.choices),
    Column("town", _("街镇"), "town__name"),
    Column("started_on", _("聘任日期"), "started_on"),
    page=("instructor", "code"),
)
show_rows(
    InstructorAssignment,
    Column("enterprise", _("企业"), "enterprise__name"),
    Column("area", _("商圈、楼宇或园区"), "area__name"),
    Column("instructor", _("指导员"), "instructor__code"),
    Column("started_on", _("开始日期"), "started_on"),
    page=("instructor", "instructor__code"),
)
show_rows(
    LiaisonPoint,
    Column("enterprise", _("企业"), "enterprise__name"),
    Column("code", _("编号"), "code"),
    Column("town", _("街镇"), "enterprise__town__name"),
    Column("taken_in_on", _("建立日期"), "taken_in_on"),
    page=("enterprise-portrait", "enterprise__uscc"),
)
show_rows(
    LiaisonVisit,
    Column("enterprise", _("企业"), "point__enterprise__name"),
    Column("point", _("联系点"), "point__code"),
    Column("visited_on", _("走访日期"), "visited_on"),
    page=("enterprise-portrait", "point__enterprise__uscc"),
)
show_rows(GuidanceStation, Column("name", _("名称"), "name"), Column("town", _("街镇"), "office__town__name"))

PLACES = ("place", "enterprise_town")  # what moves an enterprise: to other chains, to another town


def _with_place(rows: QuerySet, path: str) -> QuerySet:
    """With the enterprise's open places on chains as `place`: one row a chain (count distinct)."""
    return rows.annotate(place=FilteredRelation(path, condition=Q(**{f"{path}__ended_on__isnull": True})))


def _postings() -> QuerySet:
    return _with_place(InstructorAssignment.objects.all(), "enterprise__memberships")


def _points() -> QuerySet:
    return _with_place(LiaisonPoint.objects.all(), "enterprise__memberships")


def _visits() -> QuerySet:
    return _with_place(LiaisonVisit.objects.all(), "point__enterprise__memberships")


def _stations() -> QuerySet:
    return GuidanceStation.objects.all()


register(
    Stock(
        code="instructors", name=_("党建工作指导员"), unit=_("名"), touched_by=("instructor",), rows=Instructor.objects.all, town="town",
        district="district", began="started_on", ended="ended_on",
        definition=_("当日在任的党建工作指导员、联络员和红色服务经理，按所属指导站的街镇计。"),
    ),
    Stock(
        code="instructor_postings", name=_("指导员派驻"), unit=_("项"), rows=_postings, began="started_on",
        ended="ended_on", town="instructor__town", chain="place__chain", touched_by=("posting", "place"),
        definition=_("当日未结束的派驻，企业和商圈、楼宇、园区各计一项，按指导员所属街镇计；移交当日只计接手的一项。"),
    ),
    Stock(
        code="liaison_points", name=_("党建工作联系点"), unit=_("个"), rows=_points, began="taken_in_on",
        ended="released_on", town="enterprise__town", chain="place__chain", touched_by=("liaison_point", *PLACES),
        definition=_("当日未解除的小个专党建工作联系点，按企业所在街镇计。"),
    ),
    Flow(
        code="liaison_visits", name=_("联系点走访"), unit=_("次"), rows=_visits, date="visited_on",
        town="point__enterprise__town", chain="place__chain", touched_by=PLACES,
        definition=_("走访日期在统计期内的联系点走访次数，按企业所在街镇计。"),
    ),
    Stock(
        code="guidance_stations", name=_("党建工作指导站"), unit=_("个"), rows=_stations, began="set_up_on",
        ended="office__town__closed_on", town="office__town", touched_by=("town",),
        definition=_("当日已成立的小个专党建工作指导站；街镇已撤并的不计。"),
    ),
)  # fmt: skip
