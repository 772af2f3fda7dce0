"""What a figure is: a declaration with code, name, unit and definition (口径), and the rows behind it.

A feature declares its figures in `metrics.py`; every application's are read by `discover`. A figure is counted from
rows whenever it is asked for: no counter is ever incremented (architecture.md, idea 2).
"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from pkgutil import walk_packages
from typing import Any, Literal

from django.apps import apps
from django.db.models import Aggregate, Count, QuerySet

Dimension = Literal["town", "chain"]
ROWS = Count("pk", distinct=True)
OURS = ("chains", "enterprises", "services")


@dataclass(frozen=True)
class Metric:
    """A figure that is counted. `rows(day)` gives the rows behind it: for a stock those that stand on that day, for a
    flow those of that day; no scope is applied yet.

    `town` and `chain` are lookups from a row to the id it is grouped by ("" when the figure has no such dimension). A
    row on two chains counts once for the district and once in each chain's own figure. `value` aggregates the rows.
    """

    code: str
    name: Any
    unit: str
    definition: Any
    kind: Literal["stock", "flow"]
    rows: Callable[[datetime.date], QuerySet]
    town: str = ""
    chain: str = ""
    value: Aggregate = ROWS
    version: int = 1

    @property
    def dimensions(self) -> tuple[str, ...]:
        """What the figure can be broken down by, besides the date."""
        return tuple(name for name in ("town", "chain") if getattr(self, name))


@dataclass(frozen=True)
class Rate:
    """A figure derived from two counted ones: part ÷ whole, in percent with two decimals. Codes name the two."""

    code: str
    name: Any
    definition: Any
    part: str
    whole: str
    unit: str = "%"
    version: int = 1

    @property
    def dimensions(self) -> tuple[str, ...]:
        """What both counted figures can be broken down by."""
        return tuple(
            name for name in metric_of(self.part).dimensions if name in metric_of(self.whole).dimensions
        )


_metrics: dict[str, Metric | Rate] = {}


def register(*metrics: Metric | Rate) -> None:
    """Declares figures. Raises ValueError for a code that is already taken by another declaration."""
    for metric in metrics:
        if _metrics.setdefault(metric.code, metric) is not metric:
            raise ValueError(f"two figures are called {metric.code}")


def metric_of(code: str) -> Metric | Rate:
    """The figure with this code. Raises LookupError for an unknown one."""
    return _metrics[code]


def metrics() -> list[Metric | Rate]:
    """Every figure, in the order of declaration."""
    return list(_metrics.values())


def discover() -> None:
    """Reads the `metrics.py` of every feature folder of our applications."""
    for config in apps.get_app_configs():
        if config.name in OURS:
            for module in walk_packages(config.module.__path__, f"{config.name}."):
                if module.name.endswith(".metrics") and not module.ispkg:
                    import_module(module.name)


def measure(metric: Metric, day: datetime.date, *, by: Dimension | None = None) -> dict[Any, Any]:
    """The figure on `day`: {None: value} for all rows, or {id of town or chain: value} in one grouped statement.

    Raises ValueError for a dimension that the figure does not have.
    """
    rows = metric.rows(day)
    if by is None:
        return {None: rows.aggregate(value=metric.value)["value"] or 0}
    if by not in metric.dimensions:
        raise ValueError(f"{metric.code} has no dimension {by}")
    path = getattr(metric, by)
    grouped: Iterable[dict[str, Any]] = rows.order_by().values(path).annotate(value=metric.value)
    return {row[path]: row["value"] for row in grouped if row[path] is not None}
