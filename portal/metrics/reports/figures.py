"""The figures of a bulletin, read once and frozen as plain rows: everything else is made from these rows alone.

    {"day", "as_of", "step", "order": [code], "figures": {code: row}, "months": {"keys": [...], "values": {code: [...]}},
     "places": {"town" | "chain": {"codes": [...], "rows": [{"name", "values": [...]}]}}}

A row: name, unit, definition, version, kind, money; value, previous, last_year of the period; change and year_on_year in
percent (points for a percentage); year (what came together since the year's first day), target and progress. Numbers are decimal
texts, amounts in yuan; null is not known.
"""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from ..places import Area
from ..queries import Figure, figures, series
from ..registry import Dimension, metric_of, metrics
from ..rules import shifted
from .outline import BY_CHAIN, BY_TOWN
from .rules import Term

MONTHS = 13  # the month itself and the year before


def freeze(*, district_id: int, term: Term, day: datetime.date) -> dict[str, Any]:
    """The figures of a district for a period, up to `day`, all of one moment."""
    area, codes = Area((district_id,)), [metric.code for metric in metrics()]
    with _one_moment():
        of_period = figures(codes, area=area, day=day, period=term.step)
        of_year = figures(codes, area=area, day=day, period="year")
        first = shifted(day.replace(day=1), 1 - MONTHS)
        by_month = series(codes, area=area, first=first, last=day, by="month")
        places = {
            by: _by_place(area, by, chosen, term.first, day)
            for by, chosen in (("town", BY_TOWN), ("chain", BY_CHAIN))
        }
    times = [figure.as_of for figure in of_period.values() if figure.as_of]
    return {
        "day": day.isoformat(),
        "as_of": timezone.localtime(min(times)).isoformat(timespec="seconds") if times else None,
        "step": term.step,
        "order": codes,  # the database keeps an object's keys in an order of its own
        "figures": {code: _row(of_period[code], of_year[code]) for code in codes},
        "months": {
            "keys": [point.key for point in by_month[codes[0]].points] if codes else [],
            "values": {code: [_text(point.value) for point in by_month[code].points] for code in codes},
        },
        "places": places,
    }


def declared(codes: tuple[str, ...]) -> list[str]:
    """Those codes that some feature declares."""
    known = {metric.code for metric in metrics()}
    return [code for code in codes if code in known]


@contextmanager
def _one_moment() -> Iterator[None]:
    """Every statement inside sees the same cells, whatever a drain commits meanwhile."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _row(figure: Figure, year: Figure) -> dict[str, Any]:
    metric = figure.metric
    return {
        "name": str(metric.name),
        "unit": str(metric.unit),
        "definition": str(metric.definition),
        "version": metric.version,
        "kind": metric.kind,
        "money": metric.money,
        "value": _text(figure.value),
        "previous": _text(figure.previous),
        "last_year": _text(figure.last_year),
        "change": _text(figure.change),
        "year_on_year": _text(figure.year_on_year),
        "year": _text(year.value),
        "target": _text(year.target),
        "progress": _text(year.progress),
        "failed": figure.failed,
    }


def _by_place(
    area: Area, by: Dimension, chosen: tuple[str, ...], first: datetime.date, day: datetime.date
) -> dict[str, Any]:
    """The chosen figures of the period for each town or chain that has any."""
    codes = [code for code in declared(chosen) if by in metric_of(code).dimensions]
    if not codes:
        return {"codes": [], "rows": []}
    found = series(codes, area=area, first=first, last=day, by=by)
    names = [point.label for point in found[codes[0]].points]
    return {
        "codes": codes,
        "rows": [
            {
                "name": name,
                "values": [_text(found[code].points[place].value) if _is_known(found[code].total) else None
                           for code in codes],
            }
            for place, name in enumerate(names)
        ],
    }  # fmt: skip


def _is_known(total: Decimal | None) -> bool:
    """A figure that is not known for the district is not known for its parts either."""
    return total is not None


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"
