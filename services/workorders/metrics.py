"""The figures of work orders as declarations, in the town and on the chain that the demand was raised in.

What was merged into another demand or taken back is no demand of its own; what was not accepted stays found and is never
solved. A demand that is handled anew (重新办理) counts on the day of its last result and its last judgement.
"""

import datetime
from collections.abc import Callable

from django.db.models import DecimalField, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, Extract, Round
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.metrics.registry import (
    Column,
    Flow,
    Metric,
    Rate,
    Snapshot,
    midnight,
    register,
    show_rows,
)
from portal.metrics.rules import ONE_DAY
from portal.territory.models import District

from .models import Demand, DemandStep, JointMeeting, Resolution
from .models.demands import OPEN, REOPENING
from .rules import states

TIMES = _("件")
OWN = Q(merged_into=None, withdrawn=False)
SOLVED = OWN & Q(status__in=states.SOLVED)
# The demands of a day are found by the index of the latest ones, which begins with the district.
BY_DISTRICT = Q(district__in=District.objects.order_by())
DEMAND = {"unit": TIMES, "town": "town", "chain": "chain", "touched_by": ("demand",)}
OF_DEMAND = {
    "town": "demand__town", "chain": "demand__chain", "district": "demand__district", "touched_by": ("demand",),
}  # fmt: skip
TASK = {
    "unit": _("项"), "town": "meeting__demand__town", "chain": "meeting__demand__chain",
    "district": "meeting__district", "touched_by": ("demand",),
}  # fmt: skip
DAYS = DecimalField(max_digits=20, decimal_places=2)
# A row's days have two decimals, so that towns and days add up to the hundredth.
TOOK = Round(
    Extract(F("resolved_at") - F("created_at"), "epoch", output_field=DAYS) / 86_400, 2, output_field=DAYS
)

show_rows(
    Demand,
    Column("number", _("编号"), "number"),
    Column("title", _("标题"), "title"),
    Column("enterprise", _("企业"), "enterprise__name"),
    Column("project", _("项目"), "project__name"),
    Column("town", _("街镇"), "town__short_name"),
    Column("lead", _("牵头部门"), "lead__name"),
    Column("status", _("状态"), "status", states.Status.choices),
    Column("created_at", _("提出时间"), "created_at"),
    page=("demand", "number"),
)
show_rows(
    DemandStep,
    Column("number", _("编号"), "demand__number"),
    Column("title", _("标题"), "demand__title"),
    Column("enterprise", _("企业"), "demand__enterprise__name"),
    Column("town", _("街镇"), "demand__town__short_name"),
    Column("lead", _("牵头部门"), "demand__lead__name"),
    Column("at", _("重新办理时间"), "at"),
    page=("demand", "demand__number"),
)
show_rows(
    JointMeeting,
    Column("number", _("会议编号"), "number"),
    Column("demand", _("诉求编号"), "demand__number"),
    Column("title", _("诉求"), "demand__title"),
    Column("town", _("街镇"), "demand__town__short_name"),
    Column("held_at", _("召开时间"), "held_at"),
    page=("demand", "demand__number"),
)
show_rows(
    Resolution,
    Column("demand", _("诉求编号"), "meeting__demand__number"),
    Column("text", _("决议事项"), "text"),
    Column("owner", _("责任部门"), "owner__name"),
    Column("due_on", _("完成期限"), "due_on"),
    Column("state", _("状态"), "state", Resolution.State.choices),
    page=("demand", "meeting__demand__number"),
)


def _demands(condition: Q) -> Callable[[], QuerySet]:
    return lambda: Demand.objects.filter(condition)


def _of(code: str, name, date: str, condition: Q, definition, **more) -> Flow:
    given = {**DEMAND, "rows": _demands(condition), "date": date, "timed": True, **more}
    return Flow(code=code, name=name, definition=definition, **given)


def _in_progress(day: datetime.date) -> QuerySet:
    """Found and neither solved nor ended by the end of the day; of today what is open now."""
    if day >= timezone.localdate():
        return Demand.objects.filter(OPEN)
    until = midnight(day + ONE_DAY)
    ended_later = Q(resolved_at__gte=until) | Q(resolved_at=None, closed_at__gte=until)
    return Demand.objects.filter(OWN & (OPEN | ended_later), created_at__lt=until)


def _overdue(day: datetime.date) -> QuerySet:
    return Demand.objects.filter(OPEN, due_at__lt=midnight(day))


def _reopenings() -> QuerySet:
    return DemandStep.objects.filter(REOPENING)


def _held() -> QuerySet:
    return JointMeeting.objects.filter(state=JointMeeting.State.HELD)


def _tasks_done() -> QuerySet:
    return Resolution.objects.filter(state=Resolution.State.DONE)


def _tasks_open(day: datetime.date) -> QuerySet:
    return Resolution.objects.filter(state=Resolution.State.OPEN)


COUNTED: tuple[Metric, ...] = (
    _of(
        "demands_found", _("收集诉求"), "created_at", OWN & BY_DISTRICT,
        _("提出时间在期内的诉求和走访发现的问题件数，含不予受理的，不含已撤回和已并入其他诉求的；按提出时的街镇、产业链计。"),
    ),
    _of(
        "demands_solved", _("办结诉求"), "resolved_at", SOLVED,
        _("办结时间在期内、目前为待评价、已评价或已归档的诉求件数；重新办理的以最近一次办结计。"),
    ),
    _of(
        "demands_solved_in_time", _("按时办结"), "resolved_at", SOLVED & Q(resolved_in_time=True),
        _("办结诉求中在办理期限内办结的件数，等待企业补充的时间不计。"),
    ),
    _of(
        "demand_days", _("办理天数"), "resolved_at", SOLVED,
        _("办结诉求从提出到办结的天数之和，每件取两位小数。"),
        unit=_("天"), value=Coalesce(Sum(TOOK), 0, output_field=DAYS), each=TOOK,
    ),
    _of(
        "demands_signed", _("签收诉求"), "signed_at", OWN & Q(signed_at__isnull=False),
        _("牵头部门签收时间在期内的诉求件数；改派的以新牵头部门的签收计。"),
    ),
    _of(
        "demands_signed_in_time", _("按时签收"), "signed_at", OWN & Q(signed_at__isnull=False, signed_in_time=True),
        _("签收诉求中在签收期限内签收的件数。"),
    ),
    _of(
        "demands_verified", _("评价诉求"), "verified_at", OWN & Q(verified_at__isnull=False),
        _("企业评价时间在期内的诉求件数；多次评价的以最近一次计。"),
    ),
    _of(
        "demands_satisfied", _("满意诉求"), "verified_at", OWN & Q(verified_at__isnull=False, satisfied=True),
        _("评价诉求中企业表示满意的件数。"),
    ),
    Snapshot(
        code="demands_in_progress", name=_("在办诉求"), rows=_in_progress, has_past=True,
        definition=_("当日已提出而尚未办结的诉求件数，含待受理、待分办、待签收、办理中、会办中和重新办理的。"), **DEMAND,
    ),
    Snapshot(
        code="demands_overdue", name=_("超期诉求"), rows=_overdue,
        definition=_("在办诉求中本环节期限早于当日零时的件数；等待企业补充的不计。当日到期的次日起计入。"), **DEMAND,
    ),
    Flow(
        code="demands_reopened", name=_("重新办理"), unit=_("次"), rows=_reopenings, date="at", timed=True,
        definition=_("期内企业不满意或要求重新办理的次数，一件诉求多次的分别计。"), **OF_DEMAND,
    ),
    Flow(
        code="joint_meetings", name=_("会办会议"), unit=_("次"), rows=_held, date="held_at", timed=True,
        definition=_("期内已召开的难事会办会议次数。"), **OF_DEMAND,
    ),
    Flow(
        code="meeting_tasks_done", name=_("完成会办事项"), rows=_tasks_done, date="done_at", timed=True,
        definition=_("期内完成的会办决议事项数。"), **TASK,
    ),
    Snapshot(
        code="meeting_tasks_open", name=_("待完成会办事项"), rows=_tasks_open,
        definition=_("当日尚未完成的会办决议事项数。"), **TASK,
    ),
)  # fmt: skip

register(
    *COUNTED,
    Rate(
        code="demand_resolution_rate", name=_("诉求办结率"), part="demands_solved", whole="demands_found",
        definition=_("截至期末累计办结诉求 ÷ 截至期末累计收集诉求，各月为月末的累计数。"), to_date=True,
    ),
    Rate(
        code="demand_response_rate", name=_("响应率"), definition=_("按时签收 ÷ 签收诉求。"),
        part="demands_signed_in_time", whole="demands_signed",
    ),
    Rate(
        code="demand_in_time_rate", name=_("按时办结率"), definition=_("按时办结 ÷ 办结诉求。"),
        part="demands_solved_in_time", whole="demands_solved",
    ),
    Rate(
        code="demand_satisfaction", name=_("诉求满意率"), definition=_("满意诉求 ÷ 评价诉求。"),
        part="demands_satisfied", whole="demands_verified",
    ),
    Rate(
        code="demand_average_days", name=_("平均办理天数"), unit=_("天"), times=1,
        definition=_("办理天数 ÷ 办结诉求：从提出到办结平均几天。"), part="demand_days", whole="demands_solved",
    ),
)  # fmt: skip
