"""The figures of booking as declarations. Every one is a count or a sum of rows of a day, so that days add up.

Requests count on the day on which they were made, results on the day on which they were written down; all else on the
day of the session, as the comparison of stations has it. A booking counts in the town of its station, and on the
chains on which its enterprise stood on the day of the request.
"""

import datetime
from collections.abc import Callable

from django.db.models import DecimalField, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, Extract, Round
from django.utils.translation import gettext_lazy as _

from portal.metrics.registry import ROWS, Column, Flow, Rate, Snapshot, register, show_rows
from portal.territory.models import District

from ..stations.models import ServiceItem
from .models import Booking, Rating, ServiceSession, SessionPattern
from .queries.comparison import AHEAD
from .queries.on_chains import place_of_the_day
from .rules.figures import DUE, SATISFIED
from .rules.states import COMPLETED

TOWN, CHAIN, ON_THE_DAY = "session__station__town", "place__chain", "session__starts_at"
# The requests of a day are found by the index of what was asked for lately, which begins with the district.
BY_DISTRICT = Q(district__in=District.objects.order_by())
TIMES, RATINGS = _("笔"), _("条")
BOOKING = {
    "town": TOWN, "chain": CHAIN, "district": "district", "station": "session__station", "timed": True,
    "touched_by": ("booking",),
}  # fmt: skip
RATING = {
    "town": f"booking__{TOWN}", "chain": CHAIN, "district": "booking__district",
    "station": "booking__session__station", "timed": True,
    "date": f"booking__{ON_THE_DAY}", "touched_by": ("booking", "rating"),
}  # fmt: skip
SESSION = {
    "town": "station__town", "district": "district", "station": "station", "timed": True, "date": "starts_at",
    "touched_by": ("session",),
}  # fmt: skip
HOURS = DecimalField(max_digits=20, decimal_places=2)
# A row's hours have two decimals, so that towns and days add up to the hundredth.
LEAD_HOURS = Round(
    Extract(F(ON_THE_DAY) - F("created_at"), "epoch", output_field=HOURS) / 3600, 2, output_field=HOURS
)

show_rows(
    Booking,
    Column("number", _("编号"), "number"),
    Column("enterprise", _("企业"), "enterprise__name"),
    Column("station", _("服务站"), "session__station__name"),
    Column("item", _("服务事项"), "session__item__name"),
    Column("starts_at", _("场次时间"), ON_THE_DAY),
    Column("status", _("状态"), "status", Booking.Status.choices),
    page=("booking-page", "number"),
)
show_rows(
    Rating,
    Column("number", _("预约编号"), "booking__number"),
    Column("enterprise", _("企业"), "booking__enterprise__name"),
    Column("station", _("服务站"), "booking__session__station__name"),
    Column("item", _("服务事项"), "booking__session__item__name"),
    Column("starts_at", _("场次时间"), f"booking__{ON_THE_DAY}"),
    Column("score", _("评分"), "score"),
    page=("booking-page", "booking__number"),
)
show_rows(
    ServiceSession,
    Column("station", _("服务站"), "station__name"),
    Column("item", _("服务事项"), "item__name"),
    Column("starts_at", _("场次时间"), "starts_at"),
    Column("capacity", _("名额"), "capacity"),
    Column("booked", _("已约"), "booked"),
)
show_rows(
    SessionPattern,
    Column("name", _("服务事项"), "item__name"),
    Column("code", _("代码"), "item__code"),
    Column("group", _("类别"), "item__group", ServiceItem.Group.choices),
    Column("district", _("区"), "station__district__name"),
)


def _bookings(condition: Q | None) -> Callable[[], QuerySet]:
    return lambda: Booking.objects.filter(condition or Q()).annotate(place=place_of_the_day())


def _ratings(condition: Q | None) -> Callable[[], QuerySet]:
    return lambda: Rating.objects.filter(condition or Q()).annotate(place=place_of_the_day("booking__"))


def _sessions() -> QuerySet:
    return ServiceSession.objects.filter(closed_at__isnull=True)


def _offers(day: datetime.date) -> QuerySet:
    """Of each open item in each district the first weekly pattern that holds on the day: the catalogue is one for all."""
    holding = SessionPattern.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=day), valid_from__lte=day
    ).order_by()
    earlier = holding.filter(
        pk__lt=OuterRef("pk"), item=OuterRef("item"), station__district=OuterRef("station__district")
    )
    return holding.filter(~Exists(earlier), item__closed_on__isnull=True)


def _of_bookings(
    code: str, name, definition, condition: Q | None = None, *, date: str = ON_THE_DAY, **more
) -> Flow:
    given = {"unit": TIMES, "rows": _bookings(condition), "date": date, **BOOKING, **more}
    return Flow(code=code, name=name, definition=definition, **given)


def _of_ratings(
    code: str, name, definition, condition: Q | None = None, *, unit=RATINGS, value=ROWS, each=""
) -> Flow:
    return Flow(
        code=code, name=name, unit=unit, definition=definition, rows=_ratings(condition), value=value, each=each,
        **RATING,
    )  # fmt: skip


def _places(code: str, name, definition, column: str) -> Flow:
    return Flow(
        code=code, name=name, unit=_("个"), definition=definition, rows=_sessions, value=Coalesce(Sum(column), 0),
        each=column, **SESSION,
    )  # fmt: skip


STATES = {  # name and definition
    Booking.Status.PENDING: (_("待确认预约"), _("场次日期在统计期内、等待服务站确认的预约。")),
    Booking.Status.CONFIRMED: (_("已确认预约"), _("场次日期在统计期内、已确认而尚未签到的预约。")),
    Booking.Status.WAITING: (_("候补预约"), _("场次日期在统计期内、仍在候补名单上的预约，不占名额。")),
    Booking.Status.CHECKED_IN: (_("已签到预约"), _("场次日期在统计期内、已签到而尚未开始办理的预约。")),
    Booking.Status.IN_SERVICE: (_("办理中预约"), _("场次日期在统计期内、正在办理的预约。")),
    Booking.Status.RATED: (_("已评价预约"), _("场次日期在统计期内、办结后企业已评价的预约。")),
    Booking.Status.CANCELLED: (
        _("已取消预约"),
        _("场次日期在统计期内、企业放弃或因停止服务等原因取消的预约，含候补到期的。"),
    ),
    Booking.Status.DECLINED: (_("已婉拒预约"), _("场次日期在统计期内、服务站未予确认的预约。")),
    Booking.Status.NO_SHOW: (_("爽约"), _("场次日期在统计期内、签到截止时仍未到场的预约。")),
}

register(
    Snapshot(
        code="service_items", name=_("开办服务事项"), unit=_("项"), rows=_offers, district="station__district",
        touched_by=("pattern", "service_item"),
        definition=_("服务目录中未停办、当日至少在区内一个服务站排有每周场次的事项，每区每项计一次。"),
    ),
    _of_bookings(
        "bookings_made", _("预约申请"), _("统计期内提交的预约，含候补和现场取号，不论后来是否取消。"), BY_DISTRICT,
        date="created_at",
    ),
    _of_bookings(
        "bookings_completed", _("办结预约"), _("统计期内登记办理结果的预约，不论是否已评价。"), date="completed_at"
    ),
    *(
        _of_bookings(f"bookings_{state.value}", name, definition, Q(status=state.value))
        for state, (name, definition) in STATES.items()
    ),
    _of_bookings(
        "bookings_to_rate", _("待评价预约"), _("场次日期在统计期内、已办结而企业尚未评价的预约。"), Q(status=COMPLETED)
    ),
    _of_bookings(
        "bookings_of_day", _("场次预约"), _("场次日期在统计期内的全部预约，含候补、已取消和已婉拒的。")
    ),
    _of_bookings(
        "bookings_due", _("应到场预约"), _("场次日期在统计期内、已办结（含已评价）和爽约的预约。"), Q(status__in=DUE)
    ),
    _of_bookings(
        "bookings_ahead", _("提前预约"), _("场次日期在统计期内、占用名额的预约，含爽约，不含现场取号。"), AHEAD
    ),
    _of_bookings(
        "booking_lead_hours", _("等候小时数"), _("提前预约从提交到场次开始的小时数之和，每笔取两位小数。"), AHEAD,
        unit=_("小时"), value=Sum(LEAD_HOURS), each=LEAD_HOURS,
    ),
    _places("session_places", _("提供名额"), _("统计期内未关闭场次的名额之和。"), "capacity"),
    _places(
        "session_places_taken", _("已约名额"), _("统计期内未关闭场次已约的名额之和，含留给候补企业待其答复的名额。"),
        "booked",
    ),
    _of_ratings("booking_ratings", _("服务评价"), _("场次日期在统计期内的预约收到的评价，每笔预约一条。")),
    _of_ratings(
        "booking_ratings_good", _("满意评价"), _("场次日期在统计期内的预约收到的 4 分和 5 分评价。"),
        Q(score__gte=SATISFIED),
    ),
    _of_ratings(
        "booking_scores", _("评分合计"), _("场次日期在统计期内的预约收到的评分之和，每条 1 至 5 分。"), unit=_("分"),
        value=Coalesce(Sum("score"), 0), each="score",
    ),
    Rate(
        code="session_fill_rate", name=_("满约率"), definition=_("已约名额 ÷ 提供名额。"),
        part="session_places_taken", whole="session_places",
    ),
    Rate(
        code="booking_no_show_rate", name=_("爽约率"), definition=_("爽约 ÷ 应到场预约；已取消的另计，不算爽约。"),
        part="bookings_no_show", whole="bookings_due",
    ),
    Rate(
        code="booking_cancel_rate", name=_("预约取消率"), definition=_("已取消 ÷ 场次预约。"),
        part="bookings_cancelled", whole="bookings_of_day",
    ),
    Rate(
        code="booking_satisfaction", name=_("服务满意率"), definition=_("满意评价（4 分和 5 分）÷ 服务评价。"),
        part="booking_ratings_good", whole="booking_ratings",
    ),
    Rate(
        code="booking_average_score", name=_("平均评分"), unit=_("分"), times=1,
        definition=_("评分合计 ÷ 服务评价，满分 5 分。"), part="booking_scores", whole="booking_ratings",
    ),
    Rate(
        code="booking_lead_time", name=_("平均等候"), unit=_("小时"), times=1,
        definition=_("等候小时数 ÷ 提前预约：从提交预约到场次开始平均多久。"),
        part="booking_lead_hours", whole="bookings_ahead",
    ),
)  # fmt: skip
