"""The figures of profiles as declarations: Party members, surveys done, due and overdue."""

import datetime
from collections.abc import Callable

from django.db.models import FilteredRelation, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from portal.metrics.registry import Column, Flow, Rate, Snapshot, register, show_rows

from ..registry.models import Enterprise
from ..registry.queries import is_fresh
from .models import PartyProfile, Survey, SurveyMethod
from .rules import Freshness

show_rows(
    PartyProfile,
    Column("name", _("企业"), "enterprise__name"),
    Column("uscc", _("统一社会信用代码"), "enterprise__uscc"),
    Column("town", _("街镇"), "enterprise__town__name"),
    Column("organization", _("党组织"), "organization_name"),
    page=("enterprise-portrait", "enterprise__uscc"),
)
show_rows(
    Survey,
    Column("name", _("企业"), "enterprise__name"),
    Column("uscc", _("统一社会信用代码"), "enterprise__uscc"),
    Column("surveyed_on", _("摸排日期"), "surveyed_on"),
    Column("method", _("摸排方式"), "method", SurveyMethod.choices),
    page=("enterprise-portrait", "enterprise__uscc"),
)

TOUCHED = ("enterprise_state", "enterprise_town", "profile", "place")


def _profiles(day: datetime.date) -> QuerySet[PartyProfile]:
    """Of enterprises in operation. No chain: a sum over rows must not meet a row twice."""
    return PartyProfile.objects.filter(enterprise__status=Enterprise.Status.ACTIVE)


def _in_state(*states: Freshness) -> Callable[[datetime.date], QuerySet]:
    def rows(day: datetime.date) -> QuerySet:
        wanted = Q()
        for state in states:
            wanted |= is_fresh(state, day)
        open_places = FilteredRelation("memberships", condition=Q(memberships__ended_on__isnull=True))
        return Enterprise.objects.filter(wanted, status=Enterprise.Status.ACTIVE).annotate(place=open_places)

    return rows


def _surveys() -> QuerySet[Survey]:
    path = "enterprise__memberships"
    return Survey.objects.annotate(
        place=FilteredRelation(path, condition=Q(**{f"{path}__ended_on__isnull": True}))
    )


def _members(code: str, name, definition, column: str) -> Snapshot:
    return Snapshot(
        code=code, name=name, unit=_("名"), rows=_profiles, town="enterprise__town",
        district="enterprise__district", value=Coalesce(Sum(column), 0), each=column, touched_by=TOUCHED,
        definition=definition,
    )  # fmt: skip


def _by_freshness(code: str, name, definition, *states: Freshness) -> Snapshot:
    return Snapshot(
        code=code, name=name, unit=_("户"), rows=_in_state(*states), town="town", chain="place__chain",
        district="district", touched_by=TOUCHED, definition=definition,
    )  # fmt: skip


register(
    _members("members_full", _("正式党员"), _("存续企业最近一次摸排的正式党员数之和。"), "full_members"),
    _members(
        "members_probationary", _("预备党员"), _("存续企业最近一次摸排的预备党员数之和。"), "probationary_members"
    ),
    Flow(
        code="surveys_done", name=_("完成摸排"), unit=_("次"), rows=_surveys, date="surveyed_on",
        town="enterprise__town", chain="place__chain", district="enterprise__district",
        touched_by=("survey", "place", "enterprise_town"),
        definition=_("摸排日期在期内的摸排次数（年报、抽查检查、走访、自报），晚到而未更新画像的也计。"),
    ),
    _by_freshness(
        "surveys_fresh", _("画像有效企业"), _("存续企业中摸排未超过更新期限（默认 180 天）的。"), Freshness.FRESH
    ),
    _by_freshness(
        "surveys_due", _("待摸排企业"), _("存续企业中摸排已超过 180 天（可设置）或从未摸排的，含已超期的。"),
        Freshness.DUE, Freshness.OVERDUE, Freshness.NEVER,
    ),
    _by_freshness(
        "surveys_overdue", _("摸排超期企业"), _("存续企业中摸排已超过 365 天（可设置）的。"), Freshness.OVERDUE
    ),
    Rate(
        code="surveys_fresh_rate", name=_("画像有效率"), definition=_("画像有效企业 ÷ 存续企业。"),
        part="surveys_fresh", whole="coverage_base",
    ),
)  # fmt: skip
