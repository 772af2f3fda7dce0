"""Pictures of a dashboard, each with the same as a table: one declaration feeds the drawing, the table and the workbook."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from enterprises.ledger.queries import flows
from portal.kit.money import WAN
from portal.metrics import rules
from portal.metrics.queries import series
from portal.metrics.queries.series import Series
from portal.metrics.registry import Metric, Rate
from portal.territory.tiles import Tile as MapTile
from portal.territory.tiles import shades, tile_rows

from .boards import Board, Part, Place, digest_of
from .sections import BY_CHAIN, BY_TOWN, declared

MONTHS_OF_FLOWS = 12
MOST_LEADS = 10


@dataclass(frozen=True)
class Picture:
    """What is drawn (`chart`, for static/src/charts), the same as a table, and what its name says in addresses.

    `rows`: a label and numbers, as they are (yuan as 万元). `links`: the address of each row's label, or "".
    """

    key: str
    title: str
    columns: Sequence[str]
    rows: list[tuple]
    chart: dict[str, Any] | None
    note: str = ""
    links: list[str] = field(default_factory=list)
    tiles: list[list[MapTile | None]] | None = None

    @property
    def id(self) -> str:
        return f"picture-{self.key}"

    @property
    def data_id(self) -> str:
        """The id of the element with what is drawn."""
        return f"{self.id}-data"

    @property
    def is_empty(self) -> bool:
        """Whether no row has a value."""
        return not any(value for row in self.rows for value in row[1:])

    @property
    def table(self) -> list[tuple[str, tuple, str]]:
        """(label, numbers, address) of each row."""
        links = self.links or [""] * len(self.rows)
        return [(row[0], row[1:], link) for row, link in zip(self.rows, links, strict=True)]

    @property
    def digest(self) -> str:
        return digest_of(self.rows)


def trend_of(board: Board, part: Part) -> Picture | None:
    """A section's figures by month, over two years; None when none of them is told here."""
    tiles = {tile.code: tile for tile in board.tiles}
    offered = (part.section.trend, part.section.otherwise)
    trend = next((one for one in offered if one and set(one.codes) & set(tiles)), None)
    if trend is None:
        return None
    chosen = [tiles[code] for code in trend.codes if code in tiles]
    metrics = [tile.metric for tile in chosen]
    labels = [point.label for point in chosen[0].trend.points]
    lines = [numbers(tile.metric, (point.value for point in tile.trend.points)) for tile in chosen]
    title = _("%(title)s（近 %(count)d 个月）") % {"title": trend.title, "count": len(labels)}
    return Picture(
        f"trend-{part.section.code}",
        title,
        [_("月份"), *(_headed(metric) for metric in metrics)],
        [(label, *values) for label, *values in zip(labels, *lines, strict=True)],
        {
            "type": trend.type,
            "labels": labels,
            "unit": _unit(metrics[0]),
            "series": [
                {"name": str(metric.name), "data": drawn(line)}
                for metric, line in zip(metrics, lines, strict=True)
            ],
        },
    )


def choices(place: Place, kind: str) -> list[Metric | Rate]:
    """The figures that the map ("town") or the ranking of chains ("chain") offers here; a station has neither."""
    if place.kind == "station":
        return []
    return declared(BY_TOWN if kind == "town" else BY_CHAIN, kind, *place.needed)


def by_place(place: Place, kind: str, code: str) -> Picture:
    """A figure by town as a map, or by chain as a ranking: since the beginning for a flow, as it stands for a stock."""
    found = series([code], area=place.area, by=kind)[code]
    metric, points = found.metric, found.points
    rows = {row.code: row for row in (place.towns if kind == "town" else place.chains)}
    if kind == "chain":
        points = sorted(points, key=lambda point: -(point.value or 0))
    values = numbers(metric, (point.value for point in points))
    links = [_figure_url(code, {**place.query, kind: point.key}) for point in points]
    names = [getattr(rows.get(point.key), "short_name", "") or point.label for point in points]
    tiles = _tiles(found, rows, links) if kind == "town" else None
    chart = None if tiles else {
        "type": "bar",
        "horizontal": True,
        "labels": names,
        "unit": _unit(metric),
        "series": [{"name": str(metric.name), "data": drawn(values)}],
    }  # fmt: skip
    heading = _("街镇") if kind == "town" else _("产业链")
    return Picture(
        f"{kind}s",
        _("各街镇：%(name)s") % {"name": metric.name}
        if kind == "town"
        else _("各产业链：%(name)s") % {"name": metric.name},
        [heading, _headed(metric)],
        [(point.label, value) for point, value in zip(points, values, strict=True)],
        chart,
        links=links,
        tiles=tiles,
    )


def _tiles(found: Series, rows: dict[str, Any], links: list[str]) -> list[list[MapTile | None]] | None:
    """The map, when every town has its tile; else the ranking says it."""
    values = {point.key: point.value for point in found.points}
    if not values or len({(rows[key].tile_row, rows[key].tile_column) for key in values}) < len(values):
        return None
    shade = shades(values)
    written = dict(zip(values, numbers(found.metric, values.values()), strict=True))
    return tile_rows(
        MapTile(rows[key], _short(found.metric, written[key]), link, shade[key])
        for key, link in zip(values, links, strict=True)
    )


def purchases(place: Place, user, last) -> tuple[Picture, Picture]:
    """Who buys from whom along a chain's segments, and the lead enterprises that buy most inside it, over a year."""
    first = rules.shifted(last.replace(day=1), 1 - MONTHS_OF_FLOWS)
    period = {"chain": place.area.chain, "towns": place.area.towns, "first": first, "last": last}
    rows = flows.between_segments(user, **period)
    unplaced, wan = _("未定环节"), _("万元")
    named = [(row.seller or unplaced, row.buyer or unplaced, row.deals, in_wan(row.amount)) for row in rows]
    sides = [*dict.fromkeys(("s", row[0]) for row in named), *dict.fromkeys(("b", row[1]) for row in named)]
    query = urlencode({**place.query, "from": first.isoformat(), "to": last.isoformat()})
    note = _("%(first)s 至 %(last)s，双方均已确认的链内采购；左为供应环节，右为采购环节。") % {
        "first": first.isoformat(), "last": last.isoformat()
    }  # fmt: skip
    sankey = Picture(
        "purchases",
        _("谁向谁采购"),
        [_("供应环节 → 采购环节"), _("笔数"), _("金额（万元）")],
        [(f"{seller} → {buyer}", deals, amount) for seller, buyer, deals, amount in named],
        {
            "type": "sankey",
            "unit": wan,
            "nodes": [{"id": f"{side}:{name}", "name": name, "side": side} for side, name in sides],
            "links": [
                {"source": f"s:{seller}", "target": f"b:{buyer}", "value": float(amount)}
                for seller, buyer, _deals, amount in named
            ],
        },
        note,
        [_figure_url("intra_chain_amount", query)] * len(named),
    )
    leads = flows.top_lead_buyers(user, most=MOST_LEADS, **period)
    top = Picture(
        "leads",
        _("链主企业链内采购"),
        [_("企业"), _("笔数"), _("金额（万元）")],
        [(row.name, row.deals, in_wan(row.amount)) for row in leads],
        {
            "type": "bar",
            "horizontal": True,
            "unit": wan,
            "labels": [row.name for row in leads],
            "series": [{"name": _("金额"), "data": [float(in_wan(row.amount)) for row in leads]}],
        },
        _("本链链主企业作为采购方，同一时段。"),
        [
            f"{reverse('deal-list')}?{urlencode({'buyer': row.uscc, 'chain': place.code, 'counted': '1'})}"
            for row in leads
        ],
    )
    return sankey, top


def numbers(metric: Metric | Rate, values: Iterable[Decimal | None]) -> list[Decimal | None]:
    """Values as tables and pictures have them: amounts in 万元."""
    return [in_wan(value) if metric.money and value is not None else value for value in values]


def in_wan(yuan: Decimal) -> Decimal:
    """Exact: four decimals more."""
    return (yuan / WAN).normalize() + Decimal(0)


def drawn(values: Iterable[Decimal | None]) -> list[float | None]:
    """For the drawing only; nothing is counted with these."""
    return [None if value is None else float(value) for value in values]


def default_of(place: Place, kind: str, asked: str) -> str:
    """The figure that was asked for when it is offered here, else the first that is; "" when there is none."""
    codes = [metric.code for metric in choices(place, kind)]
    return asked if asked in codes else next(iter(codes), "")


def _figure_url(code: str, query: dict[str, str] | str) -> str:
    text = query if isinstance(query, str) else urlencode(query)
    return f"{reverse('metric', args=[code])}?{text}"


def _unit(metric: Metric | Rate) -> str:
    return _("万元") if metric.money else str(metric.unit)


def _headed(metric: Metric | Rate) -> str:
    return f"{metric.name}（{_unit(metric)}）"


def _short(metric: Metric | Rate, value: Decimal | None) -> str:
    """A value that fits on a tile."""
    if value is None:
        return "—"
    with_tenth = isinstance(metric, Rate) or (value != value.to_integral_value() and abs(value) < 1000)
    return f"{value:,.1f}" if with_tenth else f"{value:,.0f}"
