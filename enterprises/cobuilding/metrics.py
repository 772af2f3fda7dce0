"""The figures of co-building as declarations: agreements in force, member enterprises, members of alliances."""

import datetime

from django.db.models import DateField, F, FilteredRelation, Q, QuerySet, Value
from django.db.models.functions import Cast, Least
from django.utils.translation import gettext_lazy as _

from portal.metrics.registry import Column, Snapshot, Stock, register, show_rows

from .models import AllianceMember, CoBuildingAgreement
from .queries import members_on

show_rows(
    CoBuildingAgreement,
    Column("number", _("编号"), "number"),
    Column("title", _("协议名称"), "title"),
    Column("town", _("牵头方街镇"), "town__name"),
    Column("starts_on", _("生效日期"), "starts_on"),
    Column("ends_on", _("到期日期"), "ends_on"),
    page=("agreement", "number"),
)
show_rows(
    AllianceMember,
    Column("enterprise", _("企业"), "enterprise__name"),
    Column("alliance", _("党建联盟"), "alliance__name"),
    Column("town", _("街镇"), "enterprise__town__name"),
    Column("joined_on", _("加入日期"), "joined_on"),
    page=("enterprise-portrait", "enterprise__uscc"),
)


def _agreements() -> QuerySet[CoBuildingAgreement]:
    """With the first day on which each does not hold any more: the early end, or the day after the term."""
    after = Cast(
        F("ends_on") + Value(datetime.timedelta(days=1)), DateField()
    )  # a day and a span make a moment
    return CoBuildingAgreement.objects.annotate(out_of_force_on=Least("ended_on", after))


def _members(day: datetime.date) -> QuerySet:
    open_places = FilteredRelation("memberships", condition=Q(memberships__ended_on__isnull=True))
    return members_on(day).annotate(place=open_places)


register(
    Stock(
        code="agreements", name=_("共建协议"), unit=_("份"), rows=_agreements, began="starts_on",
        ended="out_of_force_on", town="town", chain="chain", district="district", touched_by=("agreement",),
        definition=_("当日生效中的共建协议：已到生效日期，未过到期日期，未提前终止；按牵头方签订时所在街镇计。"),
    ),
    Snapshot(
        code="co_building_members", name=_("党建共建成员单位"), unit=_("家"), rows=_members, has_past=True,
        town="town", chain="place__chain", district="district",
        touched_by=("agreement", "enterprise_town", "place"),
        definition=_("当日参加生效中共建协议的企业，参加几份协议都只计一家；按企业所在街镇计。"),
    ),
    Stock(
        code="alliance_members", name=_("联盟成员企业"), unit=_("家"), rows=AllianceMember.objects.all,
        began="joined_on", ended="left_on", town="enterprise__town", chain="alliance__chain",
        district="enterprise__district", touched_by=("enterprise_town", "organization"),
        definition=_("当日在产业链党建联盟中的成员企业，按企业所在街镇计；加入两个联盟的计两家。"),
    ),
)  # fmt: skip
