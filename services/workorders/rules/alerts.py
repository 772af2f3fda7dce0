"""When somebody is reminded, and which closed orders are called back. Pure."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from hashlib import sha256

from portal.territory.rules import WorkCalendar

from .hours import share_at

HANDLER, TOWN, BUREAU, LEADER = "handler", "town", "bureau", "leader"
DEFAULTS: tuple[tuple[int, str], ...] = (
    (75, HANDLER),
    (100, HANDLER),
    (100, TOWN),
    (150, BUREAU),
    (200, LEADER),
)
"""What holds where a district has set nothing: per cent of a clock's time, and who is reminded then."""
SAMPLE = 10  # one closed order in so many is called back, at least (casework.md, 12345 practice)


def due_alerts(
    shares: Iterable[int], *, started: datetime, due: datetime, now: datetime, calendar: WorkCalendar
) -> list[int]:
    """The shares whose time has come, in order."""
    return [
        share for share in sorted(set(shares)) if share_at(started, due, share, calendar) <= now
    ]  # fmt: skip


def next_alert(
    shares: Iterable[int], *, started: datetime, due: datetime, sent: Collection[int], calendar: WorkCalendar
) -> datetime | None:
    """When the first share that was not sent comes, which is the smallest; None when all were."""
    left = set(shares) - set(sent)
    return share_at(started, due, min(left), calendar) if left else None


def sample(numbers: Sequence[str]) -> list[str]:
    """The tenth of these orders (rounded up) that is called back: always the same ones, and nobody can foretell from a
    number alone."""
    wanted = -(-len(numbers) // SAMPLE)
    return sorted(numbers, key=lambda number: sha256(number.encode()).digest())[:wanted]
