"""The figures of the service network as declarations: stations, institutions, team, items, element lists."""

import datetime
from collections.abc import Callable

from django.db.models import Count, Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.metrics.registry import Metric, register

from .models import ElementListEntry, Institution, ServiceItem, ServiceStation, StationMember


def _standing(model: type[Model], ended: str) -> Callable[[datetime.date], QuerySet]:
    """The rows that had not ended on the day."""

    def rows(day: datetime.date) -> QuerySet:
        return model._default_manager.filter(Q(**{f"{ended}__isnull": True}) | Q(**{f"{ended}__gt": day}))

    return rows


def _lists(day: datetime.date) -> QuerySet:
    return ElementListEntry.objects.filter(Q(town__closed_on__isnull=True) | Q(town__closed_on__gt=day))


register(
    Metric(
        code="service_stations", name=_("一站式服务站"), unit=_("个"), kind="stock", town="town",
        rows=_standing(ServiceStation, "closed_on"), definition=_("未停用的质量基础设施一站式服务站。"),
    ),
    Metric(
        code="service_items", name=_("服务事项"), unit=_("项"), kind="stock", rows=_standing(ServiceItem, "closed_on"),
        definition=_("未停办的服务事项，全区共用一个目录。"),
    ),
    Metric(
        code="institutions", name=_("技术机构"), unit=_("家"), kind="stock", town="town",
        rows=_standing(Institution, "closed_on"), definition=_("合作中的技术机构，按所在街镇计。"),
    ),
    Metric(
        code="station_members", name=_("服务站团队"), unit=_("人"), kind="stock", town="station__town",
        rows=_standing(StationMember, "ended_on"), definition=_("在任的服务站六类人员。"),
    ),
    Metric(
        code="element_lists", name=_("产业要素服务清单"), unit=_("张"), kind="stock", rows=_lists, town="town",
        value=Count("town", distinct=True), definition=_("已编制一揽子产业要素服务清单的街镇，一镇一张。"),
    ),
)  # fmt: skip
