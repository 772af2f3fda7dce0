"""The figures of booking as declarations. Every one is a count or a sum of rows of a day, so that days add up.

Bookings asked for count on the day of the request, results on the day on which they were written down, and what a
session offered, who missed it or gave it up on the session's day: as the comparison of stations has it.
"""

from collections.abc import Callable

from django.db.models import F, FilteredRelation, FloatField, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, Extract
from django.utils.translation import gettext_lazy as _

from portal.metrics.registry import ROWS, Flow, Rate, register

from .models import Booking, Rating, ServiceSession
from .queries.comparison import AHEAD
from .rules import states

TOWN, CHAIN = "session__station__town", "place__chain"
TIMES = _("笔")


BOOKING = {"town": TOWN, "chain": CHAIN, "district": "district", "timed": True, "touched_by": ("booking",)}
RATING = {
    "town": f"booking__{TOWN}", "chain": CHAIN, "district": "booking__district", "timed": True, "date": "rated_at",
    "touched_by": ("rating",),
}  # fmt: skip
SESSION = {
    "town": "station__town", "district": "district", "timed": True, "date": "starts_at", "touched_by": ("session",),
}  # fmt: skip


def _bookings(condition: Q | None = None) -> Callable[[], QuerySet]:
    """Bookings; `place` is the enterprise's open place on a chain."""

    def rows() -> QuerySet:
        return Booking.objects.filter(condition or Q()).annotate(
            place=FilteredRelation(
                "enterprise__memberships", condition=Q(enterprise__memberships__ended_on__isnull=True)
            )
        )

    return rows


def _ratings(condition: Q | None = None) -> Callable[[], QuerySet]:
    def rows() -> QuerySet:
        return Rating.objects.filter(condition or Q()).annotate(
            place=FilteredRelation(
                "booking__enterprise__memberships",
                condition=Q(booking__enterprise__memberships__ended_on__isnull=True),
            )
        )

    return rows


def _sessions() -> QuerySet:
    return ServiceSession.objects.filter(closed_at__isnull=True)


def _of_bookings(code: str, name, definition, date: str, condition: Q | None = None) -> Flow:
    return Flow(
        code=code, name=name, unit=TIMES, definition=definition, rows=_bookings(condition), date=date, **BOOKING
    )  # fmt: skip


def _of_ratings(code: str, name, unit, definition, condition: Q | None = None, value=ROWS) -> Flow:
    return Flow(
        code=code, name=name, unit=unit, definition=definition, rows=_ratings(condition), value=value, **RATING
    )  # fmt: skip


def _places(code: str, name, definition, column: str) -> Flow:
    return Flow(
        code=code, name=name, unit=_("个"), definition=definition, rows=_sessions, value=Coalesce(Sum(column), 0),
        each=column, **SESSION,
    )  # fmt: skip


DUE = Q(status__in=(states.COMPLETED, states.RATED, states.NO_SHOW))
ON_THE_DAY = "session__starts_at"
LEAD_HOURS = Coalesce(
    Sum(Extract(F("session__starts_at") - F("created_at"), "epoch"), output_field=FloatField()) / 3600, 0.0
)

register(
    _of_bookings("bookings_made", _("预约申请"), _("当日提交的预约，含候补和现场取号。"), "created_at"),
    _of_bookings("bookings_completed", _("办结预约"), _("当日登记办理结果的预约。"), "completed_at"),
    *(
        _of_bookings(
            f"bookings_{state.value}", state.label, _("场次在当日、目前处于这一状态的预约。"), ON_THE_DAY, Q(status=state.value)
        )
        for state in Booking.Status
        if state != Booking.Status.COMPLETED
    ),
    _of_bookings("bookings_to_rate", _("待评价预约"), _("场次在当日、已办结而未评价的预约。"), ON_THE_DAY,
                 Q(status=states.COMPLETED)),
    _of_bookings("bookings_of_day", _("当日场次的预约"), _("场次在当日的全部预约，含已取消的。"), ON_THE_DAY),
    _of_bookings("bookings_due", _("应到场预约"), _("场次在当日、已办结或爽约的预约。"), ON_THE_DAY, DUE),
    _of_bookings("bookings_ahead", _("提前预约"), _("场次在当日、占用名额的预约，不含现场取号。"), ON_THE_DAY, AHEAD),
    Flow(
        code="booking_lead_hours", name=_("等候小时数"), unit=_("小时"), date=ON_THE_DAY,
        definition=_("场次在当日的提前预约，从提交到场次开始的小时数之和；除以提前预约数为平均等候。"),
        rows=_bookings(AHEAD), value=LEAD_HOURS, **BOOKING,
    ),
    _places("session_places", _("提供名额"), _("当日未关闭场次的名额之和。"), "capacity"),
    _places("session_places_taken", _("已约名额"), _("当日未关闭场次已约的名额之和，含留给候补的名额。"), "booked"),
    _of_ratings("booking_ratings", _("评价"), _("条"), _("当日提交的评价。")),
    _of_ratings("booking_ratings_good", _("满意评价"), _("条"), _("当日提交的 4 分及以上的评价。"), Q(score__gte=4)),
    _of_ratings("booking_scores", _("评分合计"), _("分"), _("当日提交的评价的分数之和。"), value=Coalesce(Sum("score"), 0)),
    Rate(code="session_fill_rate", name=_("满约率"), definition=_("已约名额 ÷ 提供名额。"),
         part="session_places_taken", whole="session_places"),
    Rate(code="booking_no_show_rate", name=_("爽约率"), definition=_("爽约 ÷ 应到场预约。"),
         part="bookings_no_show", whole="bookings_due"),
    Rate(code="booking_cancel_rate", name=_("取消率"), definition=_("已取消 ÷ 当日场次的预约。"),
         part="bookings_cancelled", whole="bookings_of_day"),
    Rate(code="booking_satisfaction", name=_("满意率"), definition=_("满意评价（4 分及以上）÷ 评价。"),
         part="booking_ratings_good", whole="booking_ratings"),
)  # fmt: skip
