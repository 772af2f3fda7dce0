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
BY_PERIOD = """
SELECT metric, CASE WHEN day >= %s THEN date_trunc(%s, day)::date END, sum(value) FROM {cells}
WHERE metric = ANY(%s) AND {area} AND day <= %s AND (day >= %s OR metric = ANY(%s)) GROUP BY 1, 2"""
BY_PLACE = """
SELECT metric, {column}, sum(value) FROM {cells}
WHERE metric = ANY(%s) AND {area} AND day <= %s AND (day >= %s OR metric = ANY(%s)) GROUP BY 1, 2"""
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

    A flow's point is the sum of its period, a stock's stands at the period's end. Raises LookupError for an unknown
    code, Invalid for a range that is backwards or has too many points, or a dimension that a figure lacks.
    """
    wanted, last = [metric_of(code) for code in codes], last or timezone.localdate()
    parts = {code: metric_of(code) for metric in wanted for code in parts_of(metric)}
    states = states_of(parts, area)
    if first is not None and first > last:
        raise Invalid({"from": _("开始日期不能晚于结束日期。")})
    if by in rules.STEPS:
        first = first or _earliest(parts, area) or last
        points, totals = _by_period(parts, states, area, first, last, by)
    elif by in ("town", "chain"):
        _require_dimension(wanted, by, area)
        points, totals = _by_place(parts, area, first or rules.FLOOR, last, by)
    else:
        choices = "、".join((*rules.STEPS, "town", "chain"))
        raise Invalid({"by": _("应为这些值之一：%(values)s。") % {"values": choices}})
    result = {}
    for metric in wanted:
        own = parts_of(metric)
        lines = [points[code] for code in own]
        known = all(known_on(parts[code], states, last) for code in own)
        result[metric.code] = Series(
            metric,
            [
                Point(key, label, combine(metric, [line[place][2] for line in lines]))
                for place, (key, label, _value) in enumerate(lines[0])
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


def _by_period(
    parts: dict[str, Metric],
    states: dict[str, State],
    area: Area,
    first: datetime.date,
    last: datetime.date,
    by: str,
) -> tuple[dict[str, Line], dict[str, Decimal]]:
    if by == "day" and (last - first).days >= MOST_POINTS:
        raise Invalid({"from": _("日期范围过大，请缩小到 %(count)d 天以内。") % {"count": MOST_POINTS}})
    begins = rules.starts(first, last, by)
    cells = _grouped(BY_PERIOD, [first, by], parts, area, first, last)
    lines, totals = {}, {}
    for code, metric in parts.items():
        own, line = cells.get(code, {}), []
        standing = own.get(None, Decimal(0))
        for begin in begins:
            added = own.get(begin, Decimal(0))
            standing += added
            end = min(rules.next_start(begin, by) - rules.ONE_DAY, last)
            value = (added if metric.adds_up else standing) if known_on(metric, states, end) else None
            key = rules.period_key(begin, by)
            line.append((key, key, value))
        lines[code], totals[code] = line, standing
    return lines, totals


def _by_place(
    parts: dict[str, Metric], area: Area, first: datetime.date, last: datetime.date, by: str
) -> tuple[dict[str, Line], dict[str, Decimal]]:
    rows = places.listed(by, area)
    cells = _grouped(BY_PLACE, [], parts, area, first, last, by=by)
    whole = _grouped(BY_PLACE, [], parts, area, first, last, by="")
    lines = {
        code: [(row.code, row.name, cells.get(code, {}).get(row.pk, Decimal(0))) for row in rows]
        for code in parts
    }
    return lines, {code: sum(whole.get(code, {}).values(), Decimal(0)) for code in parts}


def _grouped(
    sql: str,
    head: list,
    parts: dict[str, Metric],
    area: Area,
    first: datetime.date,
    last: datetime.date,
    by: str | None = None,
) -> dict[str, dict]:
    """{code: {group: sum}} of the area's cells; by a place, of the finer cells of that place."""
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
    cells, given = source(parts.values(), area, first, last)
    with connection.cursor() as cursor:
        cursor.execute(
            sql.format(cells=cells, area=condition, column=f"{by}_id" if by else "0"),
            [*head, *given, list(parts), *where, last, first, stocks(parts.values())],
        )
        found: dict[str, dict] = {}
        for code, group, value in cursor.fetchall():
            found.setdefault(code, {})[group] = value
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
