"""Sessions and bookings as REST shows them, and what of a booking is shown to whom."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from portal.accounts.models import User
from portal.accounts.naming import names_for
from portal.kit.masking import mask_name, mask_phone

from .actions.guard import actors_of, open_moves
from .models import Booking, ServiceSession
from .queries.bookings import place_in_line
from .rules.rights import can_act
from .rules.states import DESK, STEP_LABELS

STATION_SUFFIX = "质量基础设施一站式服务站"


def short_name(name: str) -> str:
    """A station's name without what every one of them is called; other names as they are."""
    return name.removesuffix(STATION_SUFFIX) or name


def local(moment) -> str | None:
    return timezone.localtime(moment).isoformat() if moment else None


def session_row(session: ServiceSession) -> dict[str, Any]:
    return {
        "id": session.pk,
        "station": session.station.code,
        "station_name": session.station.name,
        "item": session.item.code,
        "item_name": session.item.name,
        "institution": session.institution.code if session.institution else None,
        "starts_at": local(session.starts_at),
        "ends_at": local(session.ends_at),
        "capacity": session.capacity,
        "booked": session.booked,
        "free": 0 if session.closed_at else max(session.capacity - session.booked, 0),
        "waiting": session.waiting,
        "closed": session.closed_at is not None,
        "closed_reason": session.closed_reason,
        "version": session.version,
    }


def accepted(booking: Booking) -> dict[str, Any]:
    """The answer to a new booking: what its booker has to know."""
    session = booking.session
    return {
        "number": booking.number,
        "status": booking.status,
        "status_label": str(booking.get_status_display()),
        "check_in_code": booking.check_in_code,
        "session": session.pk,
        "station": session.station.code,
        "station_name": session.station.name,
        "item": session.item.code,
        "item_name": session.item.name,
        "enterprise": booking.enterprise.uscc,
        "starts_at": local(session.starts_at),
        "ends_at": local(session.ends_at),
        "mode": booking.mode,
        "version": booking.version,
    }


def booking_row(booking: Booking, user) -> dict[str, Any]:
    """A row of the list: the contact masked, and absent for who only reads (a leader)."""
    session = booking.session
    row = {
        "number": booking.number,
        "status": booking.status,
        "status_label": str(booking.get_status_display()),
        "session": session.pk,
        "station": session.station.code,
        "station_name": session.station.name,
        "item": session.item.code,
        "item_name": session.item.name,
        "institution": session.institution.code if session.institution else None,
        "enterprise": booking.enterprise.uscc,
        "enterprise_name": booking.enterprise.name,
        "starts_at": local(session.starts_at),
        "ends_at": local(session.ends_at),
        "mode": booking.mode,
        "mode_label": str(booking.get_mode_display()),
        "subject": booking.subject,
        "ticket": booking.ticket,
        "created_at": local(booking.created_at),
        "version": booking.version,
    }
    if can_act(user, booking):
        row["contact_name"] = mask_name(booking.contact_name)
        row["contact_phone"] = mask_phone(booking.contact_phone)
    return row


def booking_detail(booking: Booking, user) -> dict[str, Any]:
    """One booking with its timeline, its place in line, what is on offer, and the moves open to the reader.

    From `queries.bookings.booking_for`. The check-in code is for the enterprise and the desk.
    """
    offer = booking.open_offers[0] if booking.open_offers else None
    rating = getattr(booking, "rating", None)
    name = names_in(booking, user)
    row = booking_row(booking, user) | {
        "note": booking.note,
        "result": booking.result,
        "is_walk_in": booking.is_walk_in,
        "eligibility_version": booking.eligibility_version,
        "bundle": booking.bundle_id,
        "queue_position": place_in_line(booking),
        "offer": offer and offered(offer),
        "confirmed_at": local(booking.confirmed_at),
        "checked_in_at": local(booking.checked_in_at),
        "called_at": local(booking.called_at),
        "started_at": local(booking.started_at),
        "completed_at": local(booking.completed_at),
        "ended_at": local(booking.ended_at),
        "rating": {"score": rating.score, "comment": rating.comment} if rating else None,
        "moves": open_moves(user, booking, has_offer=offer is not None),
        "timeline": [step_row(step, name) for step in booking.timeline.all()],
    }
    if "contact_name" in row:
        row["check_in_code"] = booking.check_in_code
    return row


def offered(offer) -> dict[str, Any]:
    return {
        "session": offer.session_id,
        "station": offer.session.station.code,
        "starts_at": local(offer.session.starts_at),
        "expires_at": local(offer.expires_at),
    }


def names_in(booking: Booking, user) -> Callable[[User | None], str]:
    """How the people of the timeline are called: by name for who serves, by unit for the enterprise and for leaders."""
    serves = user.scope.is_staff or not DESK.isdisjoint(actors_of(user, booking))
    return names_for(user, [step.by for step in booking.timeline.all()], names=serves)


def step_row(step, name: Callable[[User | None], str]) -> dict[str, Any]:
    return {
        "move": step.move,
        "label": str(STEP_LABELS.get(step.move, step.move)),
        "before": step.before,
        "after": step.after,
        "note": step.note,
        "by": name(step.by),
        "at": local(step.at),
    }
