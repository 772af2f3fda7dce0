"""The figures of the register as declarations: enterprises, and who stands on the chains."""

import datetime
from collections.abc import Callable

from django.db.models import FilteredRelation, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.metrics.registry import Column, Snapshot, Stock, register, show_rows

from .models import ChainMembership, Enterprise

show_rows(
    Enterprise,
    Column("name", _("企业"), "name"),
    Column("uscc", _("统一社会信用代码"), "uscc"),
    Column("town", _("街镇"), "town__name"),
    Column("kind", _("企业类型"), "kind", Enterprise.Kind.choices),
    page=("enterprise-portrait", "uscc"),
)
show_rows(
    ChainMembership,
    Column("enterprise", _("企业"), "enterprise__name"),
    Column("uscc", _("统一社会信用代码"), "enterprise__uscc"),
    Column("chain", _("产业链"), "chain__name"),
    Column("segment", _("环节"), "segment__name"),
    Column("role", _("链上角色"), "role", ChainMembership.Role.choices),
    Column("started_on", _("入链日期"), "started_on"),
    page=("enterprise-portrait", "enterprise__uscc"),
)

TOUCHED = ("enterprise_state", "enterprise_town", "place")


def _active(condition: Q | None = None) -> Callable[[datetime.date], QuerySet]:
    def rows(day: datetime.date) -> QuerySet:
        open_places = FilteredRelation("memberships", condition=Q(memberships__ended_on__isnull=True))
        rows = Enterprise.objects.filter(condition or Q(), status=Enterprise.Status.ACTIVE)
        return rows.annotate(place=open_places)

    return rows


def _enterprises(code: str, name, definition, condition: Q | None = None) -> Snapshot:
    return Snapshot(
        code=code, name=name, unit=_("户"), rows=_active(condition), town="town", chain="place__chain",
        district="district", touched_by=TOUCHED, definition=definition,
    )  # fmt: skip


def _places(code: str, name, definition, **only) -> Stock:
    return Stock(
        code=code, name=name, unit=_("户次"), rows=lambda: ChainMembership.objects.filter(**only),
        began="started_on", ended="ended_on", town="enterprise__town", chain="chain",
        district="enterprise__district", touched_by=("place", "enterprise_town"), definition=definition,
    )  # fmt: skip


register(
    _enterprises(
        "enterprises_small", _("小个专企业"), _("登记状态为“存续”的小微企业、个体工商户和专业市场。"),
        Q(kind__in=("small_micro", "self_employed", "specialised_market")),
    ),
    _enterprises(
        "enterprises_on_chains", _("在链企业"),
        _("登记状态为“存续”、当日在任一条产业链上的企业，每家只计一次；按产业链统计时各链各计一次。"),
        Q(pk__in=ChainMembership.objects.filter(ended_on=None).values("enterprise")),
    ),
    _places(
        "chain_places", _("链上席位"), _("当日在链的企业席位，一家企业在两条链上计两席；不论登记状态。")
    ),
    _places(
        "chain_leads", _("链主席位"), _("当日以链主角色在链的席位；不论登记状态。"),
        role=ChainMembership.Role.LEAD,
    ),
)  # fmt: skip
