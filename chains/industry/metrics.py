"""The figures of the industry map as declarations; and chains as places where figures are told."""

import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.metrics.places import kinds
from portal.metrics.registry import Column, Snapshot, Stock, register, show_rows
from portal.territory.models import Town

from .models import Chain, Segment, SegmentLink

kinds["chain"] = Chain

show_rows(
    Town,
    Column("name", _("街镇"), "name"),
    Column("code", _("代码"), "code"),
)
show_rows(
    Chain,
    Column("name", _("产业链"), "name"),
    Column("code", _("代码"), "code"),
    Column("lead_town", _("牵头街镇"), "lead_town__name"),
    page=("chain", "code"),
)
show_rows(
    Segment,
    Column("name", _("环节"), "name"),
    Column("chain", _("产业链"), "chain__name"),
    Column("stage", _("位置"), "stage", Segment.Stage.choices),
    page=("chain", "chain__code"),
)


def _segments() -> QuerySet[Segment]:
    return Segment.objects.all()


def _gaps(day: datetime.date) -> QuerySet[Segment]:
    return Segment.objects.filter(is_gap=True, closed_on=None)


def _without_supplier(day: datetime.date) -> QuerySet[Segment]:
    """Segments in use that others buy from, where no enterprise stands today."""
    delivers = SegmentLink.objects.filter(source=OuterRef("pk"))
    return Segment.objects.filter(
        Exists(delivers), ~Q(pk__in=Segment.objects.filter(memberships__ended_on=None, memberships__isnull=False)),
        closed_on=None,
    )  # fmt: skip


OF_CHAIN = {"unit": _("个"), "chain": "chain", "district": "chain__district"}

register(
    Stock(
        code="towns", name=_("街镇"), unit=_("个"), rows=Town.objects.all, ended="closed_on", town="pk",
        district="district", touched_by=("town",), definition=_("当日在册的街道、镇和开发区，不含已撤并的。"),
    ),
    Snapshot(
        code="chains", name=_("产业链"), unit=_("条"), rows=lambda day: Chain.objects.all(), town="lead_town",
        district="district", touched_by=("chain",), definition=_("全区在册的产业链，按牵头街镇计。"),
    ),
    Stock(
        code="segments", name=_("产业链环节"), rows=_segments, ended="closed_on", touched_by=("segment",),
        definition=_("当日在用的产业链环节，不含已停用的。"), **OF_CHAIN,
    ),
    Snapshot(
        code="chain_gaps", name=_("缺失环节"), rows=_gaps, touched_by=("segment",),
        definition=_("在用环节中标记为缺失环节的。"), **OF_CHAIN,
    ),
    Snapshot(
        code="segments_without_supplier", name=_("本地无供应企业的环节"), rows=_without_supplier,
        touched_by=("segment", "place"),
        definition=_("在用、有下游环节、而当日没有企业在其上的环节。"), **OF_CHAIN,
    ),
)  # fmt: skip
