"""The rows behind the figures of the comparison: bookings and sessions whose count or sum is the figure."""

from dataclasses import dataclass

from django.db.models import Avg, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from enterprises.registry.models import Enterprise
from enterprises.registry.queries import found

from ..models import Booking, ServiceSession
from ..rules import states
from .bookings import with_places
from .comparison import AHEAD, Period, sessions_of
from .on_chains import on_a_chain

FIGURES: dict[str, tuple] = {  # code → (what the rows are, which bookings they are)
    "bookings": (_("全部预约"), Q()),
    "ahead": (_("提前预约并占用名额"), AHEAD),
    "served": (_("已办结"), Q(status__in=(states.COMPLETED, states.RATED))),
    "no_shows": (_("爽约"), Q(status=states.NO_SHOW)),
    "due": (_("应到场（已办结和爽约）"), Q(status__in=(states.COMPLETED, states.RATED, states.NO_SHOW))),
    "rated": (_("有评价"), Q(rating__isnull=False)),
    "low": (_("低分评价（2 分及以下）"), Q(rating__score__lte=2)),
    "cancelled": (_("已取消"), Q(status=states.CANCELLED)),
    "waiting": (_("候补中"), Q(status=states.WAITING)),
}


@dataclass(frozen=True)
class Narrowed:
    """What narrows the rows besides the period: codes, a state, words of a number or an enterprise's name."""

    institution: str = ""
    chain: str = ""
    status: str = ""
    search: str = ""
    on_chains: bool = False
    with_institution: bool = False


def bookings_behind(user, period: Period, figure: str, by: Narrowed) -> QuerySet[Booking]:
    """The bookings that a figure counts, in the user's scope, with what a row names. `figure` is one of FIGURES."""
    rows = Booking.objects.visible_to(user).filter(FIGURES[figure][1], **period.of_sessions("session__"))
    if by.institution:
        rows = rows.filter(session__institution__code=by.institution)
    if by.status:
        rows = rows.filter(status=by.status)
    if by.chain:
        rows = rows.filter(on_a_chain(by.chain))
    if by.on_chains:
        rows = rows.filter(on_a_chain())
    if by.with_institution:
        rows = rows.filter(session__institution__isnull=False)
    if by.search:
        named = found(Enterprise.objects.all(), by.search)
        rows = rows.filter(
            Q(number__startswith=by.search.upper()) | Q(enterprise__in=named.order_by().values("pk"))
        )
    return with_places(rows).select_related("rating")


def averages(rows: QuerySet[Booking]) -> dict:
    """The mean score and the mean time from request to session of these bookings; None where there is nothing."""
    return rows.order_by().aggregate(
        score=Avg("rating__score"), lead=Avg(F("session__starts_at") - F("created_at"), filter=AHEAD)
    )


def sessions_behind(
    user, period: Period, *, institution: str = "", with_institution: bool = False
) -> QuerySet[ServiceSession]:
    """The sessions whose places a fill rate compares, with what a row names."""
    rows = sessions_of(user, period)
    if institution:
        rows = rows.filter(institution__code=institution)
    if with_institution:
        rows = rows.filter(institution__isnull=False)
    return rows.select_related("station", "item", "institution")


def places(rows: QuerySet[ServiceSession]) -> dict[str, int]:
    """Places offered and taken of these sessions."""
    return rows.order_by().aggregate(capacity=Coalesce(Sum("capacity"), 0), booked=Coalesce(Sum("booked"), 0))
