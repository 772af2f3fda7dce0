"""A dashboard as data: where it is about, its sections with their figures, and the time until which they are right.

Knows no tables, only codes: nine statements of the metric engine for any number of figures and rows.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from hashlib import blake2s
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound

from portal.accounts.models import User
from portal.kit.problems import or_404
from portal.metrics import rules
from portal.metrics.places import Area, listed
from portal.metrics.queries import Figure, Series, area_of, ever_counted, figures, series, written
from portal.metrics.registry import Metric, Rate

from .sections import AROUND, SECTIONS, TOTALS, Form, Section, arranged, declared

MONTHS = 24
MOST_NAMES = 5  # in a remark about figures that fail
LAGS = datetime.timedelta(minutes=5)  # a figure that is older than the newest by more says so itself


@dataclass(frozen=True)
class Place:
    """Where a dashboard is about: the whole scope (kind "district"), one chain, one town, or one service station.

    `around`: the town of a station.
    """

    kind: str
    code: str
    name: str
    area: Area
    towns: tuple[Model, ...]
    chains: tuple[Model, ...]
    around: "Place | None" = None

    @property
    def needed(self) -> tuple[str, ...]:
        """What a figure must be narrowed to, to be told here."""
        if self.area.station:
            return ("station",)
        return (*(("town",) if self.area.towns else ()), *(("chain",) if self.area.chain else ()))

    @property
    def is_home(self) -> bool:
        """Whether the reader starts here: the whole scope, or the only town of a station."""
        return self.kind == "district" or (self.kind == "town" and len(self.towns) == 1)

    @property
    def query(self) -> dict[str, str]:
        """The place in the address of a figure's page."""
        return {} if self.kind == "district" else {self.kind: self.code}


@dataclass(frozen=True)
class Tile:
    """A figure on a dashboard. `lead` is what is written large: the sum since the beginning for a total, else `year`."""

    code: str
    form: Form
    lead: Figure
    year: Figure
    trend: Series
    rows: dict[str, str]
    year_rows: dict[str, str]
    lagging: bool

    @property
    def rows_url(self) -> str:
        """The page with the definition and the rows behind what is written large."""
        return _address("metric", self.code, self.rows)

    @property
    def year_url(self) -> str:
        """The same for the year."""
        return _address("metric", self.code, self.year_rows)

    @property
    def api_url(self) -> str:
        """The rows behind what is written large, by REST."""
        return _address("api:metric-rows", self.code, self.rows)

    @property
    def metric(self) -> Metric | Rate:
        return self.lead.metric

    @property
    def is_total(self) -> bool:
        """Whether the year's part is written below the sum since the beginning."""
        return self.code in TOTALS

    @property
    def is_flow(self) -> bool:
        """Whether the year's figure is that of its days, and not how things stand at its end."""
        return self.metric.adds_up

    @property
    def value(self) -> tuple[str, str]:
        """(number, unit) as people read them."""
        return written(self.metric, self.lead.value)

    @property
    def year_text(self) -> str:
        return text_of(self.metric, self.year.value)

    @property
    def last_year_text(self) -> str:
        return text_of(self.metric, self.year.last_year)

    @property
    def target_text(self) -> str:
        return text_of(self.metric, self.year.target)

    @property
    def change(self) -> str:
        """The year against the same time a year before, with its sign; nothing when that is not known."""
        change = self.year.year_on_year
        if change is None:
            return ""
        if not change:
            return _("持平")
        points = isinstance(self.metric, Rate) and self.metric.times == 100
        return f"{change:+,.1f} {_('个百分点')}" if points else f"{change:+,.1f}%"

    @property
    def direction(self) -> str:
        """up, down or same: whether more is better is not ours to say."""
        change = self.year.year_on_year
        return "same" if not change else "up" if change > 0 else "down"

    @property
    def progress(self) -> str:
        """How much of the year's target is reached, in percent; "" without a target."""
        return "" if self.year.progress is None else f"{self.year.progress:.1f}"

    @property
    def spark(self) -> str:
        """The trend as the points of a line in a box of 100 × 24; "" with fewer than two known values."""
        values = [point.value for point in self.trend.points]
        known = [value for value in values if value is not None]
        if len(known) < 2:
            return ""
        low, high = min(known), max(known)
        spread, step = (high - low) or 1, 100 / (len(values) - 1)
        return " ".join(
            f"{place * step:.1f},{22 - 20 * float((value - low) / spread):.1f}"
            for place, value in enumerate(values)
            if value is not None
        )

    @property
    def digest(self) -> str:
        """Changes with what is written, not with the clock."""
        as_of = self.lead.as_of if self.lagging else None
        points = [point.value for point in self.trend.points]
        return digest_of(
            self.lead.value, self.year.value, self.year.last_year, self.year.target, points, as_of
        )


@dataclass(frozen=True)
class Part:
    """A section of the board with its tiles, those that are cards and those that are lines of the table."""

    section: Section
    tiles: tuple[Tile, ...]

    @property
    def cards(self) -> list[Tile]:
        return [tile for tile in self.tiles if tile.form is Form.CARD]

    @property
    def rows(self) -> list[Tile]:
        return [tile for tile in self.tiles if tile.form is Form.ROW]

    @property
    def digest(self) -> str:
        """Of the table."""
        return digest_of(*(tile.digest for tile in self.rows))


@dataclass(frozen=True)
class Board:
    """A dashboard. `as_of`: until when all its figures are right, but for those that say so themselves."""

    place: Place
    parts: tuple[Part, ...]
    as_of: datetime.datetime | None
    first: datetime.date
    last: datetime.date

    @property
    def tiles(self) -> list[Tile]:
        return [tile for part in self.parts for tile in part.tiles]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell yet: no figure was counted, or all of them are nothing."""
        return not any(tile.lead.value for tile in self.tiles)

    @property
    def failed(self) -> list[Tile]:
        """The figures that show an older value because counting them fails."""
        return [tile for tile in self.tiles if tile.lead.failed]

    @property
    def failed_names(self) -> str:
        """The first few of them by name."""
        names = [str(tile.metric.name) for tile in self.failed]
        return "、".join(names[:MOST_NAMES]) + ("……" if len(names) > MOST_NAMES else "")

    @property
    def failed_digest(self) -> str:
        """Changes with which of them fail."""
        return digest_of(*(tile.code for tile in self.failed))


def place_of(user: User, *, town: str = "", chain: str = "", station: str = "") -> Place:
    """The place that is asked for. Raises NotFound for one that does not exist or lies outside the user's scope."""
    whole = area_of(user)
    towns, chains = tuple(listed("town", whole)), tuple(listed("chain", whole))
    if station:
        return _station(whole, station, towns, chains)
    if not town and not chain:
        name = "、".join(user.scope.places)
        return Place("district", "", name, whole, towns, chains)
    kind, code, rows = ("town", town, towns) if town else ("chain", chain, chains)
    row = or_404(next((row for row in rows if row.code == code), None))
    if town:
        area = Area((row.district_id,), (row.pk,))
    else:
        area = Area((row.district_id,), whole.towns, row.pk)
    return Place(kind, code, row.name, area, towns, chains)


def _station(whole: Area, code: str, towns: tuple[Model, ...], chains: tuple[Model, ...]) -> Place:
    row = next((row for row in listed("station", whole) if row.code == code), None)
    town = next((town for town in towns if row and town.pk == row.town_id), None)
    if row is None or town is None:
        raise NotFound
    area = Area((row.district_id,), (town.pk,))
    around = Place("town", town.code, town.name, area, towns, chains)
    return Place("station", code, row.name, replace(area, station=row.pk), towns, chains, around)


def board_of(place: Place, *, day: datetime.date | None = None, only: Iterable[str] | None = None) -> Board:
    """The dashboard of a place on a day; `only` these codes (the big screen). A station's tells of its town as well."""
    board = _board(place, SECTIONS, day=day, only=only)
    if place.around is None:
        return board
    town = _board(place.around, (AROUND,), day=day, only=only)
    times = [one.as_of for one in (board, town) if one.as_of]
    return replace(board, parts=(*board.parts, *town.parts), as_of=min(times, default=None))


def _board(
    place: Place, sections: Iterable[Section], *, day: datetime.date | None, only: Iterable[str] | None
) -> Board:
    last = day or timezone.localdate()
    first = rules.shifted(last.replace(day=1), 1 - MONTHS)
    chosen = None if only is None else set(only)
    wanted = [
        metric
        for section in sections
        for metric in declared((one.code for one in section.shown), *place.needed)
        if chosen is None or metric.code in chosen
    ]
    codes = [metric.code for metric in wanted]
    year = figures(codes, area=place.area, day=last)
    totals = [code for code in codes if code in TOTALS]
    ever = figures(totals, area=place.area, day=last, period="all") if totals else {}
    trends = series(codes, area=place.area, first=first, last=last)
    known = _known(wanted, place) if any(section.has_lines for section in sections) else set(codes)
    newest = max((figure.as_of for figure in year.values() if figure.as_of), default=None)

    def tile(code: str, form: Form) -> Tile:
        lead = ever.get(code, year[code])
        late = lead.failed or (newest is not None and lead.as_of is not None and newest - lead.as_of > LAGS)
        to_date = {**place.query, "to": last.isoformat()}
        of_year = to_date
        if lead.metric.adds_up:
            begin = rules.period_start(last, "year").isoformat()
            of_year = {**place.query, "from": begin, "to": last.isoformat()}
        rows = to_date if code in ever else of_year
        return Tile(code, form, lead, year[code], trends[code], rows, of_year, late)

    parts = [
        Part(section, tuple(tile(one.code, one.form) for one in arranged(section, year, known)))
        for section in sections
    ]
    return Board(place, tuple(part for part in parts if part.tiles), newest, first, last)


def _known(wanted: Iterable[Metric | Rate], place: Place) -> set[str]:
    """The figures of which the district ever had a row; a rate's whole says it."""
    counted = {metric.code: metric.whole if isinstance(metric, Rate) else metric.code for metric in wanted}
    told = ever_counted(counted.values(), place.area)
    return {code for code, behind in counted.items() if behind in told}


def text_of(metric: Metric | Rate, value: Decimal | None) -> str:
    """The same in one: an amount with its unit, everything else without, for the unit stands beside it."""
    number, unit = written(metric, value)
    return f"{number} {unit}".strip() if metric.money else number


def digest_of(*values: Any) -> str:
    """A few letters that change when one of the values does."""
    plain = [value.normalize() if isinstance(value, Decimal) else value for value in values]
    return blake2s(repr(plain).encode(), digest_size=6).hexdigest()


def _address(name: str, code: str, query: dict[str, str]) -> str:
    address = reverse(name, args=[code])
    return f"{address}?{urlencode(query)}" if query else address
