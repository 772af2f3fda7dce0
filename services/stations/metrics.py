"""The figures of one-stop stations as declarations: stations, institutions, towns with an element list."""

import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.metrics.registry import Column, Snapshot, Stock, register, show_rows
from portal.territory.models import Town

from .models import ElementListEntry, Institution, ServiceStation

show_rows(
    ServiceStation,
    Column("name", _("服务站"), "name"),
    Column("town", _("街镇"), "town__name"),
    Column("address", _("地址"), "address"),
)
show_rows(
    Institution,
    Column("name", _("技术机构"), "name"),
    Column("code", _("代码"), "code"),
    Column("town", _("街镇"), "town__name"),
)


def _with_list(day: datetime.date) -> QuerySet[Town]:
    return Town.objects.filter(Exists(ElementListEntry.objects.filter(town=OuterRef("pk"))), closed_on=None)


register(
    Stock(
        code="service_stations", name=_("质量基础设施一站式服务站"), unit=_("个"), ended="closed_on",
        rows=ServiceStation.objects.all, town="town", district="district", touched_by=("service_station",),
        definition=_("当日在用的质量基础设施一站式服务站，不含已停用的。"),
    ),
    Stock(
        code="institutions", name=_("技术机构"), unit=_("家"), ended="closed_on", rows=Institution.objects.all,
        town="town", district="district", touched_by=("institution",),
        definition=_("当日合作的技术机构，不含已停止合作的；没有填街镇的只计入全区。"),
    ),
    Snapshot(
        code="element_lists", name=_("产业要素服务清单"), unit=_("张"), rows=_with_list, town="pk",
        district="district", touched_by=("element_list",),
        definition=_("已公布一揽子产业要素服务清单的街镇，一个街镇计一张。"),
    ),
)  # fmt: skip
