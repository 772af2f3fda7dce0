"""How the demo's bookings get into the tables: planned in memory, written by COPY, places counted by one statement."""

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import F
from django.utils import timezone

from portal.kit.bulk import copy_rows

from .models import Booking, BookingStep, FollowUp, Rating, ServiceSession
from .rules import states

BOOKING_COLUMNS = (
    "district_id", "number", "session_id", "enterprise_id", "mode", "subject", "note", "contact_name", "contact_phone",
    "status", "check_in_code", "ticket", "is_walk_in", "eligibility_version", "calendar_sequence", "result",
    "booked_by_id", "created_at", "confirmed_at", "checked_in_at", "called_at", "started_at", "completed_at", "ended_at",
    "version",
)  # fmt: skip
STEP_COLUMNS = ("booking_id", "move", "before", "after", "note", "data", "by_id", "at")
RATING_COLUMNS = ("booking_id", "score", "comment", "rated_at")
FOLLOW_UP_COLUMNS = ("booking_id", "opened_at", "outcome", "closed_at", "closed_by_id", "version")
STAMPS = {  # move → the column that keeps its time
    "confirm": "confirmed_at", "check_in": "checked_in_at", "call": "called_at", "start": "started_at",
    "complete": "completed_at", "cancel": "ended_at", "decline": "ended_at", "no_show": "ended_at",
}  # fmt: skip


@dataclass
class Planned:
    """A booking as it went: `step` moves it on and keeps its timeline and times as the actions would have."""

    session: ServiceSession
    enterprise: int
    mode: str
    subject: str
    note: str
    contact: tuple[str, str]
    code: str
    created_at: datetime.datetime
    booked_by: int | None = None
    status: str = ""
    ticket: str = ""
    outcome: str = ""  # the result that it will have once it is completed
    result: str = ""
    is_walk_in: bool = False
    sequence: int = 0
    stamps: dict[str, datetime.datetime] = field(default_factory=dict)
    steps: list[tuple] = field(default_factory=list)
    rating: tuple | None = None
    follow_up: tuple | None = None

    def step(
        self, move: str, status: str | None, at: datetime.datetime, by: int | None = None, **more
    ) -> None:
        after = status or self.status
        self.steps.append((move, self.status, after, more.get("note", ""), more.get("data", {}), by, at))
        self.status = after
        if move == "complete":
            self.result = self.outcome
        if move in STAMPS:
            self.stamps[STAMPS[move]] = at

    def rate(self, score: int, comment: str, at: datetime.datetime) -> None:
        self.step("rate", states.RATED, at, data={"score": score})
        self.rating = (score, comment, at)

    def follow(self, at: datetime.datetime, outcome: str = "", closed_at=None, by: int | None = None) -> None:
        self.step("follow_up", None, at)
        if closed_at:
            self.step("follow_up_closed", None, closed_at, by)
        self.follow_up = (at, outcome, closed_at, by if closed_at else None, 2 if closed_at else 1)

    @property
    def moves(self) -> int:
        """How often an action would have written the row: all steps but those that only add to the timeline."""
        return sum(step[0] not in {"remind", "follow_up", "follow_up_closed", "offer"} for step in self.steps)


def write(district: int, planned: Iterable[Planned]) -> list[int]:
    """Writes the bookings with timeline, ratings and follow-ups, and counts their places. Gives their ids in order."""
    rows = sorted(planned, key=lambda row: row.created_at)
    if not rows:
        return []
    numbers = _numbers(rows)
    copy_rows(
        Booking,
        BOOKING_COLUMNS,
        (_booking(district, row, number) for row, number in zip(rows, numbers, strict=True)),
    )
    ids = dict(Booking.objects.filter(number__in=numbers).values_list("number", "pk"))
    keyed = [(ids[number], row) for row, number in zip(rows, numbers, strict=True)]
    steps = ((pk, *step) for pk, row in keyed for step in row.steps)
    copy_rows(BookingStep, STEP_COLUMNS, sorted(steps, key=lambda step: (step[-1], step[0])))
    copy_rows(Rating, RATING_COLUMNS, ((pk, *row.rating) for pk, row in keyed if row.rating))
    copy_rows(FollowUp, FOLLOW_UP_COLUMNS, ((pk, *row.follow_up) for pk, row in keyed if row.follow_up))
    _count_places(rows)
    return [pk for pk, _row in keyed]


def _numbers(rows: list[Planned]) -> list[str]:
    """As selling.py numbers them: the day of the request and the next of the sequence."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval('services_booking_number') %% 1000000 FROM generate_series(1, %s)", [len(rows)]
        )
        serials = [row[0] for row in cursor.fetchall()]
    days = (timezone.localtime(row.created_at) for row in rows)
    return [f"YY{day:%Y%m%d}-{serial:06d}" for day, serial in zip(days, serials, strict=True)]


def _booking(district: int, row: Planned, number: str) -> tuple:
    stamp = row.stamps.get
    confirmed_at = stamp("confirmed_at")
    if confirmed_at is None and row.steps[0][2] in {states.CONFIRMED, states.CHECKED_IN}:
        confirmed_at = row.created_at
    arrived = row.created_at if row.is_walk_in else stamp("checked_in_at")
    return (
        district, number, row.session.pk, row.enterprise, row.mode, row.subject, row.note, *row.contact, row.status,
        row.code, row.ticket, row.is_walk_in, row.session.item.eligibility_version, row.sequence, row.result,
        row.booked_by, row.created_at, confirmed_at, arrived, stamp("called_at"), stamp("started_at"),
        stamp("completed_at"), stamp("ended_at"), row.moves,
    )  # fmt: skip


def _count_places(rows: list[Planned]) -> None:
    """`booked` and `waiting` follow the new bookings; the database keeps `booked` within the capacity."""
    booked = Counter(row.session.pk for row in rows if row.status in states.HOLDING)
    waiting = Counter(row.session.pk for row in rows if row.status == states.WAITING)
    by_change: dict[tuple[int, int], list[int]] = {}
    for pk in booked.keys() | waiting.keys():
        by_change.setdefault((booked[pk], waiting[pk]), []).append(pk)
    for (more, line), ids in by_change.items():
        ServiceSession.objects.filter(pk__in=ids).update(
            booked=F("booked") + more, waiting=F("waiting") + line
        )
