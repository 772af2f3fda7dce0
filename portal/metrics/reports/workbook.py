"""The numbers behind a bulletin as .xlsx, from its frozen figures alone, with Excel's own charts."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from . import wording
from .models import Report
from .outline import PARTS

HEADS = (
    "代码", "指标", "单位", "本期", "上期", "环比（%或百分点）", "上年同期", "同比（%或百分点）", "本年累计", "年度目标", "完成（%）",
)  # fmt: skip
PLACES = (("town", "街镇"), ("chain", "产业链"))


def make_workbook(report: Report) -> bytes:
    """The issued bulletin's figures, months, towns, chains and definitions as an Excel file."""
    file, content = BytesIO(), report.content
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"title": report.number, "created": report.issued_at.replace(tzinfo=None)})
        sheets = _Sheets(book)
        _figures(sheets, report)
        _months(sheets, content)
        for by, title in PLACES:
            _places(sheets, content["places"][by], content["figures"], title)
        rows = [(code, content["figures"][code]) for code in content["order"]]
        sheets.add(
            "口径",
            ("代码", "指标", "口径", "版本"),
            [(code, row["name"], row["definition"], row["version"]) for code, row in rows],
            widths=(28, 24, 90, 8),
        )
    return file.getvalue()


class _Sheets:
    """Sheets with a bold, frozen head; numbers as numbers."""

    def __init__(self, book: xlsxwriter.Workbook):
        self.book = book
        self.bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self.number = book.add_format({"num_format": "#,##0.##"})

    def add(
        self,
        title: str,
        heads: Sequence[str],
        rows: Sequence[Sequence[Any]],
        *,
        widths: Sequence[int] = (28, 26),
    ) -> Worksheet:
        sheet = self.book.add_worksheet(title)
        sheet.write_row(0, 0, heads, self.bold)
        sheet.freeze_panes(1, 2)
        for line, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(line, place, value)
                elif value is not None:
                    sheet.write_number(line, place, value, self.number)
        sheet.set_column(0, len(heads) - 1, 13)
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        return sheet


def _figures(sheets: _Sheets, report: Report) -> None:
    rows = []
    for code in report.content["order"]:
        row = report.content["figures"][code]
        shown = {
            name: _number(row, row[name]) for name in ("value", "previous", "last_year", "year", "target")
        }
        plain = {name: _plain(row[name]) for name in ("change", "year_on_year", "progress")}
        rows.append(
            (
                code, row["name"], wording.unit_of(row), shown["value"], shown["previous"], plain["change"],
                shown["last_year"], plain["year_on_year"], shown["year"], shown["target"], plain["progress"],
            )
        )  # fmt: skip
    sheets.add("指标", HEADS, rows)


def _months(sheets: _Sheets, content: dict[str, Any]) -> None:
    """A line a figure, a column a month; charts of what the document draws stand below."""
    keys, figures = content["months"]["keys"], content["figures"]
    codes = content["order"]
    lines = [
        (code, figures[code]["name"], wording.unit_of(figures[code]),
         *(_number(figures[code], value) for value in content["months"]["values"][code]))
        for code in codes
    ]  # fmt: skip
    sheet = sheets.add("逐月", ("代码", "指标", "单位", *keys), lines)
    for place, code in enumerate(part.drawn for part in PARTS if part.drawn in figures):
        chart, line = sheets.book.add_chart({"type": "column"}), codes.index(code) + 1
        chart.add_series(
            {
                "name": ["逐月", line, 1],
                "categories": ["逐月", 0, 3, 0, 2 + len(keys)],
                "values": ["逐月", line, 3, line, 2 + len(keys)],
                "fill": {"color": "#B3261E"},
            }
        )
        chart.set_legend({"none": True})
        chart.set_y_axis({"name": wording.unit_of(figures[code])})
        sheet.insert_chart(len(codes) + 2, 1 + 6 * place, chart)


def _places(sheets: _Sheets, found: dict[str, Any], figures: dict[str, Any], title: str) -> None:
    rows = [figures[code] for code in found["codes"]]
    heads = (title, *(f"{row['name']}（{wording.unit_of(row)}）" for row in rows))
    lines = [
        (line["name"], *(_number(row, value) for row, value in zip(rows, line["values"], strict=True)))
        for line in found["rows"]
    ]
    sheet = sheets.add(title, heads, lines, widths=(22, 20))
    if lines and rows:
        chart = sheets.book.add_chart({"type": "bar"})
        last = len(rows)
        chart.add_series(
            {
                "name": [title, 0, last],
                "categories": [title, 1, 0, len(lines), 0],
                "values": [title, 1, last, len(lines), last],
                "fill": {"color": "#B3261E"},
            }
        )
        chart.set_legend({"none": True})
        chart.set_y_axis({"reverse": True})
        chart.set_size({"height": 80 + 22 * len(lines)})
        sheet.insert_chart(0, len(heads) + 1, chart)


def _number(row: wording.Row, text: str | None) -> float | None:
    value = wording.number_of(row, text)
    return None if value is None else float(value)


def _plain(text: str | None) -> float | None:
    return None if text is None else float(text)
