"""What a figure is: a declaration with code, name, unit and definition (口径), and the rows behind it.

A feature declares its figures in `metrics.py`; every application's are read when the portal starts. No counter is
ever incremented (architecture.md, idea 2): the engine groups the declared rows and writes the cells.

    Flow      happens on a day: activities held, deals signed        cell = what the day adds
    Stock     stands from a day to a day: organisations, stations    cell = what the day changes (+ begun, − ended)
    Snapshot  is only known as it is now: coverage, surveys due      cell = what changed since the day before
    Rate      part ÷ whole of two counted figures, of the period or (`to_date`) of all up to its end

So every counted figure is a sum of cells: over the days of a period for a flow, up to a day for a stock.
"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pkgutil import walk_packages
from typing import Any, ClassVar, Literal

from django.apps import apps
from django.db.models import Aggregate, Count, F, Model, Q, QuerySet
from django.db.models.expressions import Combinable
from django.utils import timezone

from .rules import ONE_DAY

Dimension = Literal["town", "chain"]
Rows = Callable[[], QuerySet]
RowsOfDay = Callable[[datetime.date], QuerySet]
ROWS = Count("pk", distinct=True)
OURS = ("chains", "enterprises", "services")


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A figure that is counted; declare one of the three kinds below.

    `town`, `chain` and `district` are lookups from a row to the id it is grouped by; "" when the figure has no such
    dimension. Without `district` it is the town's, else the row's own. A row on two chains counts once for the
    district and once in each chain's own figure; where `chain` is no column, `on_chain` says which rows are a chain's.
    `station` is the lookup to a service station, for figures that can be told of a single one: no cells are kept of
    it, its rows are counted when somebody asks.
    `value` aggregates the rows and must be additive over days and towns (count of rows, sum of a column).
    `touched_by` names what happens elsewhere and changes the figure; an action says so with `mark_dirty("place", …)`
    and need not know the codes. `each` is what one row adds (a column or an expression), shown beside it in the list
    of rows (nothing: one row counts one). `money`: the value is yuan and shown in 万元.
    A new `version` goes with a new `definition`: the series says from when it holds.
    """

    kind: ClassVar[str] = ""
    to_date: ClassVar[bool] = False

    code: str
    name: Any
    unit: Any
    definition: Any
    town: str = ""
    chain: str = ""
    on_chain: Callable[[int], Q] | None = None
    district: str = ""
    station: str = ""
    value: Aggregate | Combinable = ROWS
    each: str | Combinable = ""
    money: bool = False
    touched_by: tuple[str, ...] = ()
    version: int = 1

    @property
    def dimensions(self) -> tuple[str, ...]:
        """What the figure can be broken down by, besides the date."""
        return tuple(name for name in ("town", "chain") if getattr(self, name))

    @property
    def filters(self) -> tuple[str, ...]:
        """What the figure can be narrowed to: a place of its dimensions, or a single station."""
        return (*self.dimensions, *(("station",) if self.station else ()))

    @property
    def adds_up(self) -> bool:
        """Whether a period's figure is the sum of its days (a flow) and not the last day's state."""
        return self.kind == "flow"

    def rows_in(self, first: datetime.date, last: datetime.date) -> QuerySet:
        """The rows behind the figure of a period (of its last day for a stock); no scope is applied yet."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Flow(Metric):
    """Counted on the day that `date` names: a date column, or with `timed` a moment, which counts on its local day.

    Give the column an index: a drain reads it by range.
    """

    kind: ClassVar[str] = "flow"

    rows: Rows
    date: str
    timed: bool = False

    def rows_in(self, first: datetime.date, last: datetime.date) -> QuerySet:
        if self.timed:
            after = midnight(last + ONE_DAY)
            return self.rows().filter(**{f"{self.date}__gte": midnight(first), f"{self.date}__lt": after})
        return self.rows().filter(**{f"{self.date}__range": (first, last)})


@dataclass(frozen=True, kw_only=True)
class Stock(Metric):
    """Counts from the day `began` (empty, or without one: always) until the day before `ended` (empty: still)."""

    kind: ClassVar[str] = "stock"

    rows: Rows
    began: str = ""
    ended: str = ""

    def rows_in(self, first: datetime.date, last: datetime.date) -> QuerySet:
        stood = Q()
        if self.began:
            stood = Q(**{f"{self.began}__isnull": True}) | Q(**{f"{self.began}__lte": last})
        if self.ended:
            stood &= Q(**{f"{self.ended}__isnull": True}) | Q(**{f"{self.ended}__gt": last})
        return self.rows().filter(stood)


@dataclass(frozen=True, kw_only=True)
class Snapshot(Metric):
    """Known only as it stands on the day it is counted; earlier days keep what was counted then.

    With `has_past`, `rows(day)` can answer for past days too, and the ends of past months are recounted.
    """

    kind: ClassVar[str] = "snapshot"

    rows: RowsOfDay
    has_past: bool = False

    def rows_in(self, first: datetime.date, last: datetime.date) -> QuerySet:
        return self.rows(last)


@dataclass(frozen=True, kw_only=True)
class Rate:
    """A figure derived from two counted ones: part ÷ whole × `times` (100: percent, 1: an average), two decimals.

    `to_date`: of all that came together up to a period's end, whenever the period began. For a part that follows its
    whole at another day: of what was found in March some is solved in April, and a month by itself would pass 100 %.
    """

    kind: ClassVar[str] = "rate"

    code: str
    name: Any
    definition: Any
    part: str
    whole: str
    unit: Any = "%"
    times: int = 100
    to_date: bool = False
    version: int = 1
    money: bool = field(default=False, init=False)

    @property
    def adds_up(self) -> bool:
        """Whether the figure is one of its period's days, and not how things stand at the period's end."""
        return not self.to_date and metric_of(self.part).adds_up

    @property
    def dimensions(self) -> tuple[str, ...]:
        """What both counted figures can be broken down by."""
        return tuple(
            name for name in metric_of(self.part).dimensions if name in metric_of(self.whole).dimensions
        )

    @property
    def filters(self) -> tuple[str, ...]:
        """What both counted figures can be narrowed to."""
        return tuple(name for name in metric_of(self.part).filters if name in metric_of(self.whole).filters)


@dataclass(frozen=True)
class Column:
    """A column of the rows behind a figure: a lookup from the row. `choices` says what a code means."""

    name: str
    title: Any
    lookup: str
    choices: Any = None


@dataclass(frozen=True)
class RowsOf:
    """How the rows of a model are shown behind a figure, without personal data. `page`: name of the row's page and
    the lookup to its argument."""

    columns: tuple[Column, ...]
    page: tuple[str, str] | None = None


_metrics: dict[str, Metric | Rate] = {}
_shown: dict[type[Model], RowsOf] = {}


def register(*metrics: Metric | Rate) -> None:
    """Declares figures. Raises ValueError for a code that is already taken by another declaration."""
    for known in (codes_behind, keys_of, topics):
        known.cache_clear()
    for metric in metrics:
        if _metrics.setdefault(metric.code, metric) is not metric:
            raise ValueError(f"two figures are called {metric.code}")


def show_rows(model: type[Model], *columns: Column, page: tuple[str, str] | None = None) -> None:
    """Says how rows of this model are shown behind every figure that counts them."""
    _shown[model] = RowsOf(columns, page)


def rows_of(model: type[Model]) -> RowsOf:
    """How the rows of a model are shown; without a word from its feature, by their name in the register."""
    return _shown.get(model, RowsOf(()))


def metric_of(code: str) -> Metric | Rate:
    """The figure with this code. Raises LookupError for an unknown one."""
    return _metrics[code]


def metrics() -> list[Metric | Rate]:
    """Every figure, in the order of declaration."""
    return list(_metrics.values())


def counted() -> list[Metric]:
    """The figures that have cells: all but the rates."""
    return [metric for metric in _metrics.values() if isinstance(metric, Metric)]


@cache
def codes_behind(name: str) -> tuple[str, ...]:
    """The counted figures that a name stands for: its own code, or all that are `touched_by` it.

    Raises LookupError for a name that no figure knows.
    """
    found = tuple(one.code for one in counted() if one.code == name or name in one.touched_by)
    if not found:
        raise LookupError(f"no figure is called or touched by {name!r}")
    return found


@cache
def topics() -> tuple[str, ...]:
    """The names that are no figure's code and that some figure is `touched_by`."""
    codes = {one.code for one in counted()}
    return tuple(sorted({name for one in counted() for name in one.touched_by} - codes))


@cache
def keys_of(name: str) -> tuple[str, ...]:
    """How an action's word is written down: as it is for a topic (a drain knows what it touches), else as codes.

    Raises LookupError for a name that no figure knows.
    """
    return (name,) if name in topics() else codes_behind(name)


def midnight(day: datetime.date) -> datetime.datetime:
    """The moment at which the day begins here."""
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


def discover() -> None:
    """Reads the `metrics.py` of every feature folder of our applications."""
    for config in apps.get_app_configs():
        if config.name in OURS:
            for module in walk_packages(config.module.__path__, f"{config.name}."):
                if module.name.endswith(".metrics") and not module.ispkg:
                    import_module(module.name)


def measure(metric: Metric, day: datetime.date, *, by: Dimension | None = None) -> dict[Any, Any]:
    """The figure on `day`, straight from the rows: {None: value}, or {id of town or chain: value} in one statement.

    What the cells are compared with. Raises ValueError for a dimension that the figure does not have.
    """
    rows = metric.rows_in(day, day)
    if by is None:
        return {None: rows.aggregate(value=metric.value)["value"] or 0}
    if by not in metric.dimensions:
        raise ValueError(f"{metric.code} has no dimension {by}")
    path = getattr(metric, by)
    grouped: Iterable[dict[str, Any]] = (
        rows.order_by().values(cell_of=F(path)).annotate(cell=metric.value).values("cell_of", "cell")
    )
    return {row["cell_of"]: row["cell"] for row in grouped if row["cell_of"] is not None}
