"""The figures of one-stop stations as declarations: stations and their teams, institutions, towns with an element list."""

import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.metrics.places import kinds
from portal.metrics.registry import Column, Snapshot, Stock, register, show_rows
from portal.territory.models import Town

from .models import ElementListEntry, Institution, ServiceStation, StationMember

kinds["station"] = ServiceStation
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
show_rows(  # names and phones stay with the station
    StationMember,
    Column("code", _("编号"), "code"),
    Column("station", _("服务站"), "station__name"),
    Column("role", _("角色"), "role", StationMember.Role.choices),
    Column("unit", _("单位"), "unit"),
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
    Stock(
        code="station_members", name=_("服务站团队成员"), unit=_("名"), ended="ended_on", rows=StationMember.objects.all,
        town="station__town", district="station__district", station="station", touched_by=("station_member",),
        definition=_("当日在任的服务站团队成员（企业管家、质量管家、市监专员、金融专员、质量特派员、质量志愿者），按服务站所在街镇计。"),
    ),
    Snapshot(
        code="element_lists", name=_("产业要素服务清单"), unit=_("张"), rows=_with_list, town="pk",
        district="district", touched_by=("element_list",),
        definition=_("已公布一揽子产业要素服务清单的街镇，一个街镇计一张。"),
    ),
)  # fmt: skip
