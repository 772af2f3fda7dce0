"""What time does by itself: offers lapse, nobody came, nobody confirmed, a visit is near. Each booking in its own
transaction; doing it twice changes nothing."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, F, IntegerField, OuterRef
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.kit.problems import Conflict

from .. import messages
from ..models import Booking, BookingStep, PendingMessage, WaitingOffer
from ..rules import states
from ..rules.windows import reminder_due
from ..terms import windows
from .guard import action, locked, record
from .keys import keep_promise
from .moves import cancel, decline, no_show

BATCH = 500


def mark_no_shows(*, now: datetime | None = None) -> int:
    """Who was to come to the station and did not check in by 15 minutes after the start (爽约)."""
    now = now or timezone.now()
    late = now - timedelta(minutes=settings.BOOKING_CHECK_IN_AFTER_MINUTES)
    rows = Booking.objects.filter(
        status=states.CONFIRMED, mode="onsite", session__starts_at__lt=late, session__closed_at__isnull=True
    )
    return _each(rows, no_show)


def close_past(*, now: datetime | None = None) -> int:
    """What can no longer happen ends: the line of a session that has begun, what nobody confirmed, and bookings of
    closed sessions that were not moved."""
    now = now or timezone.now()
    begun = Booking.objects.filter(session__starts_at__lte=now)
    without_offer = ~Exists(
        WaitingOffer.objects.filter(booking=OuterRef("pk"), state=WaitingOffer.State.OPEN)
    )
    return (
        _each(begun.filter(without_offer, status=states.WAITING), cancel, reason=_("场次已开始，候补结束。"))
        + _each(begun.filter(status=states.PENDING), decline, reason=_("场次开始前未能确认，敬请谅解。"))
        + _each(
            begun.filter(without_offer, status=states.CONFIRMED, session__closed_at__isnull=False),
            cancel,
            reason=_("场次停止服务，未改期。"),
        )
    )


def send_reminders(*, now: datetime | None = None) -> int:
    """Reminds of what is within the next 24 hours, once each: the step and the message are written together."""
    now = now or timezone.now()
    sequence = Cast(KeyTextTransform("sequence", "data"), IntegerField())
    reminded = BookingStep.objects.filter(booking=OuterRef("pk"), move="remind").filter(
        Exact(sequence, OuterRef("calendar_sequence"))
    )
    ahead = timedelta(hours=settings.BOOKING_REMIND_HOURS)
    rows = Booking.objects.filter(
        ~Exists(reminded),
        status=states.CONFIRMED,
        session__starts_at__gt=now,
        session__starts_at__lte=now + ahead,
        session__closed_at__isnull=True,
        created_at__lt=F("session__starts_at") - ahead,
    )
    return sum(_remind(row, now=now) for row in rows.order_by("session__starts_at", "pk")[:BATCH])


def hand_on_messages(*, limit: int = 500) -> int:
    """Hands the messages of new bookings to the notices. Returns how many; two workers never take the same one."""
    count = 0
    while count < limit and _hand_on():
        count += 1
    return count


@action
def _hand_on() -> bool:
    row = PendingMessage.objects.select_for_update(skip_locked=True, of=("self",)).order_by("pk").first()
    if row is None:
        return False
    booking = Booking.objects.select_related(
        "session__station", "session__item", "enterprise", "district"
    ).get(pk=row.booking_id)
    messages.tell(booking, row.event, key="book")
    keep_promise(row)
    row.delete()
    return True


@action
def _remind(booking: Booking, *, now: datetime) -> bool:
    booking = locked(booking)
    due = reminder_due(booking.created_at, booking.session.starts_at, now, windows())
    told = booking.timeline.filter(move="remind", data__sequence=booking.calendar_sequence).exists()
    if booking.status != states.CONFIRMED or told or not due:
        return False
    record(booking, "remind", before=booking.status, by=None, data={"sequence": booking.calendar_sequence})
    messages.tell(booking, "remind", key=f"remind:{booking.calendar_sequence}")
    return True


def _each(rows, move, **more) -> int:
    """Makes the move for each; who moved meanwhile is left alone."""
    count = 0
    for booking in rows.order_by("pk")[:BATCH]:
        try:
            move(booking=booking, by=None, **more)
            count += 1
        except Conflict:
            continue
    return count
