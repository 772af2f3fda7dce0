"""The keys that booking leaves for the figures (../metrics.py), in the transaction that changed the rows.

A booking counts on its session's day, and besides on the day of the request and of its result; `rules.figures` says
in which figures. What it leaves and what it comes to are both counted anew.
"""

import datetime
from collections.abc import Iterable

from django.utils import timezone

from portal.metrics.actions import mark_dirty, mark_exactly, promised_by
from portal.metrics.actions.dirty import Key
from portal.metrics.rules import CEILING

from ..models import Booking, PendingMessage, ServiceSession
from ..rules import states
from ..rules.calendar import DAY
from ..rules.figures import counted_as

TAKEN = "session_places_taken"
Place = tuple[str, datetime.date, int]  # figure, day, session


def day_of(session: ServiceSession) -> datetime.date:
    """The day on which a session, and what is booked of it, counts."""
    return timezone.localdate(session.starts_at)


def of_new(status: str, day: datetime.date, asked_on: datetime.date, *, is_walk_in: bool = False) -> set[Key]:
    """The keys of a new booking: its status as it was made, its session's day, and the day of the request."""
    keys = {(code, day) for code in counted_as(status, is_walk_in=is_walk_in)}
    if status in states.HOLDING:
        keys.add((TAKEN, day))
    return {*keys, ("bookings_made", asked_on)}


def mark_walk_in(booking: Booking) -> None:
    """Somebody was booked at the desk: nobody is told, so no message promises the keys."""
    asked_on = timezone.localdate(booking.created_at)
    mark_exactly(of_new(booking.status, day_of(booking.session), asked_on, is_walk_in=True))


@promised_by("booking", TAKEN)
def of_pending_messages() -> set[Key]:
    """The keys of the bookings of the last seconds: the sale writes its message instead of them (selling.py)."""
    rows = PendingMessage.objects.order_by().values_list("event", "counts_on", "created_at__date").distinct()
    return {key for row in rows for key in of_new(*row)}


def keep_promise(message: PendingMessage) -> None:
    """The message goes: its booking's keys are written in the same transaction."""
    mark_exactly(of_new(message.event, message.counts_on, timezone.localdate(message.created_at)))


def standing(booking: Booking) -> set[Place]:
    """Where a booking counts as it stands: taken before a change, and handed to `mark_change` after it.

    One that moves to another session counts anew even on the same day, for its lead time is another.
    """
    day, session = day_of(booking.session), booking.session_id
    return {(code, day, session) for code in counted_as(booking.status, is_walk_in=booking.is_walk_in)}


def mark_change(booking: Booking, before: set[Place]) -> None:
    """The booking stands elsewhere than it did, or has a result."""
    keys = {(code, day) for code, day, _session in before ^ standing(booking)}
    if any(session != booking.session_id for _code, _day, session in before):  # perhaps in another town
        keys.add(("bookings_made", timezone.localdate(booking.created_at)))
    if booking.status == states.COMPLETED:
        keys.add(("bookings_completed", timezone.localdate(booking.completed_at)))
    mark_exactly(keys)


def mark_taken(session: ServiceSession) -> None:
    """A place was taken or given back."""
    mark_exactly([(TAKEN, day_of(session))])


def mark_sessions(name: str, starts: Iterable[datetime.datetime]) -> None:
    """Sessions that begin at these moments came, went, opened or closed ("session") or have other places."""
    mark_dirty(name, days=[timezone.localdate(at) for at in starts])


def mark_on_chains(enterprises: frozenset[int]) -> None:
    """Enterprises stand on other chains: their bookings count on the chains of the day on which they were asked for.

    A booking that is asked for in this very moment is not seen here; it counts on no earlier day than it is asked for.
    """
    bookings = Booking.objects.filter(enterprise__in=enterprises).order_by()
    days: set[datetime.date] = set()
    for moment in ("created_at", "completed_at", "session__starts_at"):
        days |= set(bookings.values_list(f"{moment}__date", flat=True).distinct())
    mark_dirty("booking", days=days)
    mark_dirty("booking", days=(timezone.localdate() - DAY, CEILING))
