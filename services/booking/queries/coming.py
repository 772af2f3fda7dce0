"""What an enterprise has before it: offers to answer, visits to come, visits to rate."""

from django.db.models import Prefetch

from ..models import Booking, WaitingOffer
from ..rules.states import ACTIVE, COMPLETED
from .bookings import mine, telling_offers

LIMIT = 4


def coming(user, *, limit: int = LIMIT) -> list[Booking]:
    """The bookings of the user's enterprises that are not over or wait for a rating: offers first, then by day.

    Each with `open_offers`; two queries.
    """
    offers = WaitingOffer.objects.filter(state=WaitingOffer.State.OPEN)
    rows = mine(user).filter(status__in=ACTIVE | {COMPLETED})
    rows = telling_offers(rows).prefetch_related(
        Prefetch("offers", offers.select_related("session__station"), to_attr="open_offers")
    )
    return list(rows.order_by("-to_answer", "session__starts_at", "pk")[:limit])
