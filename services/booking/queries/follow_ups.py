"""Low ratings that are followed up, from what the user sees."""

from django.db.models import Exists, OuterRef, QuerySet

from ...stations.models import Institution, ServiceStation
from ..models import Booking, FollowUp

LATEST = 20


def follow_ups(
    user, *, station: ServiceStation | None = None, institution: Institution | None = None
) -> QuerySet[FollowUp]:
    """Follow-ups in the user's scope, of a station or an institution."""
    seen = Booking.objects.visible_to(user).filter(pk=OuterRef("booking"))
    if station:
        seen = seen.filter(session__station=station)
    if institution:
        seen = seen.filter(session__institution=institution)
    return FollowUp.objects.filter(Exists(seen))


def open_follow_ups(user, **place) -> QuerySet[FollowUp]:
    """Those that still wait for somebody, oldest first."""
    return _with_rows(follow_ups(user, **place).filter(closed_at__isnull=True).order_by("opened_at", "pk"))


def closed_follow_ups(user, **place) -> QuerySet[FollowUp]:
    """The last ones that were seen to."""
    return _with_rows(follow_ups(user, **place).filter(closed_at__isnull=False).order_by("-closed_at"))[
        :LATEST
    ]


def _with_rows(rows: QuerySet[FollowUp]) -> QuerySet[FollowUp]:
    return rows.select_related(
        "booking__session__station",
        "booking__session__item",
        "booking__enterprise",
        "booking__rating",
        "closed_by",
    )
