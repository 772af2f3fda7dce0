"""A dashboard, or one picture of it, as a workbook: the numbers behind what is shown, as numbers."""

from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.metrics.registry import Rate

from .boards import Board, Tile
from .pictures import Picture, numbers

if TYPE_CHECKING:
    from xlsxwriter import Workbook

OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TITLE_LENGTH = 31  # what Excel allows a sheet's name
FORBIDDEN = str.maketrans("[]:*?/\\", "（）：×？／＼")


def board_workbook(board: Board) -> bytes:
    """Every figure with its comparisons and definition, and two years of months below one another."""
    out = BytesIO()
    with _workbook(out) as book:
        head = [
            _("版块"), _("指标"), _("代码"), _("单位"), _("数值"), _("数值口径"), _("本年"), _("上年同期"), _("年度目标"),
            _("数据截至"), _("说明"), _("口径"),
        ]  # fmt: skip
        rows = [[part.section.name, *_figure_row(tile)] for part in board.parts for tile in part.tiles]
        _sheet(book, _("指标"), head, rows)
        months = [point.label for point in board.tiles[0].trend.points] if board.tiles else []
        lines = [
            [
                tile.metric.name,
                _unit(tile),
                *numbers(tile.metric, (point.value for point in tile.trend.points)),
            ]
            for tile in board.tiles
        ]
        _sheet(book, _("近两年各月"), [_("指标"), _("单位"), *months], lines)
    return out.getvalue()


def picture_workbook(picture: Picture) -> bytes:
    """The table below a picture."""
    out = BytesIO()
    with _workbook(out) as book:
        _sheet(book, picture.title, picture.columns, picture.rows)
    return out.getvalue()


def _figure_row(tile: Tile) -> list[Any]:
    metric = tile.metric
    year = [tile.year.value, tile.year.last_year, tile.year.target]
    lead, *year = numbers(metric, [tile.lead.value, *year])
    kind = _("累计") if tile.is_total else _("本年") if tile.is_flow else _("时点")
    as_of = timezone.localtime(tile.lead.as_of).strftime("%Y-%m-%d %H:%M") if tile.lead.as_of else ""
    note = _("统计失败，为上次的数值") if tile.lead.failed else ""
    return [
        metric.name, metric.code, _unit(tile), lead, kind, *year, as_of, note, metric.definition
    ]  # fmt: skip


def _unit(tile: Tile) -> str:
    metric = tile.metric
    return (
        _("万元")
        if metric.money
        else "%"
        if isinstance(metric, Rate) and metric.times == 100
        else str(metric.unit)
    )


def _workbook(out: BytesIO) -> "Workbook":
    from xlsxwriter import (
        Workbook,
    )  # here, not above: every process would carry it for the few that write one

    return Workbook(out, OPTIONS)


def _sheet(book: "Workbook", title: str, head: list, rows: list) -> None:
    page = book.add_worksheet(str(title).translate(FORBIDDEN)[:TITLE_LENGTH])
    bold = book.add_format({"bold": True, "bg_color": "#EEF1F5", "border": 1, "border_color": "#C3C9D2"})
    number = book.add_format({"num_format": "#,##0.####"})
    widths = [len(str(name)) * 2 + 2 for name in head]
    page.write_row(0, 0, [str(name) for name in head], bold)
    for line, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if value is None:
                continue
            if isinstance(value, (int, float)) or hasattr(value, "quantize"):
                page.write_number(line, column, value, number)
            else:
                page.write_string(line, column, str(value))
            widths[column] = min(46, max(widths[column], len(str(value)) * 2))
    for column, width in enumerate(widths):
        page.set_column(column, column, width)
    page.freeze_panes(1, 1)
    page.set_landscape()
    page.fit_to_pages(1, 0)
