"""The figures of activities as declarations: held, and who came."""

from django.db.models import QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from portal.metrics.registry import Column, Flow, register, show_rows

from .models import Activity

PLACE = {"town": "organization__town", "chain": "organization__chain", "district": "organization__district"}
CLUSTERS = ("cluster_committee", "cluster_general_branch")
TOUCHED = ("activity", "organization")  # activities move with their organisation

show_rows(
    Activity,
    Column("title", _("主题"), "title"),
    Column("number", _("编号"), "number"),
    Column("held_on", _("日期"), "held_on"),
    Column("kind", _("类型"), "kind", Activity.Kind.choices),
    Column("organization", _("党组织"), "organization__name"),
    page=("activity", "number"),
)


def _held() -> QuerySet:
    return Activity.objects.filter(status=Activity.Status.HELD)


def _of_clusters() -> QuerySet:
    return _held().filter(organization__kind__code__in=CLUSTERS)


register(
    Flow(
        code="activities_held", name=_("开展活动"), unit=_("次"), rows=_held, date="held_on", touched_by=TOUCHED,
        definition=_("统计期内开展的党组织活动次数，不含计划中和已取消的，按党组织所属街镇和产业链计。"), **PLACE,
    ),
    Flow(
        code="activity_attendances", name=_("活动参加人次"), unit=_("人次"), rows=_held, date="held_on",
        value=Coalesce(Sum("attendances"), 0), each="attendances", touched_by=TOUCHED,
        definition=_("统计期内开展的党组织活动的参加人数之和，未填写的按 0 计。"), **PLACE,
    ),
    Flow(
        code="cluster_activities", name=_("产业集群活动"), unit=_("次"), rows=_of_clusters, date="held_on",
        touched_by=TOUCHED,
        definition=_("统计期内产业集群党委、党总支开展的活动次数，口径同开展活动。"), **PLACE,
    ),
    Flow(
        code="cluster_attendances", name=_("产业集群活动参加人次"), unit=_("人次"), rows=_of_clusters, date="held_on",
        value=Coalesce(Sum("attendances"), 0), each="attendances", touched_by=TOUCHED,
        definition=_("统计期内产业集群党委、党总支开展的活动的参加人数之和，未填写的按 0 计。"), **PLACE,
    ),
)  # fmt: skip
