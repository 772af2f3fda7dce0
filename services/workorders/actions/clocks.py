"""The clock of a demand: set anew with a stage, stopped while the enterprise is asked, pushed back with its answer."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.kit.prepared import Prepared
from portal.territory.calendar import national_exceptions
from portal.territory.models import CalendarDay
from portal.territory.rules import WorkCalendar

from ..models import Demand, EscalationRule, HandlingTime
from ..rules import alerts, hours, states
from ..rules.hours import Times

ACCEPT, DISPATCH, SIGN, HANDLE = Demand.Clock.values
CLOCK_OF = {
    states.SUBMITTED: ACCEPT,
    states.ACCEPTED: DISPATCH,
    states.DISPATCHED: SIGN,
    states.IN_PROGRESS: HANDLE,
    states.JOINT: HANDLE,
    states.REOPENED: HANDLE,
}
"""Which clock runs in a state; in the others none does."""
STOPPED: dict[str, Any] = {
    "clock": "",
    "clock_started_at": None,
    "due_at": None,
    "warn_at": None,
    "next_alert_at": None,
    "waiting_since": None,
}
FOLLOWING: dict[str, Any] = {"clock_started_at": None, "warn_at": None, "next_alert_at": None}
"""A part without a clock of its own: its deadline is the lead's."""
STANDING: dict[str, Any] = {"due_at": None, "warn_at": None, "next_alert_at": None}

# All that a clock depends on, in one statement.
_TERMS = f"""
SELECT 'day', day::text, is_working::int, 0, 0, 0 FROM {CalendarDay._meta.db_table} WHERE district_id = %(district)s
UNION ALL
SELECT 'times', '', accept_hours, dispatch_hours, sign_hours, handle_days FROM {HandlingTime._meta.db_table}
WHERE district_id = %(district)s AND kind = %(kind)s AND urgency = %(urgency)s
UNION ALL
SELECT 'share', '', share, 0, 0, 0 FROM {EscalationRule._meta.db_table} WHERE district_id = %(district)s
"""  # noqa: S608 - the models' own tables
TERMS = Prepared("workorders_terms", _TERMS, {"district": "bigint", "kind": "text", "urgency": "text"})


@dataclass(frozen=True)
class Terms:
    """What a district's clocks go by, for one kind and urgency."""

    calendar: WorkCalendar
    times: Times
    shares: tuple[int, ...]


def terms_of(demand: Demand) -> Terms:
    """One query: the work calendar, the handling times and the shares at which somebody is reminded."""
    days: dict[date, bool] = {}
    times, shares = hours.default_times(demand.kind, demand.urgency), []
    given = {"district": demand.district_id, "kind": demand.kind, "urgency": demand.urgency}
    for what, day, *numbers in TERMS.rows(**given):
        if what == "day":
            days[date.fromisoformat(day)] = bool(numbers[0])
        elif what == "times":
            times = Times(*numbers)
        else:
            shares.append(numbers[0])
    shares = shares or [share for share, _audience in alerts.DEFAULTS]
    return Terms(WorkCalendar(national_exceptions() | days), times, tuple(sorted(set(shares))))


def start_clock(
    demand: Demand, clock: str, now: datetime, *, terms: Terms | None = None, due: datetime | None = None
) -> dict[str, Any]:
    """The new values of a clock that starts now; `due` is the promise that the clock `handle` runs up to.

    Nothing is asked of the enterprise any more.
    """
    terms = terms or terms_of(demand)
    return _running(clock, now, due or _due(clock, now, terms), terms) | {"waiting_since": None}


def sign_due(now: datetime, terms: Terms) -> datetime:
    """By when a department that gets a demand now signs for it."""
    return _due(SIGN, now, terms)


def handle_due(now: datetime, terms: Terms, due_on: date | None = None) -> datetime:
    """By when a demand that is dispatched now is handled: the day that the dispatcher named, or the district's days."""
    if due_on is not None:
        return hours.close_of(due_on)
    return hours.handle_deadline(now, terms.times.handle_days, terms.calendar)


def resume_clock(demand: Demand, now: datetime) -> dict[str, Any]:
    """The values of a clock that stood while the enterprise was asked and runs again: start and deadline later by the
    working time between, reminders that were sent stay sent."""
    terms = terms_of(demand)
    since, calendar = demand.waiting_since, terms.calendar
    started = hours.pushed_back(demand.clock_started_at, since, now, calendar)
    values: dict[str, Any] = {"waiting_since": None}
    if demand.clock == HANDLE:
        due = hours.pushed_back(demand.handle_due_at, since, now, calendar)
        values["handle_due_at"] = due
    else:
        due = _due(demand.clock, started, terms)
    reminders = demand.escalations.filter(
        part=None, clock=demand.clock, clock_started_at=demand.clock_started_at
    )
    sent = set(reminders.values_list("share", flat=True))
    if sent:
        reminders.update(clock_started_at=started)
    return values | _running(demand.clock, started, due, terms, sent)


def part_clock(
    started: datetime, due: datetime, terms: Terms, sent: frozenset | set = frozenset()
) -> dict[str, Any]:
    """The values of a part whose department has its own day: reminded of as a demand is."""
    values = _running(HANDLE, started, due, terms, sent)
    return {name: values[name] for name in ("due_at", *FOLLOWING)}


def in_time(demand: Demand, now: datetime) -> bool:
    """Whether what is done now is done by the promise to the enterprise; waiting for the enterprise does not count."""
    if demand.handle_due_at is None:
        return True
    until = demand.waiting_since if demand.waiting_since and demand.clock == HANDLE else now
    return until <= demand.handle_due_at


def _due(clock: str, start: datetime, terms: Terms) -> datetime:
    times = terms.times
    wanted = {ACCEPT: times.accept_hours, DISPATCH: times.dispatch_hours, SIGN: times.sign_hours}
    if clock == HANDLE:
        return hours.handle_deadline(start, times.handle_days, terms.calendar)
    return hours.add_working_minutes(start, wanted[clock] * 60, terms.calendar)


def _running(
    clock: str, started: datetime, due: datetime, terms: Terms, sent: frozenset | set = frozenset()
) -> dict[str, Any]:
    warn = hours.share_at(started, due, hours.WARN_SHARE, terms.calendar)
    return {
        "clock": clock,
        "clock_started_at": started,
        "due_at": due,
        "warn_at": warn,
        "next_alert_at": alerts.next_alert(
            terms.shares, started=started, due=due, sent=sent, calendar=terms.calendar
        ),
    }
