"""The waiting list: a freed place is offered in turn and for a time; the answer turns the hold into a booking."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.kit.problems import Conflict

from .. import messages
from ..models import Booking, ServiceSession, WaitingOffer
from ..rules import states
from .guard import action, change, locked_with_sessions, record, require_move
from .places import end_offer, leave_line, release

State = WaitingOffer.State


@action
def answer_offer(*, booking: Booking, by: User | None, accept: bool, version: int | None = None) -> Booking:
    """The enterprise answers an offered place: yes makes it a booking in place, no leaves the list.

    An offer after a closure names another session: yes moves the booking there, no cancels it. Raises Conflict
    `offer_lapsed` when the deadline has passed, `move_closed` when nothing is on offer.
    """
    now = timezone.now()
    booking, offer = locked_with_sessions(booking)
    code = "accept_offer" if accept else "refuse_offer"
    require_move(code, booking, by, now=now, version=version, has_offer=offer is not None)
    if offer.expires_at <= now:
        raise Conflict(_("答复期限已过，名额已让出。"), code="offer_lapsed")
    before = booking.status
    if not accept:
        sequence = booking.calendar_sequence + 1
        change(booking, status=states.CANCELLED, ended_at=now, calendar_sequence=sequence)
        end_offer(offer, State.REFUSED)
        give_up(booking.session, before, now=now)
        release(offer.session, now=now)
        record(booking, code, before=before, by=by)
        return booking
    end_offer(offer, State.TAKEN)
    old = booking.session
    session = ServiceSession.objects.select_related("station", "item", "institution").get(pk=offer.session_id)
    status = states.confirmed_at_once(session.item.needs_confirmation)
    moved = (
        {"session": session, "calendar_sequence": booking.calendar_sequence + 1}
        if old.pk != session.pk
        else {}
    )
    change(booking, status=status, confirmed_at=now if status == states.CONFIRMED else None, **moved)
    give_up(old, before, now=now)
    record(booking, code, before=before, by=by, data={"session": session.pk, "from": old.pk})
    messages.tell(booking, status, key=f"offer-taken:{offer.pk}")
    return booking


def give_up(session: ServiceSession, before: str, *, now: datetime) -> None:
    """What a booking had in a session goes: its place to the next, or its place in line. `before` is the state it had;
    the new one is written already, so that the place is not offered to the same booking. The session is locked."""
    if before == states.WAITING:
        leave_line(session.pk)
    elif before in states.HOLDING:
        release(session, now=now)


def lapse_offers(*, now: datetime | None = None, limit: int = 200) -> int:
    """Offers whose deadline has passed end; each place goes to the next in line. Returns how many lapsed.

    Called by beat; each offer in its own transaction, and an offer answered meanwhile stays answered.
    """
    now = now or timezone.now()
    due = (
        WaitingOffer.objects.filter(state=State.OPEN, expires_at__lte=now)
        .select_related("booking")
        .order_by("expires_at")[:limit]
    )
    return sum(_lapse(offer.booking, offer.pk, now=now) for offer in list(due))


@action
def _lapse(booking: Booking, offer_id: int, *, now: datetime) -> bool:
    try:
        booking, offer = locked_with_sessions(booking)
    except Conflict:
        return False  # moved or answered this moment
    if offer is None or offer.pk != offer_id:
        return False
    before = booking.status
    end_offer(offer, State.LAPSED)
    if booking.status == states.WAITING:
        leave_line(booking.session_id)
        change(booking, status=states.CANCELLED, ended_at=now)
    release(offer.session, now=now)
    record(booking, "offer_lapsed", before=before, by=None)
    messages.tell(booking, "offer_lapsed", key=f"offer-lapsed:{offer.pk}")
    return True
