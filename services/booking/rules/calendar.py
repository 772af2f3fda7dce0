"""The four-layer calendar: which sessions a weekly pattern makes, and why a day has no free time.

1. National days: holidays are closed, make-up working days (调休上班) are worked; the district's corrections above them.
2. Station hours: the weekdays and times at which a station is open.
3. Item days: the weekly patterns of an item there, and closures of the station, the item or the institution.
4. People: an expert on leave gives no session.
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext_lazy as _

DAY = datetime.timedelta(days=1)
FRIDAY, SATURDAY, SUNDAY, MONDAY = 4, 5, 6, 0


class Reason(models.TextChoices):
    """Why a day has no time that can be booked."""

    PAST = "past", _("日期已过")
    HOLIDAY = "holiday", _("节假日")
    WEEKDAY = "weekday", _("该日不开放")
    CLOSURE = "closure", _("停止服务")
    INSTITUTION_CLOSED = "institution_closed", _("技术机构停止服务")
    LEAVE = "leave", _("专家请假")
    NO_PATTERN = "no_pattern", _("该事项当日不安排")
    FULL = "full", _("已约满")
    TOO_SOON = "too_soon", _("临近开始，不再接受预约")
    NOT_RELEASED = "not_released", _("尚未放号")


@dataclass(frozen=True)
class Why:
    """A reason with the words that belong to it: the holiday's name, what the closure says."""

    reason: str
    detail: str = ""

    @property
    def sentence(self) -> str:
        label = str(Reason(self.reason).label)
        return f"{label}：{self.detail}" if self.detail else label


@dataclass(frozen=True)
class Hours:
    weekday: int
    opens_at: datetime.time
    closes_at: datetime.time


@dataclass(frozen=True)
class Pattern:
    """A weekly pattern as the calendar reads it; `key` names its row."""

    key: int
    weekday: int
    starts_at: datetime.time
    ends_at: datetime.time
    valid_from: datetime.date
    valid_to: datetime.date | None = None
    institution: int | None = None
    member: int | None = None
    item: int | None = None


@dataclass(frozen=True)
class Span:
    """A closure: of the station (`institution` None) or of an institution; of one item, or of all (`item` None)."""

    starts_at: datetime.datetime
    ends_at: datetime.datetime
    reason: str
    institution: int | None = None
    item: int | None = None

    def covers(self, starts_at: datetime.datetime, ends_at: datetime.datetime) -> bool:
        return self.starts_at < ends_at and starts_at < self.ends_at


@dataclass(frozen=True)
class Leave:
    member: int
    starts_on: datetime.date
    ends_on: datetime.date


@dataclass(frozen=True)
class Slot:
    """A session as the calendar reads it."""

    key: int
    starts_at: datetime.datetime
    ends_at: datetime.datetime
    capacity: int
    booked: int
    closed_reason: str | None = None

    @property
    def free(self) -> int:
        return 0 if self.closed_reason is not None else max(self.capacity - self.booked, 0)


@dataclass(frozen=True)
class Layers:
    """All four layers for one station and item. `exceptions` and `names`: the national days with the corrections."""

    zone: datetime.tzinfo
    exceptions: Mapping[datetime.date, bool] = field(default_factory=dict)
    names: Mapping[datetime.date, str] = field(default_factory=dict)
    hours: Sequence[Hours] = ()
    patterns: Sequence[Pattern] = ()
    closures: Sequence[Span] = ()
    leaves: Sequence[Leave] = ()
    item: int | None = None


@dataclass(frozen=True)
class Planned:
    """A session that a pattern makes on a day."""

    pattern: Pattern
    starts_at: datetime.datetime
    ends_at: datetime.datetime


def served_weekday(day: datetime.date, layers: Layers) -> int | None:
    """Whose weekday's hours and patterns apply on `day`; None on a holiday.

    A make-up working day uses its own weekday where the station has hours for it; else a Saturday is worked like the
    Friday before it and a Sunday like the Monday after it.
    """
    weekday = day.weekday()
    working = layers.exceptions.get(day)
    if working is False:
        return None
    if working and weekday in {SATURDAY, SUNDAY} and not any(row.weekday == weekday for row in layers.hours):
        return FRIDAY if weekday == SATURDAY else MONDAY
    return weekday


def planned(day: datetime.date, layers: Layers) -> list[Planned]:
    """The sessions that the patterns make on `day`, after all four layers."""
    weekday = served_weekday(day, layers)
    if weekday is None:
        return []
    found = []
    for pattern in layers.patterns:
        if (
            pattern.weekday != weekday
            or not _valid(pattern, day)
            or not _inside_hours(pattern, weekday, layers)
        ):
            continue
        session = Planned(pattern, _at(day, pattern.starts_at, layers), _at(day, pattern.ends_at, layers))
        if not any(_hits(span, session, layers) for span in layers.closures) and not _on_leave(
            pattern, day, layers
        ):
            found.append(session)
    return found


def plan(first: datetime.date, last: datetime.date, layers: Layers) -> Iterator[Planned]:
    """The sessions of every day from `first` to `last`, both included."""
    for day in days(first, last):
        yield from planned(day, layers)


def days(first: datetime.date, last: datetime.date) -> Iterator[datetime.date]:
    day = first
    while day <= last:
        yield day
        day += DAY


def explain(
    day: datetime.date,
    layers: Layers,
    slots: Iterable[Slot],
    *,
    now: datetime.datetime,
    bookable_from: datetime.datetime,
    released_until: datetime.date,
) -> Why | None:
    """Why `day` has no time that can be booked, or None when it has one. The first layer that says no is the reason."""
    slots = list(slots)
    if any(slot.free and slot.starts_at > bookable_from for slot in slots):
        return None
    if day < now.astimezone(layers.zone).date():
        return Why(Reason.PAST)
    weekday = served_weekday(day, layers)
    if weekday is None:
        return Why(Reason.HOLIDAY, layers.names.get(day, ""))
    if not any(row.weekday == weekday for row in layers.hours):
        return Why(Reason.WEEKDAY)
    open_slots = [slot for slot in slots if slot.closed_reason is None]
    if open_slots:
        return _why_not_these(open_slots, now=now, bookable_from=bookable_from)
    if closed := next((slot for slot in slots if slot.closed_reason is not None), None):
        return _closure_of(day, weekday, layers) or Why(Reason.CLOSURE, closed.closed_reason or "")
    if why := _closure_of(day, weekday, layers):
        return why
    patterns = [row for row in layers.patterns if row.weekday == weekday and _valid(row, day)]
    if patterns and all(_on_leave(row, day, layers) for row in patterns):
        return Why(Reason.LEAVE)
    if patterns and day > released_until:
        return Why(Reason.NOT_RELEASED)
    return Why(Reason.NO_PATTERN)


def _why_not_these(slots: list[Slot], *, now: datetime.datetime, bookable_from: datetime.datetime) -> Why:
    """The sessions of the day are over, too near, or full; a full one that is yet to come says so first."""
    coming = [slot for slot in slots if slot.starts_at > now]
    if not coming:
        return Why(Reason.PAST)
    if any(slot.free for slot in coming):
        return Why(Reason.TOO_SOON)
    return Why(Reason.FULL)


def _closure_of(day: datetime.date, weekday: int, layers: Layers) -> Why | None:
    """A closure that takes the whole of what was planned on the day: the station's first, then the institution's."""
    start, end = _at(day, datetime.time.min, layers), _at(day + DAY, datetime.time.min, layers)
    spans = [s for s in layers.closures if s.covers(start, end) and s.item in (None, layers.item)]
    for span in spans:
        if span.institution is None:
            return Why(Reason.CLOSURE, span.reason)
    institutions = {row.institution for row in layers.patterns if row.weekday == weekday and _valid(row, day)}
    for span in spans:
        if institutions == {span.institution}:
            return Why(Reason.INSTITUTION_CLOSED, span.reason)
    return None


def _hits(span: Span, session: Planned, layers: Layers) -> bool:
    pattern = session.pattern
    return (
        span.covers(session.starts_at, session.ends_at)
        and span.institution in (None, pattern.institution)
        and span.item in (None, pattern.item if pattern.item is not None else layers.item)
    )


def _on_leave(pattern: Pattern, day: datetime.date, layers: Layers) -> bool:
    return any(
        leave.member == pattern.member and leave.starts_on <= day <= leave.ends_on for leave in layers.leaves
    )


def _valid(pattern: Pattern, day: datetime.date) -> bool:
    return pattern.valid_from <= day and (pattern.valid_to is None or day <= pattern.valid_to)


def _inside_hours(pattern: Pattern, weekday: int, layers: Layers) -> bool:
    return any(
        row.weekday == weekday and row.opens_at <= pattern.starts_at and pattern.ends_at <= row.closes_at
        for row in layers.hours
    )


def _at(day: datetime.date, time: datetime.time, layers: Layers) -> datetime.datetime:
    return datetime.datetime.combine(day, time, tzinfo=layers.zone)
