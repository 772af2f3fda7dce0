"""Figures with their comparisons: three statements for any number of them, whatever the number of rows behind."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.kit import money

from .. import rules
from ..models import MetricClock, MetricState, MetricTarget
from ..places import Area
from ..registry import Metric, Rate, Snapshot, metric_of
from .cells import source

MOST_WAN = 10 * money.YI

# A flow is summed over its window, a stock up to the window's end.
VALUES = """
SELECT metric, {sums} FROM {cells}
WHERE metric = ANY(%s) AND {area} AND day <= %s GROUP BY metric"""
SUM = "sum(value) FILTER (WHERE day <= %s AND (day >= %s OR metric = ANY(%s)))"


@dataclass(frozen=True)
class Figure:
    """A figure of a day with what it is compared with. None: not known (no rows behind a rate, nothing counted yet).

    `previous`: the period before up to the same point; `last_year`: the same period a year before. `as_of`: until
    when it is right; `failed`: counting fails since then, an older value is shown.
    """

    metric: Metric | Rate
    value: Decimal | None
    previous: Decimal | None
    last_year: Decimal | None
    target: Decimal | None
    as_of: datetime.datetime | None
    failed: bool

    @property
    def text(self) -> str:
        """The value as people read it: money in 万元 or 亿元, whole numbers grouped."""
        return shown(self.metric, self.value)

    @property
    def last_year_text(self) -> str:
        """The value of a year before, likewise."""
        return shown(self.metric, self.last_year)

    @property
    def target_text(self) -> str:
        """The year's target, likewise."""
        return shown(self.metric, self.target)

    @property
    def change(self) -> Decimal | None:
        """The change against the period before, in percent (in points for a percentage)."""
        return _change(self.metric, self.value, self.previous)

    @property
    def year_on_year(self) -> Decimal | None:
        """The change against the same period a year before, likewise."""
        return _change(self.metric, self.value, self.last_year)

    @property
    def progress(self) -> Decimal | None:
        """How much of the year's target is reached, in percent."""
        return rules.rate(self.value, self.target)


def figures(
    codes: Iterable[str],
    *,
    area: Area,
    day: datetime.date | None = None,
    period: rules.Period = "year",
    first: datetime.date | None = None,
) -> dict[str, Figure]:
    """The figures of an area on a day: flows of the period up to it, stocks as they stood at its end.

    `first` instead of a period: flows since that day. Raises LookupError for an unknown code.
    """
    day, wanted = day or timezone.localdate(), [metric_of(code) for code in codes]
    parts = {code: metric_of(code) for metric in wanted for code in parts_of(metric)}
    windows = rules.since(first, day) if first else rules.comparison(day, period)
    to_date = [(rules.FLOOR, last) for _first, last in windows] if any(one.to_date for one in wanted) else []
    found, states = _values(parts, area, [*windows, *to_date]), states_of(parts, area)
    targets = _targets([metric.code for metric in wanted], area, day.year)
    result = {}
    for metric in wanted:
        known = [known_on(parts[code], states, last) for code in parts_of(metric) for _first, last in windows]
        skipped = len(windows) if metric.to_date else 0
        values = [
            combine(metric, [found[code][skipped + place] for code in parts_of(metric)])
            if all(known[place :: len(windows)])
            else None
            for place in range(len(windows))
        ]
        as_of, failed = as_of_parts(metric, states)
        result[metric.code] = Figure(metric, *values, targets.get(metric.code), as_of, failed)
    return result


def parts_of(metric: Metric | Rate) -> list[str]:
    """The codes of the counted figures that make it: its own, or a rate's two."""
    return [metric.part, metric.whole] if isinstance(metric, Rate) else [metric.code]


def combine(metric: Metric | Rate, values: list[Decimal | None]) -> Decimal | None:
    """A figure from the values of its parts."""
    return rules.rate(values[0], values[1], metric.times) if isinstance(metric, Rate) else values[0]


def stocks(parts: Iterable[Metric]) -> list[str]:
    """The codes whose cells are summed from the beginning."""
    return [metric.code for metric in parts if not metric.adds_up]


@dataclass(frozen=True)
class State:
    """Until when a figure is right, from which day it is known, and whether counting it fails."""

    as_of: datetime.datetime | None = None
    known_from: datetime.date | None = None
    failed: bool = False


def states_of(codes: Iterable[str], area: Area) -> dict[str, State]:
    """The states of counted figures, in one statement. The drain's clock carries those that are clean; a station's are
    counted at this moment."""
    if area.station:
        return dict.fromkeys(codes, State(timezone.now(), rules.FLOOR))
    clock = MetricClock.objects.filter(pk=1).values("drained_at")
    rows = MetricState.objects.filter(metric__in=list(codes)).annotate(clock=clock)
    return {
        row.metric: State(
            as_of=row.as_of if row.failed_at or not row.as_of else max(row.as_of, row.clock or row.as_of),
            known_from=row.known_from,
            failed=row.failed_at is not None,
        )
        for row in rows
    }


def known_on(metric: Metric, states: dict[str, State], day: datetime.date) -> bool:
    """Whether the figure of a day is known: it has been counted, a snapshot by that day."""
    state = states.get(metric.code)
    if state is None or state.as_of is None:
        return False
    return not isinstance(metric, Snapshot) or (state.known_from is not None and state.known_from <= day)


def as_of_parts(metric: Metric | Rate, states: dict[str, State]) -> tuple[datetime.datetime | None, bool]:
    """(until when the figure is right, whether counting fails): the worse of a rate's two."""
    behind = [states.get(code, State()) for code in parts_of(metric)]
    times = [state.as_of for state in behind]
    return (None if None in times else min(times)), any(state.failed for state in behind)


def shown(metric: Metric | Rate, value: Decimal | None) -> str:
    """A value as people read it, without its unit (money carries its own). None gives "—"."""
    if value is None:
        return "—"
    if metric.money:
        return money.readable(value)
    return f"{value:,.2f}" if isinstance(metric, Rate) else f"{value:,f}".removesuffix(".00")


def written(metric: Metric | Rate, value: Decimal | None) -> tuple[str, str]:
    """A value as (number, unit). Amounts stand in 万元 up to 10 亿, to the cent as they are published, then in 亿元."""
    if value is None:
        return "—", ""
    if not metric.money:
        return shown(metric, value), str(metric.unit)
    if abs(value) < MOST_WAN:
        return money.in_wan(value), _("万元")
    number, _space, unit = money.readable(value).partition(" ")
    return number, unit


def _values(
    parts: dict[str, Metric], area: Area, windows: Iterable[rules.Window]
) -> dict[str, list[Decimal]]:
    windows, to_the_end = list(windows), stocks(parts.values())
    condition, where = area.cells
    sums = [value for first, last in windows for value in (last, first, to_the_end)]
    latest = max(last for _first, last in windows)
    cells, given = source(parts.values(), area, min(first for first, _ in windows), latest)
    with connection.cursor() as cursor:
        cursor.execute(
            VALUES.format(sums=", ".join([SUM] * len(windows)), cells=cells, area=condition),
            [*sums, *given, list(parts), *where, latest],
        )
        found = {row[0]: [value or Decimal(0) for value in row[1:]] for row in cursor.fetchall()}
    return {code: found.get(code, [Decimal(0)] * len(windows)) for code in parts}


def _targets(codes: list[str], area: Area, year: int) -> dict[str, Decimal]:
    """The year's targets of the area; a whole district's is not the sum of its towns'."""
    if len(area.districts) != 1 or len(area.towns) > 1 or area.station:
        return {}
    rows = MetricTarget.objects.filter(
        metric__in=codes, year=year, district=area.districts[0], chain_id=area.chain,
        town=area.towns[0] if area.towns else None,
    )  # fmt: skip
    return dict(rows.values_list("metric", "value"))


def _change(metric: Metric | Rate, value: Decimal | None, before: Decimal | None) -> Decimal | None:
    if value is None or before is None:
        return None
    if isinstance(metric, Rate) and metric.times == 100:
        return value - before
    return rules.rate(value - before, abs(before))
