"""Sessions: one by hand, many from weekly patterns through the calendar; their capacity; their end."""

import datetime
from collections.abc import Iterable

from django.db import IntegrityError
from django.db.models import Q
from django.db.models.deletion import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from portal.accounts.models import User
from portal.kit.problems import Conflict, Invalid, Stale
from portal.metrics.actions import mark_dirty

from ...stations.models import Institution, ServiceItem, ServiceStation, StationMember
from ..models import Booking, ServiceSession, SessionPattern, WaitingOffer
from ..queries.layers import layers_of, released_until
from ..rules import calendar
from ..rules.rights import can_manage_station
from ..rules.states import HOLDING
from .guard import action, lock_sessions, summary
from .keys import mark_sessions
from .places import offer_free_places

MOST_PLACES = 500
LAST_YEAR = 2100  # later is a typing error, and the calendar of the computer ends in 9999
LONGEST = datetime.timedelta(hours=12)
BATCH = 1000


@action
def create_session(
    *,
    by: User,
    station: ServiceStation,
    item: ServiceItem,
    starts_at: datetime.datetime,
    ends_at: datetime.datetime,
    capacity: int,
    institution: Institution | None = None,
    member: StationMember | None = None,
) -> ServiceSession:
    """A single session by hand; the calendar is not asked, for an extra session may lie on any day.

    Raises Invalid for times that are past or out of order, Conflict `session_exists` for a second one at the same
    time, and `expert_busy` when the expert is elsewhere.
    """
    _require_right(by, station)
    _check(station, item, institution, member, capacity)
    if ends_at <= starts_at or ends_at - starts_at > LONGEST:
        raise Invalid({"ends_at": _("结束时间应晚于开始时间，且不超过 12 小时。")})
    if starts_at <= timezone.now():
        raise Invalid({"starts_at": _("开始时间已过。")})
    if starts_at.year > LAST_YEAR:
        raise Invalid({"starts_at": _("请检查日期。")})
    mark_sessions("session_places", [starts_at])
    try:
        return ServiceSession.objects.create(
            district_id=station.district_id,
            station=station,
            item=item,
            institution=institution,
            member=member,
            starts_at=starts_at,
            ends_at=ends_at,
            capacity=capacity,
        )
    except IntegrityError as error:
        raise _taken(error) from error


@action
def create_pattern(
    *,
    by: User,
    station: ServiceStation,
    item: ServiceItem,
    weekday: int,
    starts_at: datetime.time,
    ends_at: datetime.time,
    capacity: int,
    valid_from: datetime.date | None = None,
    valid_to: datetime.date | None = None,
    institution: Institution | None = None,
    member: StationMember | None = None,
) -> tuple[SessionPattern, int]:
    """A weekly pattern (0 = Monday), and the sessions it makes ahead. Gives the pattern and how many were made."""
    _require_right(by, station)
    _check(station, item, institution, member, capacity)
    valid_from = valid_from or timezone.localdate()
    problems = {}
    if not 0 <= weekday <= 6:
        problems["weekday"] = _("星期应为 0（周一）至 6（周日）。")
    if ends_at <= starts_at:
        problems["ends_at"] = _("结束时间应晚于开始时间。")
    if valid_to is not None and valid_to < valid_from:
        problems["valid_to"] = _("停用日期不能早于启用日期。")
    for name, day in (("valid_from", valid_from), ("valid_to", valid_to)):
        if day is not None and day.year > LAST_YEAR:
            problems[name] = _("请检查日期。")
    if problems:
        raise Invalid(problems)
    pattern = SessionPattern.objects.create(
        station=station,
        item=item,
        institution=institution,
        member=member,
        weekday=weekday,
        starts_at=starts_at,
        ends_at=ends_at,
        capacity=capacity,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    mark_dirty("pattern")
    return pattern, _make(station, [pattern], timezone.localdate(), released_until(timezone.localdate()))


@action
def end_pattern(*, pattern: SessionPattern, by: User, last_day: datetime.date, version: int) -> int:
    """A pattern ends; its later sessions without any booking go. Returns how many went."""
    pattern = SessionPattern.objects.select_for_update().select_related("station").get(pk=pattern.pk)
    _require_right(by, pattern.station)
    if version != pattern.version:
        raise Stale(current={"version": pattern.version, "valid_to": pattern.valid_to})
    if last_day < pattern.valid_from:
        raise Invalid({"last_day": _("停用日期不能早于启用日期。")})
    pattern.valid_to, pattern.version = last_day, pattern.version + 1
    pattern.save(update_fields=["valid_to", "version"])
    mark_dirty("pattern")
    start = datetime.datetime.combine(
        last_day + calendar.DAY, datetime.time.min, tzinfo=timezone.get_default_timezone()
    )
    unused = ServiceSession.objects.filter(
        pattern=pattern, starts_at__gte=max(start, timezone.now()), booked=0, waiting=0, bookings__isnull=True
    ).filter(offers__isnull=True)
    mark_sessions("session_places", unused.values_list("starts_at", flat=True))
    return unused.delete()[1].get("services.ServiceSession", 0)


def make_sessions(*, station: ServiceStation | None = None, until: datetime.date | None = None) -> int:
    """Makes the sessions of all patterns (of one station) up to the horizon; returns how many are new.

    Idempotent: the unique constraint keeps a session once. A day is made once a pattern (`made_until`), so that a
    session that a clerk removed does not come back. Called nightly by beat; each station in its own transaction.
    """
    today = timezone.localdate()
    until = until or released_until(today)
    stations = ServiceStation.objects.filter(closed_on__isnull=True, patterns__isnull=False).distinct()
    if station is not None:
        stations = stations.filter(pk=station.pk)
    return sum(_make_station(row, today, until) for row in stations)


@action
def _make_station(station: ServiceStation, today: datetime.date, until: datetime.date) -> int:
    patterns = list(
        SessionPattern.objects.select_for_update(of=("self",))
        .filter(station=station, item__closed_on__isnull=True, valid_from__lte=until)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today))
        .filter(Q(made_until__isnull=True) | Q(made_until__lt=until))
        .order_by("pk")
    )
    return _make(station, patterns, today, until) if patterns else 0


def _make(
    station: ServiceStation, patterns: list[SessionPattern], today: datetime.date, until: datetime.date
) -> int:
    layers = layers_of(station, today, until, patterns=patterns)
    by_key = {row.pk: row for row in patterns}
    now = timezone.now()
    rows = [
        ServiceSession(
            district_id=station.district_id,
            station=station,
            item_id=plan.pattern.item,
            institution_id=plan.pattern.institution,
            member_id=plan.pattern.member,
            pattern_id=plan.pattern.key,
            starts_at=plan.starts_at,
            ends_at=plan.ends_at,
            capacity=by_key[plan.pattern.key].capacity,
        )
        for plan in calendar.plan(today, until, layers)
        if plan.starts_at > now and not _made(by_key[plan.pattern.key], plan.starts_at.date())
    ]
    before = ServiceSession.objects.filter(pattern__in=patterns).count()
    ServiceSession.objects.bulk_create(rows, ignore_conflicts=True, batch_size=BATCH)
    mark_sessions("session_places", [row.starts_at for row in rows])
    SessionPattern.objects.filter(pk__in=by_key).update(made_until=until)
    return ServiceSession.objects.filter(pattern__in=patterns).count() - before


def _made(pattern: SessionPattern, day: datetime.date) -> bool:
    return pattern.made_until is not None and day <= pattern.made_until


@action
def change_capacity(*, session: ServiceSession, by: User, capacity: int, version: int) -> ServiceSession:
    """More or fewer places; new ones go to the waiting list first.

    Never below what is booked: Conflict `capacity_below_booked`, whose `current` lists the bookings that are in the
    way. Raises Stale for an old version.
    """
    session = lock_sessions([session.pk])[session.pk]
    _require_right(by, session.station)
    if version != session.version:
        raise Stale(current=session_summary(session))
    if not 1 <= capacity <= MOST_PLACES:
        raise Invalid({"capacity": _("名额应为 1 至 %(most)d。") % {"most": MOST_PLACES}})
    if capacity < session.booked:
        detail = _("已有 %(booked)d 个预约，名额不能少于这个数。") % {"booked": session.booked}
        raise Conflict(detail, code="capacity_below_booked", current=with_bookings(session))
    session.capacity, session.version = capacity, session.version + 1
    session.save(update_fields=["capacity", "version"])
    mark_sessions("session_places", [session.starts_at])
    offer_free_places(session, now=timezone.now())
    session.refresh_from_db(fields=["booked", "waiting"])
    return session


@action
def delete_session(*, session: ServiceSession, by: User) -> None:
    """Removes a session that nobody booked. Conflict `session_booked` lists the bookings that are in the way; one
    that has only ended bookings stays for the record and can be closed."""
    session = lock_sessions([session.pk])[session.pk]
    _require_right(by, session.station)
    if session.booked or session.waiting:
        detail = _("已有预约或候补，不能删除；可以关闭场次并为企业安排改期。")
        raise Conflict(detail, code="session_booked", current=with_bookings(session))
    mark_sessions("session_places", [session.starts_at])
    try:
        session.delete()
    except ProtectedError as error:
        detail = _("该场次有已结束的预约记录，不能删除；可以关闭场次。")
        raise Conflict(detail, code="session_booked", current=with_bookings(session)) from error


def session_summary(session: ServiceSession) -> dict:
    return {
        "id": session.pk,
        "starts_at": timezone.localtime(session.starts_at).isoformat(),
        "capacity": session.capacity,
        "booked": session.booked,
        "waiting": session.waiting,
        "version": session.version,
    }


def with_bookings(session: ServiceSession) -> dict:
    """The session as a 409 shows it, with the bookings and open offers that hold its places."""
    rows: Iterable[Booking] = Booking.objects.filter(
        Q(session=session, status__in=HOLDING | {"waiting"})
        | Q(offers__session=session, offers__state=WaitingOffer.State.OPEN)
    ).distinct()
    return session_summary(session) | {"bookings": [summary(row) for row in rows.order_by("pk")[:200]]}


def _require_right(by: User, station: ServiceStation) -> None:
    if not can_manage_station(by, station):
        raise PermissionDenied(_("您不能安排这个服务站的场次。"))


def _check(
    station: ServiceStation,
    item: ServiceItem,
    institution: Institution | None,
    member: StationMember | None,
    capacity: int,
) -> None:
    problems = {}
    if station.closed_on:
        problems["station"] = _("该服务站已停用。")
    if item.closed_on:
        problems["item"] = _("该服务事项已停办。")
    if institution is not None and not institution.offers.filter(item=item).exists():
        problems["institution"] = _("该技术机构不提供这个事项。")
    if member is not None and (member.station_id != station.pk or member.ended_on):
        problems["member"] = _("请选择本站在任的专家。")
    if not 1 <= capacity <= MOST_PLACES:
        problems["capacity"] = _("名额应为 1 至 %(most)d。") % {"most": MOST_PLACES}
    if problems:
        raise Invalid(problems)


def _taken(error: IntegrityError) -> Exception:
    if "session_expert_in_one_place" in str(error):
        return Conflict(_("该专家在这段时间已有其他场次。"), code="expert_busy")
    if "session_once" in str(error):
        return Conflict(_("该时间已有相同的场次。"), code="session_exists")
    return error
