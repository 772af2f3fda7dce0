"""The figures by which stations are compared. Every rate says what is over what; None where there is no base."""

from dataclasses import dataclass

from . import states


@dataclass(frozen=True)
class Counts:
    """What happened in a period. `lead_hours` and `scores` are sums over `lead_count` and `rated` bookings."""

    capacity: int = 0
    booked: int = 0
    bookings: int = 0
    served: int = 0
    no_shows: int = 0
    cancelled: int = 0
    declined: int = 0
    waiting: int = 0
    rated: int = 0
    scores: int = 0
    lead_count: int = 0
    lead_hours: float = 0.0


def share(part: float, whole: float) -> float | None:
    return round(part / whole, 4) if whole else None


def fill_rate(counts: Counts) -> float | None:
    """满约率: places taken ÷ places offered, of sessions that were not closed."""
    return share(counts.booked, counts.capacity)


def no_show_rate(counts: Counts) -> float | None:
    """爽约率: no-shows ÷ (served + no-shows). Cancelled bookings are counted apart: they are not no-shows."""
    return share(counts.no_shows, counts.served + counts.no_shows)


def cancel_rate(counts: Counts) -> float | None:
    """取消率: cancelled ÷ all bookings of the period, cancelled ones included."""
    return share(counts.cancelled, counts.bookings)


def lead_days(counts: Counts) -> float | None:
    """平均等候: from the request to the session's start, in days, over bookings that hold or held a place."""
    return round(counts.lead_hours / counts.lead_count / 24, 2) if counts.lead_count else None


def satisfaction(counts: Counts) -> float | None:
    """满意度: mean score, 1 to 5, over the rated bookings."""
    return round(counts.scores / counts.rated, 2) if counts.rated else None


DUE = frozenset({states.COMPLETED, states.RATED, states.NO_SHOW})


def counted_as(status: str, *, is_walk_in: bool) -> frozenset[str]:
    """The figures (codes of metrics.py) of its session's day in which a booking counts."""
    codes = {"bookings_of_day", "bookings_to_rate" if status == states.COMPLETED else f"bookings_{status}"}
    if status in DUE:
        codes.add("bookings_due")
    if status in states.HOLDING and not is_walk_in:
        codes |= {"bookings_ahead", "booking_lead_hours"}
    return frozenset(codes)


SATISFIED, LOW_SCORE = 4, 2


def needs_follow_up(score: int) -> bool:
    """A rating of 2 or less opens a follow-up."""
    return score <= LOW_SCORE
