"""Moving a booking to another session; number and check-in code stay."""

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.kit.problems import Invalid

from .. import messages
from ..models import Booking, ServiceSession, WaitingOffer
from ..queries.alternatives import nearest_alternatives
from ..rules import states
from .booking import require_fit
from .guard import action, actors_of, change, locked_with_sessions, record, require_move
from .places import PLACE_FIELDS, SessionFull, end_offer, release, take, why_not


def reschedule(*, booking: Booking, by: User, session: int, version: int | None = None) -> Booking:
    """A booking moves to another session; its old place goes to the next in line.

    The two sessions are locked in id order. A full target raises SessionFull (409) with alternatives and the old
    booking stays as it was. The calendar file's SEQUENCE counts on. An enterprise keeps to the notice period, except
    when its session was closed.
    """
    try:
        return _reschedule(booking=booking, by=by, session_id=session, version=version)
    except SessionFull as full:
        full.alternatives = nearest_alternatives(full.session, enterprise=booking.enterprise_id)
        raise


@action
def _reschedule(*, booking: Booking, by: User, session_id: int, version: int | None) -> Booking:
    now = timezone.now()
    booking, offer = locked_with_sessions(booking, session_id)
    require_move("reschedule", booking, by, now=now, version=version, has_offer=offer is not None)
    old = booking.session
    target = (
        ServiceSession.objects.select_related("station", "item", "institution").filter(pk=session_id).first()
    )
    if target is None:
        raise Invalid({"session": _("没有这个场次。")})
    if target.pk == old.pk:
        raise Invalid({"session": _("已预约的就是这个场次，请选择其他时间。")})
    require_fit(target, booking.enterprise, booking.mode)
    if offer is not None and offer.session_id == target.pk:
        end_offer(offer, WaitingOffer.State.TAKEN)  # the place held for this booking
    else:
        if not take(target, now=now):
            target.refresh_from_db(fields=PLACE_FIELDS)
            raise why_not(target, now=now) or SessionFull(target)
        if offer is not None:
            end_offer(offer, WaitingOffer.State.REFUSED)
            release(offer.session, now=now)
    before = booking.status
    by_desk = not actors_of(by, booking).isdisjoint(states.DESK)
    status = states.CONFIRMED if by_desk else states.confirmed_at_once(target.item.needs_confirmation)
    change(
        booking,
        session=target,
        status=status,
        confirmed_at=now if status == states.CONFIRMED else None,
        calendar_sequence=booking.calendar_sequence + 1,
    )
    release(old, now=now)
    record(booking, "reschedule", before=before, by=by, data={"from": old.pk, "session": target.pk})
    messages.tell(booking, "reschedule", key=f"reschedule:{booking.calendar_sequence}")
    return booking
