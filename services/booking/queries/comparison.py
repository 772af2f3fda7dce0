"""All stations side by side: fill rate, lead time, no-shows, satisfaction, by station, item, institution or chain."""

import datetime
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.db.models import Avg, Count, F, Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from ..models import Booking, ServiceSession
from ..rules import figures, states
from ..rules.calendar import DAY
from ..rules.figures import Counts
from .layers import midnight

# by → (columns of a session, columns of a booking); a chain is the enterprise's, so it has no capacity of its own.
GROUPS: dict[str, tuple[tuple[str, str] | None, tuple[str, str]]] = {
    "station": (("station__code", "station__name"), ("session__station__code", "session__station__name")),
    "item": (("item__code", "item__name"), ("session__item__code", "session__item__name")),
    "institution": (
        ("institution__code", "institution__name"),
        ("session__institution__code", "session__institution__name"),
    ),
    "chain": (None, ("enterprise__memberships__chain__code", "enterprise__memberships__chain__name")),
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

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def comparison(user, *, first: datetime.date, last: datetime.date, by: str = "station") -> list[Line]:
    """The lines of the comparison for sessions from `first` to `last`, in the order of their codes; two queries.

    `by` is one of GROUPS. Cancelled bookings are counted apart, not left out. For a leader or the bureau: the own
    district; a station or institution sees the own rows.
    """
    span = {"starts_at__gte": midnight(first), "starts_at__lt": midnight(last + DAY)}
    session_key, booking_key = GROUPS[by]
    found: dict[str, tuple[str, Counts]] = {}
    for row in _bookings(user, booking_key, span):
        found[row["code"]] = (row["name"], _counts(row))
    if session_key:
        for row in _sessions(user, session_key, span):
            name, counts = found.get(row["code"], (row["name"], Counts()))
            found[row["code"]] = (name, replace(counts, capacity=row["capacity"], booked=row["booked"]))
    return [line(code, *found[code]) for code in sorted(found)]


def line(code: str, name: str, counts: Counts) -> Line:
    return Line(code, name, counts, **{field: formula(counts) for field, formula in FORMULAS.items()})


def total(lines: list[Line]) -> Line:
    """All lines as one. For chains it counts an enterprise once a chain, so it is no district total."""
    sums = Counts()
    for row in lines:
        sums = Counts(**{name: value + getattr(row.counts, name) for name, value in asdict(sums).items()})
    return line("", str(_("合计")), sums)


def _sessions(user, key: tuple[str, str], span: dict):
    code, name = key
    rows = ServiceSession.objects.filter(closed_at__isnull=True, **span, **{f"{code}__isnull": False})
    if not user.scope.is_admin:
        scope = user.scope
        rows = rows.filter(
            Q(district_id__in=scope.districts)
            | Q(station__town_id__in=scope.towns)
            | Q(institution__code__in=scope.institutions)
        )
    return (
        rows.order_by()
        .values(code=F(code), name=F(name))
        .annotate(capacity=Coalesce(Sum("capacity"), 0), booked=Coalesce(Sum("booked"), 0))
    )


def _bookings(user, key: tuple[str, str], span: dict):
    code, name = key
    rows = Booking.objects.visible_to(user).filter(
        **{f"session__{field}": value for field, value in span.items()}, **{f"{code}__isnull": False}
    )
    if code.startswith("enterprise__memberships"):
        rows = rows.filter(enterprise__memberships__ended_on__isnull=True)
    held = Q(status__in=states.HOLDING)
    return (
        rows.order_by()
        .values(code=F(code), name=F(name))
        .annotate(
            bookings=Count("pk"),
            served=Count("pk", filter=Q(status__in=(states.COMPLETED, states.RATED))),
            no_shows=Count("pk", filter=Q(status=states.NO_SHOW)),
            cancelled=Count("pk", filter=Q(status=states.CANCELLED)),
            declined=Count("pk", filter=Q(status=states.DECLINED)),
            waiting=Count("pk", filter=Q(status=states.WAITING)),
            rated=Count("rating"),
            scores=Coalesce(Sum("rating__score"), 0),
            lead_count=Count("pk", filter=held & Q(is_walk_in=False)),
            lead=Avg(F("session__starts_at") - F("created_at"), filter=held & Q(is_walk_in=False)),
        )
    )


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
