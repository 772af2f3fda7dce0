"""What an enterprise has before it: offers to answer, visits to come, visits to rate."""

from django.db.models import Prefetch

from ..models import Booking, WaitingOffer
from ..rules.states import ACTIVE, COMPLETED
from .bookings import mine

LIMIT = 4


def coming(user, *, limit: int = LIMIT) -> list[Booking]:
    """The bookings of the user's enterprises that are not over or wait for a rating, the soonest first.

    Each with `open_offers`; two queries.
    """
    offers = WaitingOffer.objects.filter(state=WaitingOffer.State.OPEN).select_related("session__station")
    rows = mine(user).filter(status__in=ACTIVE | {COMPLETED})
    rows = rows.prefetch_related(Prefetch("offers", offers, to_attr="open_offers"))
    return list(rows.order_by("session__starts_at", "pk")[:limit])
