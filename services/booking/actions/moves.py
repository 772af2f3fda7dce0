"""The moves of a booking, one function each (rules/states.py is their table). `by` None is the system."""

import secrets

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.kit.problems import Invalid
from portal.kit.text import clean_line, clean_text

from .. import messages
from ..models import Booking, WaitingOffer
from ..rules import states
from .booking import next_ticket
from .guard import action, actors_of, change, locked, locked_with_sessions, record, require_move
from .places import end_offer, release
from .waiting import give_up


@action
def confirm(*, booking: Booking, by: User, version: int | None = None) -> Booking:
    """The station confirms a booking (待确认 → 已确认)."""
    booking, now = locked(booking), timezone.now()
    require_move("confirm", booking, by, now=now, version=version)
    before = booking.status
    change(booking, status=states.CONFIRMED, confirmed_at=now)
    record(booking, "confirm", before=before, by=by)
    messages.tell(booking, "confirm", key=f"confirm:{booking.version}")
    return booking


def decline(*, booking: Booking, by: User | None, reason: str = "", version: int | None = None) -> Booking:
    """The station declines what was not confirmed yet, and says why; the place goes to the next in line."""
    return _end(booking, by, "decline", states.DECLINED, reason, version)


def cancel(*, booking: Booking, by: User | None, reason: str = "", version: int | None = None) -> Booking:
    """A booking is given up; its place goes to the next in line. An enterprise keeps to the item's notice period,
    except on the waiting list and when the session was closed."""
    return _end(booking, by, "cancel", states.CANCELLED, reason, version)


@action
def _end(
    booking: Booking, by: User | None, move: str, status: str, reason: str, version: int | None
) -> Booking:
    now = timezone.now()
    reason = clean_line(reason)[:200]
    booking, offer = locked_with_sessions(booking)
    require_move(move, booking, by, now=now, version=version, has_offer=offer is not None)
    before = booking.status
    change(booking, status=status, ended_at=now, calendar_sequence=booking.calendar_sequence + 1)
    if offer is not None:
        end_offer(offer, WaitingOffer.State.REFUSED)
        release(offer.session, now=now)
    give_up(booking.session, before, now=now)
    record(booking, move, before=before, by=by, note=reason)
    messages.tell(booking, move, key=move, detail=reason)
    return booking


@action
def check_in(*, booking: Booking, by: User, code: str | None, version: int | None = None) -> Booking:
    """Somebody arrives (−30 to +15 minutes around the start) and gets a ticket code for the queue.

    `code` is the check-in code. Only the desk may pass None, when it has seen who stands there. Raises Invalid for a
    wrong code, Conflict outside the window.
    """
    booking, now = locked(booking), timezone.now()
    require_move("check_in", booking, by, now=now, version=version)
    at_desk = not actors_of(by, booking).isdisjoint(states.DESK)
    if code is None and not at_desk:
        raise Invalid({"code": _("请填写签到码。")})
    if code is not None and not secrets.compare_digest(
        clean_line(code).encode(), booking.check_in_code.encode()
    ):
        raise Invalid({"code": _("签到码不正确，请核对预约短信或二维码。")})
    before = booking.status
    ticket = next_ticket(booking.session, now=now)
    change(booking, status=states.CHECKED_IN, checked_in_at=now, ticket=ticket)
    record(booking, "check_in", before=before, by=by, data={"ticket": ticket})
    return booking


@action
def start(*, booking: Booking, by: User, version: int | None = None) -> Booking:
    """The service begins. Door and online visits begin without a check-in."""
    booking, now = locked(booking), timezone.now()
    require_move("start", booking, by, now=now, version=version)
    before = booking.status
    change(booking, status=states.IN_SERVICE, started_at=now)
    record(booking, "start", before=before, by=by)
    return booking


@action
def complete(*, booking: Booking, by: User, result: str, version: int | None = None) -> Booking:
    """The service is done, with its result; the enterprise is asked for a rating."""
    booking, now = locked(booking), timezone.now()
    require_move("complete", booking, by, now=now, version=version)
    result = clean_text(result)
    if not 1 <= len(result) <= 500:
        raise Invalid({"result": _("请用 1 至 500 个字填写办理结果。")})
    before = booking.status
    change(
        booking,
        status=states.COMPLETED,
        result=result,
        started_at=booking.started_at or now,
        completed_at=now,
    )
    record(booking, "complete", before=before, by=by, note=result)
    messages.tell(booking, "complete", key="complete", detail=result)
    return booking


@action
def no_show(*, booking: Booking, by: User | None, version: int | None = None) -> Booking:
    """Nobody came by the end of the check-in. Can be undone (`undo_no_show`)."""
    booking, now = locked(booking), timezone.now()
    require_move("no_show", booking, by, now=now, version=version)
    before = booking.status
    change(booking, status=states.NO_SHOW, ended_at=now)
    record(booking, "no_show", before=before, by=by)
    messages.tell(booking, "no_show", key=f"no-show:{booking.version}")
    return booking


@action
def undo_no_show(*, booking: Booking, by: User, version: int | None = None) -> Booking:
    """The enterprise was there after all: the booking is checked in, with a ticket."""
    booking, now = locked(booking), timezone.now()
    require_move("undo_no_show", booking, by, now=now, version=version)
    before = booking.status
    ticket = booking.ticket or next_ticket(booking.session, now=now)
    change(
        booking,
        status=states.CHECKED_IN,
        ended_at=None,
        checked_in_at=booking.checked_in_at or now,
        called_at=None,
        ticket=ticket,
    )
    record(booking, "undo_no_show", before=before, by=by, data={"ticket": ticket})
    return booking
