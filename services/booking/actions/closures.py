"""Closing days: sessions inside close, the bookings they hit are listed, and each is offered another place."""

import datetime
from dataclasses import dataclass

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from portal.accounts.models import User
from portal.kit.problems import Conflict, Invalid
from portal.kit.text import clean_line

from ...stations.models import Institution, ServiceItem, ServiceStation
from .. import messages
from ..models import Booking, Closure, ClosureHit, ServiceSession, WaitingOffer
from ..queries.alternatives import nearest_alternatives
from ..rules import states
from ..rules.rights import can_close_institution, can_manage_station
from .guard import action, change, lock_sessions, record
from .keys import mark_sessions
from .places import end_offer, leave_line, offer, take

ANSWER_WITHIN = datetime.timedelta(days=2)
LONGEST = datetime.timedelta(days=366)
CHOICES = 5  # sessions looked at for one that is closed


@dataclass(frozen=True)
class Hit:
    """A booking that a closure hits, and the session offered instead (None: none was free)."""

    booking: Booking
    alternative: ServiceSession | None


@action
def close_days(
    *,
    by: User,
    starts_at: datetime.datetime,
    ends_at: datetime.datetime,
    reason: str,
    station: ServiceStation | None = None,
    item: ServiceItem | None = None,
    institution: Institution | None = None,
) -> tuple[Closure, list[Hit]]:
    """A station (or an item there), or an institution, does not serve for days or hours.

    In one transaction: the sessions inside close; each booking that is still to come keeps its row, gets a place in
    the nearest alternative held for up to two days, and is told; who waited is let go and told. Gives the closure
    and the bookings it hit. All sessions concerned are locked in id order.
    """
    _require_right(by, station, institution)
    reason = clean_line(reason)
    _check(starts_at, ends_at, reason)
    now = timezone.now()
    closure = Closure.objects.create(
        station=station,
        item=item,
        institution=institution,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason,
        created_by=by,
    )
    closing = list(
        sessions_inside(closure)
        .filter(closed_at__isnull=True, ends_at__gt=now)
        .select_related("station__town")
    )
    choices = {
        row.pk: [c["id"] for c in nearest_alternatives(row, limit=CHOICES, exclude=[s.pk for s in closing])]
        for row in closing
        if row.booked
    }
    ids = [row.pk for row in closing]
    rows = lock_sessions([*ids, *(pk for found in choices.values() for pk in found)])
    ServiceSession.objects.filter(pk__in=ids).update(closed_at=now, closed_reason=reason)
    for pk in ids:
        rows[pk].closed_at, rows[pk].closed_reason = now, reason
    mark_sessions("session", [row.starts_at for row in closing])
    let_go, to_move = _let_go_and_find(ids, now)
    hits = [_hit(booking, rows, choices, reason, now) for booking in to_move]
    ClosureHit.objects.bulk_create(
        ClosureHit(closure=closure, booking=hit.booking, offered=hit.alternative)
        for hit in (*hits, *(Hit(booking, None) for booking in let_go))
    )
    return closure, hits


def bookings_hit(
    *,
    starts_at: datetime.datetime,
    ends_at: datetime.datetime,
    station: ServiceStation | None = None,
    item: ServiceItem | None = None,
    institution: Institution | None = None,
) -> list[Booking]:
    """The bookings that such a closure would hit: what the page lists before the clerk says yes. Raises Invalid for a
    time that cannot be closed."""
    if problems := _span_problems(starts_at, ends_at):
        raise Invalid(problems)
    closure = Closure(
        station=station, item=item, institution=institution, starts_at=starts_at, ends_at=ends_at
    )
    rows = Booking.objects.filter(
        session__in=sessions_inside(closure), status__in=states.UPCOMING | {states.WAITING}
    )
    return list(
        rows.select_related("enterprise", "session__station", "session__item").order_by(
            "session__starts_at", "pk"
        )
    )


def sessions_inside(closure: Closure):
    """The sessions that overlap the closure and belong to its station, item and institution."""
    rows = ServiceSession.objects.filter(starts_at__lt=closure.ends_at, ends_at__gt=closure.starts_at)
    for name in ("station", "item", "institution"):
        if getattr(closure, f"{name}_id"):
            rows = rows.filter(**{name: getattr(closure, f"{name}_id")})
    return rows.order_by("pk")


@action
def reopen(*, closure: Closure, by: User) -> int:
    """A closure is taken back: its sessions open again, unless another closure covers them. Returns how many."""
    closure = (
        Closure.objects.select_for_update(of=("self",))
        .select_related("station", "institution")
        .get(pk=closure.pk)
    )
    _require_right(by, closure.station, closure.institution)
    if closure.cancelled_at:
        raise Conflict(_("这次停止服务已经撤销。"), code="move_closed")
    now = timezone.now()
    closure.cancelled_at = now
    closure.save(update_fields=["cancelled_at"])
    rows = lock_sessions(
        sessions_inside(closure).filter(closed_at__isnull=False).values_list("pk", flat=True)
    )
    others = list(
        Closure.objects.filter(
            cancelled_at__isnull=True, starts_at__lt=closure.ends_at, ends_at__gt=closure.starts_at
        ).exclude(pk=closure.pk)
    )
    free = [row for row in rows.values() if not any(_covers(other, row) for other in others)]
    mark_sessions("session", [row.starts_at for row in free])
    return ServiceSession.objects.filter(pk__in=[row.pk for row in free]).update(
        closed_at=None, closed_reason=""
    )


def _covers(closure: Closure, session: ServiceSession) -> bool:
    return (
        closure.starts_at < session.ends_at
        and session.starts_at < closure.ends_at
        and all(
            getattr(closure, f"{name}_id") in (None, getattr(session, f"{name}_id"))
            for name in ("station", "item", "institution")
        )
    )


def _let_go_and_find(ids: list[int], now: datetime.datetime) -> tuple[list[Booking], list[Booking]]:
    """Ends the open offers of closed sessions and lets who waited go; gives those, and the bookings to be moved."""
    held = WaitingOffer.objects.filter(session__in=ids, state=WaitingOffer.State.OPEN).order_by("pk")
    for row in held:
        end_offer(row, WaitingOffer.State.LAPSED)
        ServiceSession.objects.filter(pk=row.session_id).update(booked=F("booked") - 1)
    rows = (
        Booking.objects.select_for_update(no_key=True, of=("self",))
        .filter(session__in=ids, status__in=states.UPCOMING | {states.WAITING})
        .select_related("session__station", "session__item", "session__institution", "enterprise", "district")
        .order_by("pk")
    )
    let_go, hit = [], []
    for booking in rows:
        if booking.status != states.WAITING:
            hit.append(booking)
            continue
        leave_line(booking.session_id)
        change(booking, status=states.CANCELLED, ended_at=now)
        record(booking, "closure", before=states.WAITING, by=None)
        messages.tell(booking, "cancel", key="closure", detail=_("该场次停止服务。"))
        let_go.append(booking)
    return let_go, hit


def _hit(
    booking: Booking,
    rows: dict[int, ServiceSession],
    choices: dict[int, list[int]],
    reason: str,
    now: datetime.datetime,
) -> Hit:
    record(booking, "closure", before=booking.status, by=None, note=reason)
    if WaitingOffer.objects.filter(booking=booking, state=WaitingOffer.State.OPEN).exists():
        return Hit(booking, None)  # an offer of an earlier closure still waits for its answer
    taken = Booking.objects.filter(enterprise=booking.enterprise, status__in=states.ACTIVE)
    own = set(taken.values_list("session_id", flat=True))
    for pk in choices.get(booking.session_id, ()):
        if pk not in own and take(rows[pk], now=now):
            until = min(now + ANSWER_WITHIN, rows[pk].starts_at)
            offer(booking, rows[pk], now=now, until=until)
            return Hit(booking, rows[pk])
    messages.tell(
        booking, "closure", key=f"closure:{booking.session_id}", detail=_("请改期或取消，原因：%s。") % reason
    )
    return Hit(booking, None)


def _require_right(by: User, station: ServiceStation | None, institution: Institution | None) -> None:
    if station is None and institution is None:
        raise Invalid({"station": _("请选择服务站或技术机构。")})
    allowed = can_manage_station(by, station) if station else can_close_institution(by, institution)
    if not allowed:
        raise PermissionDenied(_("您不能关闭这里的服务。"))


def _check(starts_at: datetime.datetime, ends_at: datetime.datetime, reason: str) -> None:
    problems = _span_problems(starts_at, ends_at)
    if not 2 <= len(reason) <= 100:
        problems["reason"] = _("请用 2 至 100 个字说明原因。")
    if problems:
        raise Invalid(problems)


def _span_problems(starts_at: datetime.datetime, ends_at: datetime.datetime) -> dict[str, str]:
    problems = {}
    if ends_at <= starts_at or ends_at - starts_at > LONGEST:
        problems["ends_at"] = _("结束时间应晚于开始时间，且不超过一年。")
    elif ends_at <= timezone.now():
        problems["ends_at"] = _("这段时间已经过去。")
    return problems
