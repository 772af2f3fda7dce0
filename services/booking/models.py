"""Sessions with capacity, bookings with their state and timeline, the waiting list, ratings and closures.

Every booking that holds a place is counted in its session's `booked`, which the database keeps between 0 and the
capacity: places are taken by one conditional UPDATE, never by counting first.
"""

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from enterprises.registry.models import Enterprise
from portal.kit.encryption import EncryptedTextField
from portal.kit.scoped import ReferenceQuerySet, ScopedQuerySet
from portal.territory.models import District

from ..stations.models import Institution, ServiceItem, ServiceMode, ServiceStation, StationMember

__all__ = [
    "Booking",
    "BookingBundle",
    "BookingStep",
    "Closure",
    "ClosureHit",
    "FollowUp",
    "PendingMessage",
    "Rating",
    "ServiceSession",
    "SessionPattern",
    "WaitingOffer",
]


class SessionQuerySet(ReferenceQuerySet):
    """Free times are public: every signed-in user sees them, and the public pages show them without names."""


class SessionPattern(models.Model):
    """A weekly pattern: on this weekday, from time to time, so many places. Sessions are made from it ahead."""

    station = models.ForeignKey(
        ServiceStation, models.PROTECT, related_name="patterns", verbose_name=_("服务站")
    )
    item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="patterns", verbose_name=_("服务事项"))
    institution = models.ForeignKey(
        Institution,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="patterns",
        verbose_name=_("技术机构"),
    )
    member = models.ForeignKey(
        StationMember, models.PROTECT, null=True, blank=True, related_name="patterns", verbose_name=_("专家")
    )
    weekday = models.PositiveSmallIntegerField(_("星期"))
    starts_at = models.TimeField(_("开始"))
    ends_at = models.TimeField(_("结束"))
    capacity = models.PositiveSmallIntegerField(_("名额"))
    valid_from = models.DateField(_("启用日期"))
    valid_to = models.DateField(_("停用日期"), null=True, blank=True)
    made_until = models.DateField(_("已排至"), null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ("station", "weekday", "starts_at", "item")
        verbose_name = verbose_name_plural = _("排班模板")
        constraints = [
            models.CheckConstraint(condition=Q(weekday__range=(0, 6)), name="pattern_weekday_known"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="pattern_times_in_order"),
            models.CheckConstraint(condition=Q(capacity__range=(1, 500)), name="pattern_capacity_sane"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="pattern_dates_in_order",
            ),
        ]


class Span(Func):
    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


# by row: a booking only counts `booked` up, and a row's trigger need not even be called for that
@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(level=pgtrigger.Row),
    pghistory.DeleteEvent(),
    exclude=["booked", "waiting"],
)
class ServiceSession(models.Model):
    """A time at which an item is served at a station, with `capacity` places of which `booked` are taken."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name=_("区"))
    station = models.ForeignKey(
        ServiceStation, models.PROTECT, related_name="sessions", verbose_name=_("服务站")
    )
    item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="sessions", verbose_name=_("服务事项"))
    institution = models.ForeignKey(
        Institution,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="sessions",
        verbose_name=_("技术机构"),
    )
    member = models.ForeignKey(
        StationMember, models.PROTECT, null=True, blank=True, related_name="sessions", verbose_name=_("专家")
    )
    pattern = models.ForeignKey(
        SessionPattern,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="sessions",
        verbose_name=_("排班模板"),
    )
    starts_at = models.DateTimeField(_("开始时间"))
    ends_at = models.DateTimeField(_("结束时间"))
    capacity = models.PositiveIntegerField(_("名额"))
    booked = models.PositiveIntegerField(_("已约"), default=0, editable=False)
    waiting = models.PositiveIntegerField(_("候补"), default=0, editable=False)
    closed_at = models.DateTimeField(_("关闭时间"), null=True, blank=True)
    closed_reason = models.CharField(_("关闭原因"), max_length=100, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ("starts_at", "id")
        verbose_name = verbose_name_plural = _("服务场次")
        constraints = [
            models.CheckConstraint(condition=Q(booked__lte=F("capacity")), name="session_never_oversold"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_times_in_order"),
            models.UniqueConstraint(
                fields=("station", "item", "institution", "member", "starts_at"),
                name="session_once",
                nulls_distinct=False,
            ),
            ExclusionConstraint(
                name="session_expert_in_one_place",
                expressions=[
                    (Span("starts_at", "ends_at", RangeBoundary()), RangeOperators.OVERLAPS),
                    ("member", RangeOperators.EQUAL),
                ],
                condition=Q(member__isnull=False, closed_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=("station", "item", "starts_at"), name="session_of_station_item"),
            models.Index(fields=("station", "starts_at"), name="session_of_station"),
            models.Index(fields=("item", "starts_at"), name="session_of_item"),
            models.Index(fields=("starts_at", "id"), name="session_by_time"),
            models.Index(
                fields=("institution", "starts_at"),
                condition=Q(institution__isnull=False),
                name="session_of_institution",
            ),
        ]


class BookingBundle(models.Model):
    """One request for several items: all legs are booked together, or none."""

    created_at = models.DateTimeField(_("提交时间"), auto_now_add=True)


class BookingQuerySet(ScopedQuerySet):
    """The district's staff and leaders, the station of the session's town, the institution, and the enterprise."""

    def scope_filter(self, scope) -> Q:
        return (
            Q(district_id__in=scope.districts)
            | Q(session__station__town_id__in=scope.towns)
            | Q(session__institution__code__in=scope.institutions)
            | Q(enterprise__uscc__in=scope.enterprises)
        )


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Booking(models.Model):
    """An enterprise's booking of a session. Number and check-in code stay the same when it is moved."""

    class Status(models.TextChoices):
        PENDING = "pending", _("待确认")
        CONFIRMED = "confirmed", _("已确认")
        WAITING = "waiting", _("候补")
        CHECKED_IN = "checked_in", _("已签到")
        IN_SERVICE = "in_service", _("办理中")
        COMPLETED = "completed", _("已办结")
        RATED = "rated", _("已评价")
        CANCELLED = "cancelled", _("已取消")
        DECLINED = "declined", _("已婉拒")
        NO_SHOW = "no_show", _("爽约")

    # without an index of their own: each leads one of the indexes below
    district = models.ForeignKey(
        District, models.PROTECT, related_name="+", db_index=False, verbose_name=_("区")
    )
    number = models.CharField(_("编号"), max_length=20, unique=True)
    session = models.ForeignKey(
        ServiceSession, models.PROTECT, related_name="bookings", db_index=False, verbose_name=_("场次")
    )
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, related_name="bookings", db_index=False, verbose_name=_("企业")
    )
    bundle = models.ForeignKey(
        BookingBundle,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="bookings",
        verbose_name=_("一揽子预约"),
    )
    mode = models.CharField(_("办理方式"), max_length=8, choices=ServiceMode, default=ServiceMode.ONSITE)
    subject = models.CharField(_("办理事由"), max_length=120)
    note = models.CharField(_("备注"), max_length=500, blank=True)
    contact_name = EncryptedTextField(_("联系人"), context="services.Booking.contact_name")
    contact_phone = EncryptedTextField(_("联系电话"), context="services.Booking.contact_phone")
    status = models.CharField(_("状态"), max_length=12, choices=Status)
    check_in_code = models.CharField(_("签到码"), max_length=8)
    ticket = models.CharField(_("排队号"), max_length=8, blank=True)
    is_walk_in = models.BooleanField(_("现场取号"), default=False)
    eligibility_version = models.PositiveIntegerField(_("条件版本"), default=1)
    calendar_sequence = models.PositiveSmallIntegerField(_("日历版本"), default=0, editable=False)
    result = models.CharField(_("办理结果"), max_length=500, blank=True)
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("预约人")
    )
    created_at = models.DateTimeField(_("预约时间"), auto_now_add=True)
    confirmed_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    checked_in_at = models.DateTimeField(_("签到时间"), null=True, blank=True)
    called_at = models.DateTimeField(_("叫号时间"), null=True, blank=True)
    started_at = models.DateTimeField(_("开始办理"), null=True, blank=True)
    completed_at = models.DateTimeField(_("办结时间"), null=True, blank=True)
    ended_at = models.DateTimeField(_("取消、婉拒或爽约时间"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    objects = BookingQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name = verbose_name_plural = _("预约")
        constraints = [
            models.UniqueConstraint(
                fields=("enterprise", "session"),
                condition=Q(status__in=("pending", "confirmed", "waiting", "checked_in", "in_service")),
                name="booking_active_once_a_session",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=(
                        "pending", "confirmed", "waiting", "checked_in", "in_service", "completed", "rated", "cancelled",
                        "declined", "no_show",
                    )
                ),
                name="booking_status_known",
            ),
            models.CheckConstraint(condition=Q(mode__in=("onsite", "door", "online")), name="booking_mode_known"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=("session", "status", "id"), name="booking_of_session"),
            models.Index(fields=("enterprise", "-created_at", "-id"), name="booking_of_enterprise"),
            models.Index(fields=("district", "-created_at", "-id"), name="booking_recent"),
            models.Index(fields=("status", "-created_at", "-id"), name="booking_by_status"),
            models.Index(  # for the figures; a new booking is not in it
                fields=("completed_at",), condition=Q(completed_at__isnull=False), name="booking_completed"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class OfBookingQuerySet(ScopedQuerySet):
    """Seen by whoever sees the booking."""

    def scope_filter(self, scope) -> Q:
        return (
            Q(booking__district_id__in=scope.districts)
            | Q(booking__session__station__town_id__in=scope.towns)
            | Q(booking__session__institution__code__in=scope.institutions)
            | Q(booking__enterprise__uscc__in=scope.enterprises)
        )


class BookingStep(models.Model):
    """One entry of a booking's timeline, written once. `move` is a code of rules.py; `data` holds no personal value."""

    booking = models.ForeignKey(
        Booking, models.CASCADE, related_name="timeline", db_index=False, verbose_name=_("预约")
    )
    move = models.CharField(_("事项"), max_length=20)
    before = models.CharField(_("原状态"), max_length=12, blank=True)
    after = models.CharField(_("新状态"), max_length=12)
    note = models.CharField(_("说明"), max_length=500, blank=True)
    data = models.JSONField(_("附加信息"), default=dict, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("操作人")
    )
    at = models.DateTimeField(_("时间"), auto_now_add=True)

    objects = OfBookingQuerySet.as_manager()

    class Meta:
        ordering = ("at", "id")
        verbose_name = verbose_name_plural = _("预约进程")
        indexes = [models.Index(fields=("booking", "at", "id"), name="step_of_booking")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


class WaitingOffer(models.Model):
    """A free place held for the first of the waiting list until `expires_at`; it counts in the session's `booked`."""

    class State(models.TextChoices):
        OPEN = "open", _("待答复")
        TAKEN = "taken", _("已接受")
        LAPSED = "lapsed", _("已过期")
        REFUSED = "refused", _("已放弃")

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="offers", verbose_name=_("候补"))
    session = models.ForeignKey(ServiceSession, models.PROTECT, related_name="offers", verbose_name=_("场次"))
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.OPEN)
    offered_at = models.DateTimeField(_("通知时间"), auto_now_add=True)
    expires_at = models.DateTimeField(_("答复期限"))

    objects = OfBookingQuerySet.as_manager()

    class Meta:
        ordering = ("-offered_at", "-id")
        verbose_name = verbose_name_plural = _("候补名额")
        constraints = [
            models.UniqueConstraint(
                fields=("booking",), condition=Q(state="open"), name="offer_open_once_a_booking"
            ),
        ]
        indexes = [models.Index(fields=("expires_at",), condition=Q(state="open"), name="offer_due")]


class PendingMessage(models.Model):
    """A message of a new booking that is still to be handed to the notices: written with the booking, in the same
    statement, and removed in the transaction that writes the notice. Never lost, never twice.

    As long as it is there it also promises the keys of the figures in which the booking counts (actions/keys.py):
    those of its status and its session's day as they were when it was made, whatever becomes of it meanwhile.
    """

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="+", verbose_name=_("预约"))
    event = models.CharField(_("事项"), max_length=20)
    counts_on = models.DateField(_("场次日期"))
    created_at = models.DateTimeField(_("时间"))

    objects = OfBookingQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        verbose_name = verbose_name_plural = _("待发消息")


class Rating(models.Model):
    """What the enterprise says after a completed visit, once."""

    booking = models.OneToOneField(Booking, models.CASCADE, related_name="rating", verbose_name=_("预约"))
    score = models.PositiveSmallIntegerField(_("评分"))
    comment = models.CharField(_("评价"), max_length=500, blank=True)
    rated_at = models.DateTimeField(_("评价时间"), auto_now_add=True)

    objects = OfBookingQuerySet.as_manager()

    class Meta:
        ordering = ("-rated_at",)
        verbose_name = verbose_name_plural = _("评价")
        constraints = [models.CheckConstraint(condition=Q(score__range=(1, 5)), name="rating_one_to_five")]


class FollowUp(models.Model):
    """A low rating that the station follows up: open until somebody writes what was done."""

    booking = models.OneToOneField(Booking, models.CASCADE, related_name="follow_up", verbose_name=_("预约"))
    opened_at = models.DateTimeField(_("发起时间"), auto_now_add=True)
    outcome = models.CharField(_("回访情况"), max_length=500, blank=True)
    closed_at = models.DateTimeField(_("办结时间"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("回访人"),
    )
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    objects = OfBookingQuerySet.as_manager()

    class Meta:
        ordering = ("-opened_at",)
        verbose_name = verbose_name_plural = _("低分回访")


class Closure(models.Model):
    """Days or hours on which a station, an item there, or an institution does not serve. Sessions inside are closed."""

    station = models.ForeignKey(
        ServiceStation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="closures",
        verbose_name=_("服务站"),
    )
    item = models.ForeignKey(
        ServiceItem,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="closures",
        verbose_name=_("服务事项"),
    )
    institution = models.ForeignKey(
        Institution,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="closures",
        verbose_name=_("技术机构"),
    )
    starts_at = models.DateTimeField(_("开始时间"))
    ends_at = models.DateTimeField(_("结束时间"))
    reason = models.CharField(_("原因"), max_length=100)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("登记人")
    )
    created_at = models.DateTimeField(_("登记时间"), auto_now_add=True)
    cancelled_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ("-starts_at", "-id")
        verbose_name = verbose_name_plural = _("停止服务")
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="closure_times_in_order"),
            models.CheckConstraint(
                condition=Q(station__isnull=False) | Q(institution__isnull=False), name="closure_of_something"
            ),
        ]
        indexes = [models.Index(fields=("station", "starts_at"), name="closure_of_station")]


class ClosureHit(models.Model):
    """A booking that a closure hit, and the session offered instead (empty: none was free, or it only waited)."""

    closure = models.ForeignKey(Closure, models.CASCADE, related_name="hits", verbose_name=_("停止服务"))
    booking = models.ForeignKey(Booking, models.CASCADE, related_name="+", verbose_name=_("预约"))
    offered = models.ForeignKey(
        ServiceSession, models.SET_NULL, null=True, related_name="+", verbose_name=_("替代场次")
    )

    objects = OfBookingQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        verbose_name = verbose_name_plural = _("受影响的预约")
