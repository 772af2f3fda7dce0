"""All stations side by side: fill rate, lead time, no-shows, satisfaction, by station, item, institution or chain."""

import datetime
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.db.models import Avg, Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from ...stations.models import ServiceStation
from ..models import Booking, ServiceSession
from ..rules import figures, states
from ..rules.calendar import DAY
from ..rules.figures import Counts
from .layers import midnight
from .on_chains import on_a_chain, place_of_the_day

# by → (columns of a session, columns of a booking); a chain is the enterprise's, so it has no capacity of its own.
GROUPS: dict[str, tuple[tuple[str, str] | None, tuple[str, str]]] = {
    "station": (("station__code", "station__name"), ("session__station__code", "session__station__name")),
    "item": (("item__code", "item__name"), ("session__item__code", "session__item__name")),
    "institution": (
        ("institution__code", "institution__name"),
        ("session__institution__code", "session__institution__name"),
    ),
    "chain": (None, ("place__chain__code", "place__chain__name")),
}
COLUMNS = {
    "fill_rate": _("满约率"),
    "lead_days": _("平均等候（天）"),
    "no_show_rate": _("爽约率"),
    "satisfaction": _("满意度"),
    "cancel_rate": _("取消率"),
}
FORMULAS: dict[str, Callable[[Counts], float | None]] = {
    "fill_rate": figures.fill_rate,
    "lead_days": figures.lead_days,
    "no_show_rate": figures.no_show_rate,
    "satisfaction": figures.satisfaction,
    "cancel_rate": figures.cancel_rate,
}


@dataclass(frozen=True)
class Line:
    """One station (or item, institution, chain) of the comparison; a rate is None where there is no base."""

    code: str
    name: str
    counts: Counts
    fill_rate: float | None
    lead_days: float | None
    no_show_rate: float | None
    satisfaction: float | None
    cancel_rate: float | None


@dataclass(frozen=True)
class Period:
    """The days of the sessions that are compared, both included, narrowed to a station or an item (codes)."""

    first: datetime.date
    last: datetime.date
    station: str = ""
    item: str = ""

    def of_sessions(self, prefix: str = "") -> dict[str, Any]:
        """As a filter of sessions; with `prefix` of bookings."""
        span = {"starts_at__gte": midnight(self.first), "starts_at__lt": midnight(self.last + DAY)}
        codes = {"station__code": self.station, "item__code": self.item}
        given = span | {name: value for name, value in codes.items() if value}
        return {f"{prefix}{name}": value for name, value in given.items()}


def comparison(user, period: Period, *, by: str = "station") -> list[Line]:
    """The lines of the comparison for the sessions of a period; three queries at most.

    `by` is one of GROUPS. Cancelled bookings are counted apart, not left out. For a leader or the bureau: the own
    district, every station of it; a station or institution sees the own rows.
    """
    session_key, booking_key = GROUPS[by]
    found: dict[str, tuple[str, Counts]] = {}
    if by == "station" and not period.station:
        found = {code: (name, Counts()) for code, name in _stations(user)}
    for row in _grouped(_bookings(user, period), booking_key):
        found[row["code"]] = (row["name"], _counts(row))
    if session_key:
        for row in _places(sessions_of(user, period), session_key):
            name, counts = found.get(row["code"], (row["name"], Counts()))
            found[row["code"]] = (name, replace(counts, capacity=row["capacity"], booked=row["booked"]))
    return [line(code, *found[code]) for code in (found if by == "station" else sorted(found))]


def total(user, period: Period, lines: list[Line], *, by: str) -> Line:
    """All of the comparison as one line. An enterprise on two chains counts once here; else it is the lines' sum."""
    if by == "chain":
        return line("", str(_("合计")), _counts(_bookings(user, period, on_chains=True).aggregate(**FIGURES)))
    sums = Counts()
    for row in lines:
        sums = Counts(**{name: value + getattr(row.counts, name) for name, value in asdict(sums).items()})
    return line("", str(_("合计")), sums)


def line(code: str, name: str, counts: Counts) -> Line:
    return Line(code, name, counts, **{field: formula(counts) for field, formula in FORMULAS.items()})


def sessions_of(user, period: Period) -> QuerySet[ServiceSession]:
    """The sessions whose places are counted: not closed, in the user's scope."""
    return _own(user, ServiceSession.objects.filter(closed_at__isnull=True, **period.of_sessions()))


def _own(user, rows: QuerySet[ServiceSession]) -> QuerySet[ServiceSession]:
    scope = user.scope
    if scope.is_admin:
        return rows
    return rows.filter(
        Q(district_id__in=scope.districts)
        | Q(station__town_id__in=scope.towns)
        | Q(institution__code__in=scope.institutions)
    )


def _stations(user) -> list[tuple[str, str]]:
    """The stations that stand side by side, in their order, those without any session included."""
    rows, scope = ServiceStation.objects.filter(closed_on__isnull=True), user.scope
    if not scope.is_admin:
        rows = rows.filter(Q(district_id__in=scope.districts) | Q(town_id__in=scope.towns))
    return list(rows.values_list("code", "name"))


def _places(sessions: QuerySet[ServiceSession], key: tuple[str, str]):
    code, name = key
    return (
        sessions.filter(**{f"{code}__isnull": False})
        .order_by()
        .values(code=F(code), name=F(name))
        .annotate(capacity=Coalesce(Sum("capacity"), 0), booked=Coalesce(Sum("booked"), 0))
    )


HELD = Q(status__in=states.HOLDING)
AHEAD = HELD & Q(is_walk_in=False)  # bookings that were made ahead of the visit
FIGURES = {
    "bookings": Count("pk"),
    "served": Count("pk", filter=Q(status__in=(states.COMPLETED, states.RATED))),
    "no_shows": Count("pk", filter=Q(status=states.NO_SHOW)),
    "cancelled": Count("pk", filter=Q(status=states.CANCELLED)),
    "declined": Count("pk", filter=Q(status=states.DECLINED)),
    "waiting": Count("pk", filter=Q(status=states.WAITING)),
    "rated": Count("rating"),
    "scores": Coalesce(Sum("rating__score"), 0),
    "lead_count": Count("pk", filter=AHEAD),
    "lead": Avg(F("session__starts_at") - F("created_at"), filter=AHEAD),
}


def _bookings(user, period: Period, *, on_chains: bool = False) -> QuerySet[Booking]:
    rows = Booking.objects.visible_to(user).filter(**period.of_sessions("session__"))
    return rows.filter(on_a_chain()) if on_chains else rows


def _grouped(rows: QuerySet[Booking], key: tuple[str, str]):
    code, name = key
    rows = rows.annotate(place=place_of_the_day()) if code.startswith("place") else rows
    rows = rows.filter(**{f"{code}__isnull": False})
    return rows.order_by().values(code=F(code), name=F(name)).annotate(**FIGURES)


def _counts(row: dict) -> Counts:
    hours = row["lead"].total_seconds() / 3600 * row["lead_count"] if row["lead"] else 0.0
    names = (
        "bookings",
        "served",
        "no_shows",
        "cancelled",
        "declined",
        "waiting",
        "rated",
        "scores",
        "lead_count",
    )
    return Counts(**{name: row[name] for name in names}, lead_hours=hours)
