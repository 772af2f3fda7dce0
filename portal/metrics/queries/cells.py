"""Where figures are summed from: the kept cells; of a single station, which has none, its rows grouped when asked."""

import datetime
from collections.abc import Iterable
from dataclasses import replace

from django.db import connection

from .. import statements
from ..places import Area
from ..registry import Metric
from ..rules import EVER
from ..statements import Statement

KEPT = "metrics_metricdaily"
EVER_COUNTED = """
SELECT code FROM unnest(%s::text[]) AS code WHERE EXISTS (
    SELECT 1 FROM metrics_metricdaily
    WHERE metric = code AND chain_id = 0 AND town_id = 0 AND district_id = ANY(%s))"""
OF_ONE = "SELECT %s::text AS metric, day, value FROM ({cells}) AS counted"


def ever_counted(codes: Iterable[str], area: Area) -> set[str]:
    """Those counted figures of which the area's districts as a whole ever had a row."""
    with connection.cursor() as cursor:
        cursor.execute(EVER_COUNTED, [sorted(set(codes)), list(area.districts)])
        return {code for (code,) in cursor.fetchall()}


def source(parts: Iterable[Metric], area: Area, first: datetime.date, last: datetime.date) -> Statement:
    """What stands behind FROM: the cells of the area, for a station just those of these figures and days.

    A stock's reach back to the beginning, for it is summed from there.
    """
    if not area.station:
        return KEPT, []
    found = [_of_station(metric, area.station, first, last) for metric in parts]
    sql = "\nUNION ALL\n".join(sql for sql, _params in found)
    return f"({sql}) AS counted_now", [value for _sql, params in found for value in params]


def _of_station(metric: Metric, station: int, first: datetime.date, last: datetime.date) -> Statement:
    only = replace(metric, rows=lambda: metric.rows().filter(**{metric.station: station}), town="", chain="")
    sql, params = statements.fresh_cells(only, *((first, last) if metric.adds_up else EVER))
    return OF_ONE.format(cells=sql), [metric.code, *params]
