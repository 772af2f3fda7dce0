"""Places of a session: taken by one conditional UPDATE, given back to the first in line. `booked` counts both the
bookings that hold a place and the open offers."""

from datetime import datetime

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.kit.problems import Conflict

from .. import messages
from ..models import Booking, ServiceSession, WaitingOffer
from ..rules import windows as rules
from ..rules.states import WAITING
from ..terms import windows
from .guard import record
from .keys import mark_taken

PLACE_FIELDS = ("closed_at", "closed_reason", "booked", "waiting", "capacity", "starts_at", "ends_at")


class SessionFull(Conflict):
    """No place is left. `alternatives` are the three nearest sessions with one; joining the waiting list is open."""

    default_code = "session_full"

    def __init__(self, session: ServiceSession, alternatives: list[dict] | None = None):
        detail = _("%(when)s 的“%(item)s”已约满，可选择其他时间或加入候补。") % {
            "when": messages.when(session),
            "item": session.item.name,
        }
        super().__init__(detail, code="session_full")
        self.session = session
        self.alternatives = alternatives or []


def take(session: ServiceSession, *, now: datetime) -> bool:
    """Takes one place if there is one, for an offer or a move (a new booking: selling.py)."""
    taken = ServiceSession.objects.filter(
        pk=session.pk, booked__lt=F("capacity"), closed_at__isnull=True, starts_at__gt=now
    ).update(booked=F("booked") + 1)
    if taken:
        mark_taken(session)
    return bool(taken)


def why_not(session: ServiceSession, *, now: datetime, running: bool = False) -> Conflict | None:
    """Why no place can be had, from the session as it was read; None when one can."""
    if session.closed_at:
        reason = session.closed_reason or _("停止服务")
        return Conflict(_("该场次已关闭：%(reason)s。") % {"reason": reason}, code="session_closed")
    if (session.ends_at if running else session.starts_at) <= now:
        return Conflict(_("该场次已经开始或结束，请选择其他时间。"), code="session_past")
    return SessionFull(session) if session.booked >= session.capacity else None


def leave_line(session_id: int) -> None:
    ServiceSession.objects.filter(pk=session_id).update(waiting=F("waiting") - 1)


def release(session: ServiceSession, *, now: datetime) -> None:
    """A place is free again: it is offered to the first in line in the same transaction, or given back.

    The caller holds the session's lock.
    """
    first = first_in_line(session) if session.closed_at is None and session.starts_at > now else None
    if first is None:
        ServiceSession.objects.filter(pk=session.pk).update(booked=F("booked") - 1)
        mark_taken(session)
    else:
        offer(first, session, now=now)


def offer_free_places(session: ServiceSession, *, now: datetime) -> int:
    """Places that a raised capacity adds go to the waiting list first. Returns how many were offered."""
    count = 0
    while session.starts_at > now and (first := first_in_line(session)) and take(session, now=now):
        offer(first, session, now=now)
        count += 1
    return count


def first_in_line(session: ServiceSession) -> Booking | None:
    """The first on the waiting list who has no offer yet."""
    return (
        Booking.objects.filter(session_id=session.pk, status=WAITING)
        .exclude(Q(offers__state=WaitingOffer.State.OPEN))
        .select_related("session__station", "session__item", "enterprise", "district")
        .order_by("pk")
        .first()
    )


def offer(
    booking: Booking, session: ServiceSession, *, now: datetime, until: datetime | None = None
) -> WaitingOffer:
    """Holds a place that is already counted for somebody, until the deadline, and tells them."""
    expires_at = until or rules.offer_expires(now, session.starts_at, windows())
    row = WaitingOffer.objects.create(booking=booking, session=session, expires_at=expires_at)
    deadline = f"{timezone.localtime(expires_at):%m-%d %H:%M}"
    record(
        booking,
        "offer",
        before=booking.status,
        by=None,
        data={"session": session.pk, "expires_at": expires_at.isoformat()},
    )
    messages.tell(booking, "offer", key=f"offer:{row.pk}", detail=deadline, session=session)
    return row


def end_offer(row: WaitingOffer | None, state: str) -> None:
    if row is not None:
        row.state = state
        row.save(update_fields=["state"])
