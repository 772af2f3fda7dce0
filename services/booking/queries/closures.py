"""Closures of a station or an institution, and the bookings that each hit."""

from dataclasses import dataclass

from django.db.models import Count

from ...stations.models import Institution, ServiceStation
from ..models import Booking, Closure, ClosureHit, ServiceSession, WaitingOffer

LATEST = 50


@dataclass(frozen=True)
class HitRow:
    """A booking that a closure hit: the session offered instead, and whether the answer is still awaited, given, or
    nothing was free."""

    booking: Booking
    offered: ServiceSession | None
    is_open: bool
    moved: bool


def closures_of(
    user, *, station: ServiceStation | None = None, institution: Institution | None = None
) -> list[Closure]:
    """The closures of a station or an institution, the latest first, with the number of bookings they hit."""
    place = {"station": station} if station else {"station": None, "institution": institution}
    rows = Closure.objects.visible_to(user).filter(**place).select_related("item", "created_by")
    return list(rows.annotate(hit=Count("hits")).order_by("-starts_at", "-pk")[:LATEST])


def hits_of(user, closure: Closure) -> list[HitRow]:
    """Whom a closure hit, among the bookings that the user sees. Two queries."""
    rows = (
        ClosureHit.objects.visible_to(user)
        .filter(closure=closure)
        .select_related(
            "booking__enterprise", "booking__session__station", "booking__session__item", "offered__station"
        )
    )
    rows = list(rows)
    open_offers = set(
        WaitingOffer.objects.filter(
            booking__in=[row.booking_id for row in rows], state=WaitingOffer.State.OPEN
        ).values_list("booking_id", "session_id")
    )
    return [
        HitRow(
            booking=row.booking,
            offered=row.offered,
            is_open=(row.booking_id, row.offered_id) in open_offers,
            moved=row.offered_id is not None and row.booking.session_id == row.offered_id,
        )
        for row in rows
    ]
