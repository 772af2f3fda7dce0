"""The figure of alliance meetings as a declaration."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.metrics.registry import Column, Flow, register, show_rows

from .models import AllianceMeeting

show_rows(
    AllianceMeeting,
    Column("number", _("编号"), "number"),
    Column("alliance", _("党建联盟"), "alliance__name"),
    Column("kind", _("类型"), "kind", AllianceMeeting.Kind.choices),
    Column("topic", _("议题"), "topic"),
    Column("held_on", _("会议日期"), "held_on"),
    page=("alliance-meeting", "number"),
)


def _held() -> QuerySet[AllianceMeeting]:
    return AllianceMeeting.objects.standing()


register(
    Flow(
        code="alliance_meetings", name=_("联盟联席会议"), unit=_("次"), rows=_held, date="held_on", town="town",
        chain="chain", district="district",
        definition=_("统计期内产业链党建联盟召开的联席会议和问题会商，按会议日期计；记录已撤销的不计。"),
    )
)  # fmt: skip
