"""How long a job may be silent, and how often it is tried. Pure values: the clock comes from the caller."""

from datetime import datetime, timedelta

LEASE = timedelta(seconds=25)  # a worker that says nothing for this long is taken for dead
BEAT_SECONDS = 0.45  # progress becomes visible this often
QUIET_SECONDS = 0.5  # a step that takes longer shows for how long it runs
MAX_ATTEMPTS = 5
REPUBLISH_AFTER = timedelta(seconds=60)  # a message this old was lost by the broker (F5)
WAITING_LONG = timedelta(seconds=12)  # longer in the queue than this: the workers are away


def backoff(attempts: int) -> timedelta:
    """The pause before the next try: 2, 4, 8, 16 seconds."""
    return timedelta(seconds=2 ** min(attempts, 5))


def waits_too_long(*, state: str, since: datetime, now: datetime) -> bool:
    """Whether a page should say that the background service is away."""
    return state == "queued" and now - since > WAITING_LONG


def percent(done: int, total: int) -> int:
    """Progress from 0 to 99; only the end of the work is 100."""
    return min(99, done * 100 // total) if total else 0
