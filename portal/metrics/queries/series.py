"""Series of figures: by day, month, quarter or year, or by town or chain; one statement for any number of them."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.kit.problems import Invalid

from .. import places, rules
from ..models import MetricDefinition
from ..places import Area
from ..registry import Metric, Rate, metric_of
from .cells import source
from .figures import State, as_of_parts, combine, known_on, parts_of, states_of, stocks

MOST_POINTS = 4000
# Of a flow only the range is read, unless something is told of all up to its end; NULL: what was before the range.
BY_PERIOD = """
SELECT metric, CASE WHEN day >= %s THEN date_trunc(%s, day)::date END, sum(value) FROM {cells}
WHERE metric = ANY(%s) AND {area} AND day <= %s AND (day >= %s OR metric = ANY(%s)) GROUP BY 1, 2"""
BY_PLACE = """
SELECT metric, {column}, day >= %s, sum(value) FROM {cells}
WHERE metric = ANY(%s) AND {area} AND day <= %s AND (day >= %s OR metric = ANY(%s)) GROUP BY 1, 2, 3"""
EARLIEST = "SELECT min(day) FROM {cells} WHERE metric = ANY(%s) AND {area} AND day > %s"


@dataclass(frozen=True)
class Point:
    """One value of a series. `key`: 2026-11-21, 2026-11, 2026-Q4, 2026, or a place's code; None: not known."""

    key: str
    label: str
    value: Decimal | None


@dataclass(frozen=True)
class Series:
    """The points of a figure. `total`: of the whole range, which by chain is not the sum of the points."""

    metric: Metric | Rate
    points: list[Point]
    total: Decimal | None
    as_of: datetime.datetime | None
    failed: bool


def series(
    codes: Iterable[str],
    *,
    area: Area,
    first: datetime.date | None = None,
    last: datetime.date | None = None,
    by: str = "month",
) -> dict[str, Series]:
    """Series of figures over the same range; `last` is today unless given, `first` the first day with rows.

    A flow's point is the sum of its period, a stock's stands at the period's end, a rate `to_date` is of all up to
    then. Raises LookupError for an unknown code, Invalid for a range that is backwards or has too many points, or a
    dimension that a figure lacks.
    """
    wanted, last = [metric_of(code) for code in codes], last or timezone.localdate()
    parts = {code: metric_of(code) for metric in wanted for code in parts_of(metric)}
    states = states_of(parts, area)
    whole = {code for metric in wanted if metric.to_date for code in parts_of(metric)}
    whole.update(stocks(parts.values()))
    if first is not None and first > last:
        raise Invalid({"from": _("开始日期不能晚于结束日期。")})
    if by in rules.STEPS:
        first = first or _earliest(parts, area) or last
        lines = _by_period(parts, states, whole, area, first, last, by)
    elif by in ("town", "chain"):
        _require_dimension(wanted, by, area)
        lines = _by_place(parts, whole, area, first or rules.FLOOR, last, by)
    else:
        choices = "、".join((*rules.STEPS, "town", "chain"))
        raise Invalid({"by": _("应为这些值之一：%(values)s。") % {"values": choices}})
    result = {}
    for metric in wanted:
        own = parts_of(metric)
        points, totals = lines.to_date if metric.to_date else lines.usual
        read = [points[code] for code in own]
        known = all(known_on(parts[code], states, last) for code in own)
        result[metric.code] = Series(
            metric,
            [
                Point(key, label, combine(metric, [line[place][2] for line in read]))
                for place, (key, label, _value) in enumerate(read[0])
            ],
            combine(metric, [totals[code] for code in own]) if known else None,
            *as_of_parts(metric, states),
        )
    return result


def definitions_between(
    code: str, first: datetime.date | None, last: datetime.date
) -> list[MetricDefinition]:
    """The versions of a figure's definition that came into force in the range, after the first one."""
    rows = MetricDefinition.objects.filter(metric=code, version__gt=1).order_by("version")
    return [row for row in rows if (first or rules.FLOOR) <= timezone.localdate(row.since) <= last]


Line = list[tuple[str, str, Decimal | None]]
Read = tuple[dict[str, Line], dict[str, Decimal]]  # the points of each counted figure, and their total


@dataclass(frozen=True)
class Lines:
    """Counted figures as they are told by themselves, and what has come together of them up to each point's end."""

    usual: Read
    to_date: Read


def _by_period(
    parts: dict[str, Metric],
    states: dict[str, State],
    whole: set[str],
    area: Area,
    first: datetime.date,
    last: datetime.date,
    by: str,
) -> Lines:
    if by == "day" and (last - first).days >= MOST_POINTS:
        raise Invalid({"from": _("日期范围过大，请缩小到 %(count)d 天以内。") % {"count": MOST_POINTS}})
    begins = rules.starts(first, last, by)
    cells = _grouped(BY_PERIOD, [first, by], parts, whole, area, first, last)
    usual, to_date = ({}, {}), ({}, {})
    for code, metric in parts.items():
        own = dict(cells.get(code, []))
        before = own.get(None, Decimal(0))
        standing, added_line, standing_line = before, [], []
        for begin in begins:
            added = own.get(begin, Decimal(0))
            standing += added
            end = min(rules.next_start(begin, by) - rules.ONE_DAY, last)
            known, key = known_on(metric, states, end), rules.period_key(begin, by)
            added_line.append((key, key, added if known else None))
            standing_line.append((key, key, standing if known else None))
        to_date[0][code], to_date[1][code] = standing_line, standing
        usual[0][code], usual[1][code] = (
            (added_line, standing - before) if metric.adds_up else (standing_line, standing)
        )
    return Lines(usual, to_date)


def _by_place(
    parts: dict[str, Metric],
    whole: set[str],
    area: Area,
    first: datetime.date,
    last: datetime.date,
    by: str,
) -> Lines:
    rows = places.listed(by, area)
    cells = _grouped(BY_PLACE, [first], parts, whole, area, first, last, by=by)
    totals = _grouped(BY_PLACE, [first], parts, whole, area, first, last, by="")
    usual, to_date = ({}, {}), ({}, {})
    for code, metric in parts.items():
        for read, ever in ((usual, not metric.adds_up), (to_date, True)):
            found = _summed(cells.get(code, []), ever=ever)
            read[0][code] = [(row.code, row.name, found.get(row.pk, Decimal(0))) for row in rows]
            read[1][code] = sum(_summed(totals.get(code, []), ever=ever).values(), Decimal(0))
    return Lines(usual, to_date)


def _summed(groups: list[tuple], *, ever: bool) -> dict[int, Decimal]:
    """{place: sum}, with what was before the range when it is told of all."""
    found: dict[int, Decimal] = {}
    for place, is_within, value in groups:
        if ever or is_within:
            found[place] = found.get(place, Decimal(0)) + value
    return found


def _grouped(
    sql: str,
    head: list,
    parts: dict[str, Metric],
    whole: set[str],
    area: Area,
    first: datetime.date,
    last: datetime.date,
    by: str | None = None,
) -> dict[str, list[tuple]]:
    """{code: [(group, …, sum)]} of the area's cells; by a place, of the finer cells of that place.

    `whole`: the codes that are read from the beginning.
    """
    condition, where = area.cells
    if by == "town":
        condition, where = "chain_id = %s AND district_id = ANY(%s) AND town_id <> 0", [
            area.chain, list(area.districts)
        ]  # fmt: skip
        if area.towns:
            condition, where = f"{condition} AND town_id = ANY(%s)", [*where, list(area.towns)]
    elif by == "chain":
        condition, where = area.cells[0].replace("chain_id = %s", "chain_id <> 0"), where[1:]
        if area.chain:
            condition, where = f"{condition} AND chain_id = %s", [*where, area.chain]
    reads_all = any(parts[code].adds_up for code in whole)
    cells, given = source(parts.values(), area, rules.FLOOR if reads_all else first, last)
    with connection.cursor() as cursor:
        cursor.execute(
            sql.format(cells=cells, area=condition, column=f"{by}_id" if by else "0"),
            [*head, *given, list(parts), *where, last, first, sorted(whole)],
        )
        found: dict[str, list[tuple]] = {}
        for code, *group in cursor.fetchall():
            found.setdefault(code, []).append(tuple(group))
    return found


def _earliest(parts: dict[str, Metric], area: Area) -> datetime.date | None:
    condition, where = area.cells
    cells, given = source(parts.values(), area, *rules.EVER)
    with connection.cursor() as cursor:
        cursor.execute(
            EARLIEST.format(cells=cells, area=condition), [*given, list(parts), *where, rules.FLOOR]
        )
        return cursor.fetchone()[0]


def _require_dimension(wanted: Iterable[Metric | Rate], by: str, area: Area) -> None:
    if area.station:
        raise Invalid({"by": _("单个服务站的数据不再按街镇或产业链细分。")})
    for metric in wanted:
        if by not in metric.dimensions:
            raise Invalid({"by": _("指标“%(name)s”不能按此维度统计。") % {"name": metric.name}})
