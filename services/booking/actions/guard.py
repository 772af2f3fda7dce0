"""How every write of booking runs: one transaction, short waits, sessions locked in id order and then the booking."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import wraps
from typing import Any

from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from portal.accounts.models import User
from portal.kit.problems import BUSY_STATES, Conflict, Stale, translate

from ..models import Booking, BookingStep, ServiceSession, WaitingOffer
from ..rules import states
from ..rules.rights import party_of
from ..rules.states import Actor, Facts
from ..terms import windows
from .keys import mark_change, standing

SYSTEM = frozenset({Actor.SYSTEM})
COUNTED = frozenset({"status", "session"})


def action(function: Callable) -> Callable:
    """One transaction that waits at most three seconds for a lock; a lost race is a Conflict (409) with a sentence."""

    @wraps(function)
    def run(*args, **kwargs):
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = '3s'")
                return function(*args, **kwargs)
        except DatabaseError as error:
            if getattr(error.__cause__, "sqlstate", None) in BUSY_STATES:
                raise translate(error) from error
            raise

    return run


def facts_of(booking: Booking, *, has_offer: bool | None = None) -> Facts:
    session = booking.session
    if has_offer is None:
        has_offer = open_offer(booking) is not None
    return Facts(
        status=booking.status,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        mode=booking.mode,
        notice_hours=session.item.notice_hours,
        has_offer=has_offer,
        session_closed=session.closed_at is not None,
    )


def actors_of(by: User | None, booking: Booking) -> frozenset[str]:
    """As whom somebody acts on a booking; nobody is the system."""
    return SYSTEM if by is None else states.actors(by.scope, party_of(booking))


def open_offer(booking: Booking) -> WaitingOffer | None:
    return WaitingOffer.objects.filter(booking=booking, state=WaitingOffer.State.OPEN).first()


def open_moves(by: User | None, booking: Booking, *, has_offer: bool | None = None) -> list[str]:
    """The moves that somebody may make now: what a page shows as buttons."""
    return states.moves_open(
        facts_of(booking, has_offer=has_offer), actors_of(by, booking), now=timezone.now(), windows=windows()
    )


def lock_sessions(ids: Iterable[int]) -> dict[int, ServiceSession]:
    """The sessions, locked in id order for the rest of the transaction."""
    rows = (
        ServiceSession.objects.select_for_update(no_key=True, of=("self",))
        .select_related("station", "item", "institution")
        .filter(pk__in=set(ids))
        .order_by("pk")
    )
    return {row.pk: row for row in rows}


def locked(booking: Booking) -> Booking:
    """The booking as it stands, locked. Sessions that the move changes must have been locked before."""
    return (
        Booking.objects.select_for_update(no_key=True, of=("self",))
        .select_related("session__station", "session__item", "session__institution", "enterprise", "district")
        .get(pk=booking.pk)
    )


def locked_with_sessions(booking: Booking, *more: int) -> tuple[Booking, WaitingOffer | None]:
    """The booking and its open offer, after its session, the offered one and `more` were locked in id order.

    Raises Conflict when the booking was moved to another session meanwhile.
    """
    offer = open_offer(booking)
    lock_sessions({booking.session_id, *more, *([offer.session_id] if offer else [])})
    fresh, again = locked(booking), open_offer(booking)
    if fresh.session_id != booking.session_id or (again and (offer is None or again.pk != offer.pk)):
        raise Conflict(_("预约刚有变动，请刷新后重试。"), code="busy", current=summary(fresh))
    return fresh, again


def require_move(
    code: str,
    booking: Booking,
    by: User | None,
    *,
    now: datetime,
    version: int | None = None,
    has_offer: bool = False,
) -> None:
    """Raises PermissionDenied (403) for who may never do it, Stale for an old version, and Conflict (409) with the
    moves that are open when this one is not."""
    who = actors_of(by, booking)
    if not states.may_ever(code, who):
        raise PermissionDenied(_("您的角色不能进行这项操作。"))
    if version is not None and version != booking.version:
        raise Stale(current=summary(booking))
    facts = facts_of(booking, has_offer=has_offer)
    if problem := states.move_problem(code, facts, who, now=now, windows=windows()):
        open_now = states.moves_open(facts, who, now=now, windows=windows())
        raise Conflict(problem, code="move_closed", current=summary(booking), open_moves=open_now)


def summary(booking: Booking) -> dict[str, Any]:
    """The row as a 409 shows it: enough to go on, nothing personal."""
    return {
        "number": booking.number,
        "status": booking.status,
        "status_label": str(booking.get_status_display()),
        "session": booking.session_id,
        "version": booking.version,
    }


def change(booking: Booking, **values: Any) -> None:
    """Writes the locked booking's new values and counts its version; the figures that it changes are counted anew.

    Raises Conflict when the enterprise has another active booking of the session it comes to.
    """
    before = standing(booking) if COUNTED & values.keys() else None
    for name, value in values.items():
        setattr(booking, name, value)
    booking.version += 1
    try:
        booking.save(update_fields=[*values, "version"])
    except IntegrityError as error:
        raise twice(error) from error
    if before is not None:
        mark_change(booking, before)


def twice(error: IntegrityError) -> Exception:
    """The constraint `booking_active_once_a_session` as a sentence; any other error as it is."""
    if "booking_active_once_a_session" in str(error):
        return Conflict(_("这家企业已预约过该场次，请勿重复预约。"), code="already_booked")
    return error


def record(
    booking: Booking, move: str, *, before: str, by: User | None, note: str = "", data: dict | None = None
) -> BookingStep:
    """Appends an entry to the timeline."""
    return BookingStep.objects.create(
        booking=booking,
        move=move,
        before=before,
        after=booking.status,
        note=note[:500],
        data=data or {},
        by=by,
    )
