"""The station's board of a day, its week, the queue, and what the screen shows."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from ...stations.models import Institution, ServiceStation
from ..models import Booking, ServiceSession
from ..rules import states
from ..rules.calendar import DAY
from .layers import midnight


@dataclass(frozen=True)
class BoardSession:
    """A session of the day with its bookings, those who gave up not among them."""

    session: ServiceSession
    bookings: list[Booking]


@dataclass(frozen=True)
class Board:
    """A day of a station or an institution: sessions in order, the queue (checked in, not called), who was called and
    not served yet, who is being served, and how many bookings stand in each state."""

    day: datetime.date
    sessions: list[BoardSession]
    queue: list[Booking]
    called: list[Booking]
    serving: list[Booking]
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not self.sessions


SHOWN = states.HOLDING | {states.WAITING}


def board(station: ServiceStation, day: datetime.date, *, user) -> Board:
    """The board of a station and day; the user sees the bookings of the own scope. Two queries."""
    return _board(day, _of_day(ServiceSession.objects.filter(station=station), day, user))


def institution_board(institution: Institution, day: datetime.date, *, user) -> Board:
    """The day of a technical institution, at whatever station. Two queries."""
    return _board(day, _of_day(ServiceSession.objects.filter(institution=institution), day, user))


@dataclass(frozen=True)
class WeekDay:
    day: datetime.date
    sessions: list[ServiceSession]

    @property
    def capacity(self) -> int:
        return sum(row.capacity for row in self.sessions if row.closed_at is None)

    @property
    def booked(self) -> int:
        return sum(row.booked for row in self.sessions if row.closed_at is None)


def week(
    station: ServiceStation | None, day: datetime.date, *, institution: Institution | None = None
) -> list[WeekDay]:
    """The seven days (Monday first) around `day` with the sessions of a station or an institution; one query."""
    monday = day - datetime.timedelta(days=day.weekday())
    place = {"station": station} if station else {"institution": institution}
    rows = (
        ServiceSession.objects.filter(
            **place, starts_at__gte=midnight(monday), starts_at__lt=midnight(monday + 7 * DAY)
        )
        .select_related("station", "item", "institution", "member")
        .order_by("starts_at", "item__position", "pk")
    )
    by_day: dict[datetime.date, list[ServiceSession]] = {}
    for row in rows:
        by_day.setdefault(timezone.localtime(row.starts_at).date(), []).append(row)
    return [WeekDay(monday + n * DAY, by_day.get(monday + n * DAY, [])) for n in range(7)]


@dataclass(frozen=True)
class Ticket:
    """What the screen shows of somebody: the ticket code and where, never a name."""

    code: str
    item: str
    state: str
    called_at: datetime.datetime | None


def display(station: ServiceStation, *, now: datetime.datetime | None = None) -> list[Ticket]:
    """The screen of a station: who was called (latest first), who is being served, who waits. One query."""
    today = timezone.localdate(now or timezone.now())
    rows = (
        Booking.objects.filter(
            session__station=station,
            session__starts_at__gte=midnight(today),
            session__starts_at__lt=midnight(today + DAY),
            status__in=(states.CHECKED_IN, states.IN_SERVICE),
        )
        .order_by("session__starts_at", "checked_in_at", "pk")
        .values_list("ticket", "session__item__name", "status", "called_at")
    )
    tickets = [
        Ticket(
            ticket,
            item,
            "serving" if status == states.IN_SERVICE else "called" if called_at else "waiting",
            called_at,
        )
        for ticket, item, status, called_at in rows
    ]
    order = {"called": 0, "serving": 1, "waiting": 2}
    return sorted(
        tickets, key=lambda row: (order[row.state], -(row.called_at.timestamp() if row.called_at else 0))
    )


def _of_day(sessions: QuerySet[ServiceSession], day: datetime.date, user) -> list[ServiceSession]:
    shown = (
        Booking.objects.visible_to(user).filter(status__in=SHOWN).select_related("enterprise").order_by("pk")
    )
    return list(
        sessions.filter(starts_at__gte=midnight(day), starts_at__lt=midnight(day + DAY))
        .select_related("station", "item", "institution", "member")
        .prefetch_related(Prefetch("bookings", shown, to_attr="shown"))
        .order_by("starts_at", "item__position", "pk")
    )


def _board(day: datetime.date, rows: Iterable[ServiceSession]) -> Board:
    sessions = []
    for row in rows:
        for booking in row.shown:
            booking.session = row  # already read: no query a row
        sessions.append(BoardSession(row, row.shown))
    everyone = [booking for row in sessions for booking in row.bookings]
    arrived = [row for row in everyone if row.status == states.CHECKED_IN]
    arrived.sort(key=lambda row: (row.session.starts_at, row.checked_in_at, row.pk))
    counts: dict[str, int] = {}
    for booking in everyone:
        counts[booking.status] = counts.get(booking.status, 0) + 1
    return Board(
        day=day,
        sessions=sessions,
        queue=[row for row in arrived if row.called_at is None],
        called=[row for row in arrived if row.called_at is not None],
        serving=[row for row in everyone if row.status == states.IN_SERVICE],
        counts=counts,
    )
