"""The SQL that counts: a figure's rows, grouped by the database into cells (day, district, town, chain, value).

The grouped SELECT over the rows is Django's, made from the declaration. Around it stand the totals: each day is
summed for the district and for each town, whatever the chain, and again for each chain.
"""

import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet, FieldDoesNotExist
from django.db.models import Count, DateField, F, Q, QuerySet, Value
from django.db.models.functions import TruncDate

from .registry import ROWS, Flow, Metric, Snapshot, Stock
from .rules import CEILING, EVER, FLOOR

Statement = tuple[str, list[Any]]
NOTHING = """SELECT NULL::date AS cell_day, NULL::date AS cell_ended, NULL::bigint AS cell_district,
NULL::bigint AS cell_town, NULL::bigint AS cell_chain, NULL::date AS cell_began, NULL::numeric AS cell WHERE false"""

# The bare grouped rows: as they are for the towns, summed for the district. A row without a town is the district's only.
TOTALS = """
SELECT * FROM (
    WITH base AS MATERIALIZED ({base})
    {towns}SELECT cell_day, cell_district, 0, {chain}, sum(cell)::numeric(20,2)
    FROM base WHERE {known} GROUP BY {whole} HAVING sum(cell) <> 0
) AS totals (day, district_id, town_id, chain_id, value)"""

TOWNS = """SELECT cell_day, cell_district, cell_town, {chain}, cell::numeric(20,2)
    FROM base WHERE {known} AND cell_town IS NOT NULL AND cell <> 0
    UNION ALL
    """

# A stock's rows as changes: what began that day, less what ended.
CHANGES = """
WITH standing AS MATERIALIZED ({base})
SELECT cell_day, {places}, sum(cell) AS cell FROM (
    SELECT greatest(coalesce(cell_began, DATE '{floor}'), DATE '{floor}') AS cell_day, {places}, cell FROM standing
    UNION ALL
    SELECT greatest(cell_ended, cell_began, DATE '{floor}'), {places}, -cell FROM standing
    WHERE cell_ended IS NOT NULL
) AS changes GROUP BY cell_day, {places}"""

ENDLESS = "SELECT *, NULL::date AS cell_ended FROM ({base}) AS endless"
UNDATED = "SELECT *, DATE '{day}' AS cell_day FROM ({base}) AS undated"
WITHIN = "SELECT * FROM ({changes}) AS changes WHERE day BETWEEN %s AND %s"

# A snapshot's cell: what is counted now less what the earlier days come to.
SINCE = """
SELECT %s::date AS day, district_id, town_id, chain_id,
       coalesce(now.value, 0) - coalesce(before.value, 0) AS value
FROM ({now}) AS now
FULL JOIN (
    SELECT district_id, town_id, chain_id, sum(value) AS value FROM metrics_metricdaily
    WHERE metric = %s AND day < %s GROUP BY district_id, town_id, chain_id
) AS before USING (district_id, town_id, chain_id)
WHERE coalesce(now.value, 0) <> coalesce(before.value, 0)"""

CHANGED = """
WITH fresh AS ({fresh}),
kept AS (
    SELECT day, district_id, town_id, chain_id, value, version FROM metrics_metricdaily
    WHERE metric = %s AND day BETWEEN %s AND %s
),
changed AS MATERIALIZED (
    SELECT day, district_id, town_id, chain_id, kept.value AS kept, fresh.value AS counted
    FROM fresh FULL JOIN kept USING (day, district_id, town_id, chain_id)
    WHERE fresh.value IS DISTINCT FROM kept.value OR kept.version <> %s
)"""

WRITTEN = """,
gone AS (
    DELETE FROM metrics_metricdaily AS cell USING changed
    WHERE changed.counted IS NULL AND cell.metric = %s AND cell.day = changed.day
      AND cell.district_id = changed.district_id AND cell.town_id = changed.town_id
      AND cell.chain_id = changed.chain_id
),
written AS (
    INSERT INTO metrics_metricdaily (metric, day, district_id, town_id, chain_id, value, version, counted_at)
    SELECT %s, day, district_id, town_id, chain_id, counted, %s, now() FROM changed WHERE counted IS NOT NULL
    ON CONFLICT (metric, chain_id, town_id, district_id, day) DO UPDATE
    SET value = EXCLUDED.value, version = EXCLUDED.version, counted_at = EXCLUDED.counted_at
)"""

REPORT = """
SELECT day, district_id, town_id, chain_id, coalesce(kept, 0), coalesce(counted, 0), count(*) OVER ()
FROM changed ORDER BY day DESC, district_id, town_id, chain_id LIMIT %s"""


def recount(metric: Metric, first: datetime.date, last: datetime.date, *, report: int) -> Statement:
    """Replaces the cells of these days that are not as counted now, and tells up to `report` of them."""
    fresh, params = fresh_cells(metric, first, last)
    code, version = metric.code, metric.version
    return (
        CHANGED.format(fresh=fresh) + WRITTEN + REPORT,
        [*params, code, first, last, version, code, code, version, report],
    )


def compare(metric: Metric, first: datetime.date, last: datetime.date, *, report: int) -> Statement:
    """Tells the cells of these days that are not as counted now; changes nothing."""
    fresh, params = fresh_cells(metric, first, last)
    return CHANGED.format(fresh=fresh) + REPORT, [*params, metric.code, first, last, metric.version, report]


def fresh_cells(metric: Metric, first: datetime.date, last: datetime.date) -> Statement:
    """The cells of these days as counted now: one SELECT. A snapshot is counted on one day, `last`."""
    if isinstance(metric, Snapshot):
        now, params = _totals(metric, metric.rows(last), {})
        return SINCE.format(now=now), [last, *params, metric.code, last]
    if isinstance(metric, Stock):
        return _stock(metric, first, last)
    if isinstance(metric, Flow):
        rows = metric.rows() if (first, last) == EVER else metric.rows_in(first, last)
        return _totals(metric, rows, {"cell_day": TruncDate(metric.date) if metric.timed else F(metric.date)})
    raise TypeError(f"{metric!r} has no cells")


def _stock(metric: Stock, first: datetime.date, last: datetime.date) -> Statement:
    rows = metric.rows()
    names: dict[str, Any] = {"cell_began": F(metric.began) if metric.began else Value(FLOOR, DateField())}
    if metric.ended:
        names["cell_ended"] = F(metric.ended)
    if (first, last) != EVER:
        within = Q()
        for name in filter(None, (metric.began, metric.ended)):
            within |= Q(**{f"{name}__range": (first, last)})
        if first <= FLOOR:  # what stands always begins there
            within = within | Q(**{f"{metric.began}__isnull": True}) if metric.began else Q()
        rows = rows.filter(within)
    sql, params = _totals(metric, rows, names)
    return WITHIN.format(changes=sql), [*params, first, last]


def _totals(metric: Metric, rows: QuerySet, names: dict[str, Any]) -> Statement:
    """The rows grouped by the named days and by place, and summed for the district, the towns and the chains."""
    parts = [_part(metric, rows, names, on_chain=False)]
    if metric.chain:
        parts.append(_part(metric, rows, names, on_chain=True))
    return "\nUNION ALL\n".join(sql for sql, _ in parts), [value for _, values in parts for value in values]


def bare(metric: Flow, *, on_chain: bool) -> Statement:
    """The grouped SELECT over all rows of a flow, with nothing around it: what counting is measured against."""
    return _grouped(metric, metric.rows(), {"cell_day": F(metric.date)}, on_chain=on_chain)


def _grouped(metric: Metric, rows: QuerySet, names: dict[str, Any], *, on_chain: bool) -> Statement:
    """The rows grouped by the named days and by place, as Django writes it."""
    places = {"cell_district": F(district_of(metric, rows))}
    if metric.town:
        places["cell_town"] = F(metric.town)
    if on_chain:
        places["cell_chain"] = F(metric.chain)
    grouped = rows.order_by().values(**names, **places)
    return _select(grouped.annotate(cell=_value(metric, grouped)))


def _part(metric: Metric, rows: QuerySet, names: dict[str, Any], *, on_chain: bool) -> Statement:
    base, params = _grouped(metric, rows, names, on_chain=on_chain)
    if "cell_began" in names:
        if "cell_ended" not in names:
            base = ENDLESS.format(base=base)
        base = CHANGES.format(base=base, places=", ".join(_places(metric, on_chain)), floor=FLOOR)
    elif "cell_day" not in names:
        base = UNDATED.format(base=base, day=CEILING)
    chain, whole, known = "0", "cell_day, cell_district", "cell_day IS NOT NULL AND cell_district IS NOT NULL"
    if on_chain:
        chain, whole, known = "cell_chain", f"{whole}, cell_chain", f"{known} AND cell_chain IS NOT NULL"
    towns = TOWNS.format(chain=chain, known=known) if metric.town else ""
    sql = TOTALS.format(base=base, towns=towns, chain=chain, known=known, whole=whole)
    return sql, params


def _places(metric: Metric, on_chain: bool) -> list[str]:
    """The columns of a place in the grouped SELECT."""
    return ["cell_district", *(["cell_town"] if metric.town else []), *(["cell_chain"] if on_chain else [])]


def _select(rows: QuerySet) -> Statement:
    try:
        sql, params = rows.query.sql_with_params()
    except EmptyResultSet:
        return NOTHING, []
    return sql, list(params)


def district_of(metric: Metric, rows: QuerySet) -> str:
    """The lookup to the district: as declared, the row's own column, or the town's."""
    if metric.district:
        return metric.district
    try:
        rows.model._meta.get_field("district")
    except FieldDoesNotExist:
        return f"{metric.town}__district"
    return "district"


def _value(metric: Metric, rows: QuerySet) -> Any:
    """Rows are counted plainly unless a join (to the chains) may bring a row twice."""
    query = rows.query
    joined = [
        getattr(query.alias_map[alias], "join_field", None)
        for alias, used in query.alias_refcount.items()
        if used
    ]
    repeats = any(field is not None and (field.one_to_many or field.many_to_many) for field in joined)
    return metric.value if repeats or metric.value is not ROWS else Count("pk")
