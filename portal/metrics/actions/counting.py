"""Counting: drains recount the days that keys name, a full recount every day. Both replace cells, neither adds.

One figure is counted by one transaction at a time, under an advisory lock that ends with it: a worker that dies
leaves neither lock nor half a count. The keys are deleted in the transaction that counts their days, before it reads
the rows: a key that is committed later stays for the next drain, and its row with it.
"""

import datetime
from dataclasses import dataclass, field

import structlog
from django.db import connection, transaction
from django.utils import timezone

from .. import rules, statements
from ..models import MetricDaily, MetricDefinition, MetricState
from ..registry import Metric, Snapshot
from .dirty import promised_of

log = structlog.get_logger(__name__)
LOCK_SPACE = 0x6D657472  # "metr": this application's advisory locks
SHOWN = 200  # differences that are kept of one figure's recount


@dataclass(frozen=True)
class Cell:
    """A cell that was not as counted: what stood there, and what was counted."""

    metric: str
    day: datetime.date
    district_id: int
    town_id: int
    chain_id: int
    kept: object
    counted: object


@dataclass
class Outcome:
    """What counting one figure came to. `differences`: corrected cells that no key had asked for."""

    changed: int = 0
    differences: list[Cell] = field(default_factory=list)


def drain_metric(metric: Metric, *, wait: bool) -> Outcome | None:
    """Recounts what the figure's keys name, and a snapshot on a new day. None: another transaction counts it."""
    with transaction.atomic():
        if not _lock(metric, wait=wait):
            return None
        state, today, now = _state(metric), timezone.localdate(), timezone.now()
        asked = _take_keys(metric)
        if state.full_at is None or state.version != metric.version:
            return _count_everything(metric, state, today, now, explained=[rules.EVER])
        parts = windows(metric, asked, today, new_day=state.counted_day != today)
        outcome = Outcome(changed=sum(_recount(metric, *part).changed for part in parts))
        _counted(state, today, now)
        return outcome


def recount_metric(metric: Metric) -> Outcome:
    """Recounts every day of the figure and tells which cells were wrong although no key asked for them."""
    with transaction.atomic():
        _lock(metric, wait=True)
        state, today, now = _state(metric), timezone.localdate(), timezone.now()
        explained = _take_keys(metric)
        if state.full_at is None or state.version != metric.version:
            explained = [rules.EVER]
        elif isinstance(metric, Snapshot) and state.counted_day != today:
            explained.append((today, today))
        return _count_everything(metric, state, today, now, explained=explained)


def check_metric(metric: Metric) -> list[Cell]:
    """The cells that a recount would correct, besides those that a key says are out of date. Changes nothing."""
    with transaction.atomic():
        _lock(metric, wait=True)
        found = []
        for first, last in everything(metric, timezone.localdate()):
            found += _run(metric, statements.compare(metric, first, last, report=SHOWN)).differences
        return _unexplained(metric, found, _keys(metric))


def windows(
    metric: Metric, asked: list[rules.Window], today: datetime.date, *, new_day: bool
) -> list[rules.Window]:
    """The days to be recounted for these keys."""
    if not isinstance(metric, Snapshot):
        return rules.merged(asked)
    if not asked and not new_day:
        return []
    if not metric.has_past:
        return [(today, today)]
    earliest = min((first for first, _ in asked), default=today)
    return [part for part in everything(metric, today) if part[1] >= earliest]


def everything(metric: Metric, today: datetime.date) -> list[rules.Window]:
    """The days of a full recount: all at once; a snapshot's one by one, in order."""
    if not isinstance(metric, Snapshot):
        return [rules.EVER]
    return [(day, day) for day in (rules.month_ends(today) if metric.has_past else [today])]


def _count_everything(
    metric: Metric, state: MetricState, today: datetime.date, now: datetime.datetime, *, explained: list
) -> Outcome:
    _define(metric, now)
    outcome = Outcome()
    parts = everything(metric, today)
    if isinstance(metric, Snapshot) and metric.has_past:  # between the ends of months nothing is kept
        kept = [day for _, day in parts]
        MetricDaily.objects.filter(metric=metric.code).exclude(day__in=kept).delete()
    for first, last in parts:
        one = _recount(metric, first, last)
        outcome.changed += one.changed
        outcome.differences += one.differences
    outcome.differences = _unexplained(metric, outcome.differences, explained + _keys(metric))
    state.full_at, state.version = now, metric.version
    if isinstance(metric, Snapshot):
        known = parts[0][0]
        state.known_from = min(known, state.known_from or known) if not metric.has_past else known
    _counted(state, today, now)
    return outcome


def _recount(metric: Metric, first: datetime.date, last: datetime.date) -> Outcome:
    return _run(metric, statements.recount(metric, first, last, report=SHOWN))


def _run(metric: Metric, statement: statements.Statement) -> Outcome:
    with connection.cursor() as cursor:
        cursor.execute(*statement)
        rows = cursor.fetchall()
    return Outcome(rows[0][-1] if rows else 0, [Cell(metric.code, *row[:-1]) for row in rows])


def _unexplained(metric: Metric, cells: list[Cell], keys: list[rules.Window]) -> list[Cell]:
    """The cells of days that no key names. Any key explains a snapshot, whose days stand on one another."""
    if isinstance(metric, Snapshot) and keys:
        return []
    return [cell for cell in cells if not any(first <= cell.day <= last for first, last in keys)]


def _lock(metric: Metric, *, wait: bool) -> bool:
    """Makes this transaction the only one that counts the figure; False when another one is at it."""
    with connection.cursor() as cursor:
        name = "pg_advisory_xact_lock" if wait else "pg_try_advisory_xact_lock"
        cursor.execute(f"SELECT {name}(%s, hashtext(%s))", [LOCK_SPACE, metric.code])
        got = cursor.fetchone()[0] is not False
        # Groups of a million cells in memory; compiling would take longer than such a statement.
        cursor.execute("SET LOCAL work_mem = '96MB'; SET LOCAL jit = off")
    return got


def _take_keys(metric: Metric) -> list[rules.Window]:
    """What is asked for: keys, which go, and promised ones, which stay until the promise is kept."""
    asked = promised_of(metric.code)  # first: kept after this moment or before it, a promise is seen
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM metrics_metricdirty WHERE metric = %s RETURNING first, last", [metric.code]
        )
        return asked + cursor.fetchall()


def _keys(metric: Metric) -> list[rules.Window]:
    asked = promised_of(metric.code)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT first, last FROM metrics_metricdirty WHERE metric = ANY(%s)",
            [[metric.code, *metric.touched_by]],
        )
        return asked + cursor.fetchall()


def _state(metric: Metric) -> MetricState:
    return MetricState.objects.get_or_create(metric=metric.code)[0]


def _counted(state: MetricState, today: datetime.date, now: datetime.datetime) -> None:
    state.as_of, state.counted_day, state.failed_at, state.error = now, today, None, ""
    state.save()


def _define(metric: Metric, now: datetime.datetime) -> None:
    """Keeps the definition that is counted by from now on; one that is known stays as it was first written."""
    MetricDefinition.objects.get_or_create(
        metric=metric.code,
        version=metric.version,
        defaults={"name": str(metric.name), "definition": str(metric.definition), "since": now},
    )
