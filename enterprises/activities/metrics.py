"""The figures of activities as declarations: held, and who came."""

import datetime

from django.db.models import QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from portal.metrics.registry import Metric, register

from .models import Activity

TOWN, CHAIN = "organization__town", "organization__chain"


def _held(day: datetime.date) -> QuerySet:
    return Activity.objects.filter(status=Activity.Status.HELD, held_on=day)


register(
    Metric(
        code="activities_held", name=_("开展活动"), unit=_("次"), kind="flow", rows=_held, town=TOWN, chain=CHAIN,
        definition=_("当日开展的党组织活动次数，不含计划中和已取消的，按党组织所属街镇和产业链计。"),
    ),
    Metric(
        code="activity_attendances", name=_("活动参加人次"), unit=_("人次"), kind="flow", rows=_held, town=TOWN,
        chain=CHAIN, value=Coalesce(Sum("attendances"), 0),
        definition=_("当日开展的党组织活动的参加人数之和，未填写的按 0 计。"),
    ),
)  # fmt: skip
