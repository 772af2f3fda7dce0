"""On which chains a booking counts: those on which the enterprise stood on the day of the request.

So what is gone by stays as it was when an enterprise takes its place on another chain, as with deals (domain.md).
"""

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q

from enterprises.registry.models import ChainMembership

REQUESTED_ON = "created_at__date"


def place_of_the_day(booking: str = "") -> FilteredRelation:
    """The enterprise's places on that day, to be annotated; `booking` is the path to the booking, with `__`.

    Made anew for every query, for a query rewrites the one it is given.
    """
    path = f"{booking}enterprise__memberships"
    return FilteredRelation(path, condition=_on_the_day(F(f"{booking}{REQUESTED_ON}"), f"{path}__"))


def on_a_chain(code: str = "") -> Exists:
    """The condition for bookings that count on this chain, or on any."""
    places = ChainMembership.objects.filter(
        _on_the_day(OuterRef(REQUESTED_ON)), enterprise=OuterRef("enterprise")
    )
    return Exists(places.filter(chain__code=code) if code else places)


def _on_the_day(day: F, place: str = "") -> Q:
    return Q(**{f"{place}started_on__lte": day}) & (
        Q(**{f"{place}ended_on__isnull": True}) | Q(**{f"{place}ended_on__gt": day})
    )
