"""Workbooks that the portal writes: templates with drop-downs, error workbooks, exports. Nothing in them executes (F15)."""

import csv
import datetime
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .cells import shown
from .formulas import protect
from .sheet import ERROR_HEADERS, CellError, Sheet

if TYPE_CHECKING:
    from xlsxwriter import Workbook

OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
}
TEMPLATE_ROWS = 5_000  # drop-downs reach this far
MAX_COMMENTS = 2_000  # a comment is held in memory until the end; the sentences stand in the row as well
CHOICES_SHEET, NOTES_SHEET = "选项", "填写说明"
BOM = "\ufeff"


def write_template(path: Path, sheet: Sheet, references: Mapping[str, Iterable[str]]) -> None:
    """An empty workbook of the kind: headers in the first row, drop-downs on choice columns, notes on a second sheet.

    `references` gives the names to offer, by a column's `reference` or else its `field`.
    """
    book = _workbook(path, constant_memory=False)
    head = {"bold": True, "border": 1, "border_color": "#C3C9D2", "text_wrap": True, "valign": "vcenter"}
    required = book.add_format({**head, "bg_color": "#FBE3E1", "font_color": "#8F1D17"})
    optional = book.add_format({**head, "bg_color": "#EEF1F5"})
    text = book.add_format({"num_format": "@"})
    page = book.add_worksheet(sheet.title)
    choices = book.add_worksheet(CHOICES_SHEET)
    page.freeze_panes(1, 0)
    page.set_row(0, 30)
    for position, column in enumerate(sheet.columns):
        page.write_string(0, position, column.title, required if column.required else optional)
        page.set_column(position, position, column.width, text if column.text else None)
        if column.help:
            page.write_comment(0, position, column.help, {"x_scale": 2})
        names = list(dict.fromkeys(column.choices or references.get(column.reference or column.field, ())))
        if not names:
            continue
        choices.write_column(0, position, [column.header, *names])
        letter = _column_name(position)
        page.data_validation(
            1, position, TEMPLATE_ROWS, position,
            {
                "validate": "list",
                "source": f"='{CHOICES_SHEET}'!${letter}$2:${letter}${len(names) + 1}",
                "error_title": column.header,
                "error_message": "请从下拉列表中选择。",
                "error_type": "stop" if column.choices else "warning",
            },
        )  # fmt: skip
    choices.hide()
    _write_notes(book, sheet)
    page.activate()
    book.close()


def _write_notes(book: "Workbook", sheet: Sheet) -> None:
    page = book.add_worksheet(NOTES_SHEET)
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    page.set_column(0, 0, 26)
    page.set_column(1, 1, 12)
    page.set_column(2, 2, 80)
    for row, note in enumerate(sheet.notes):
        page.write_string(row, 0, note)
    start = len(sheet.notes) + 1
    for position, title in enumerate(("列", "是否必填", "怎样填写")):
        page.write_string(start, position, title, bold)
    for row, column in enumerate(sheet.columns, start=start + 1):
        page.write_string(row, 0, column.header)
        page.write_string(row, 1, "必填" if column.required else "选填")
        hint = column.help or ("可填：" + "、".join(column.choices) if column.choices else "")
        page.write_string(row, 2, hint, wrapped)


def write_errors(
    path: Path, headers: Sequence[Any], rows: Iterable[tuple[int, Sequence[Any], Sequence[CellError]]]
) -> None:
    """The bad rows as they were uploaded, bad cells coloured, and why: to be corrected and uploaded again.

    `rows`: (Excel row number, the row's cells, its errors). A second sheet lists every error by itself.
    """
    book = _workbook(path)
    head = book.add_format({"bold": True, "bg_color": "#EEF1F5", "border": 1, "border_color": "#C3C9D2"})
    bad = book.add_format({"bg_color": "#FBD5D1", "num_format": "@"})
    plain = book.add_format({"num_format": "@"})
    red = book.add_format({"font_color": "#8F1D17", "text_wrap": True})
    page, listing = book.add_worksheet("需更正的行"), book.add_worksheet("错误清单")
    titles = [shown(value) for value in headers]
    for position, title in enumerate([*titles, *ERROR_HEADERS]):
        page.write_string(0, position, title, head)
    page.freeze_panes(1, 0)
    page.set_column(0, len(titles) - 1, 16)
    page.set_column(len(titles), len(titles), 60)
    for position, (title, width) in enumerate((("行", 8), ("列", 24), ("内容", 30), ("错误说明", 80))):
        listing.write_string(0, position, title, head)
        listing.set_column(position, position, width)
    line = 0
    for number, (row_no, cells, errors) in enumerate(rows, start=1):
        wrong = {error.letter for error in errors}
        for position, value in enumerate(cells[: len(titles)]):
            letter = _column_name(position)
            page.write_string(number, position, shown(value, 32_767), bad if letter in wrong else plain)
        for error in errors:
            if not error.letter:
                continue
            position = _column_number(error.letter)
            if position >= len(titles):
                continue
            if position >= len(cells) or cells[position] is None:
                page.write_blank(number, position, None, bad)
            if line + len(errors) <= MAX_COMMENTS:
                page.write_comment(number, position, error.message, {"x_scale": 2})
        page.write_string(
            number, len(titles), "；".join(f"{e.column}：{e.message}" for e in errors)[:32_000], red
        )
        page.write_number(number, len(titles) + 1, row_no)
        for error in errors:
            line += 1
            listing.write_number(line, 0, error.row)
            listing.write_string(line, 1, f"{error.letter} {error.column}".strip())
            listing.write_string(line, 2, error.value)
            listing.write_string(line, 3, error.message, red)
    book.close()


def write_xlsx(path: Path, title: str, headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """An export; returns the number of rows. Memory stays constant. Text is text, also when it looks like a formula."""
    book = _workbook(path)
    head = book.add_format({"bold": True, "bg_color": "#EEF1F5", "border": 1, "border_color": "#C3C9D2"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    page = book.add_worksheet(_sheet_name(title))
    page.freeze_panes(1, 0)
    page.set_column(0, max(len(headers) - 1, 0), 18)
    for position, header in enumerate(headers):
        page.write_string(0, position, header, head)
    count = 0
    for count, row in enumerate(rows, start=1):
        for position, value in enumerate(row):
            if value is None or value == "":
                continue
            if isinstance(value, bool):
                page.write_string(count, position, "是" if value else "否")
            elif isinstance(value, int | float | Decimal):
                page.write_number(count, position, value)
            elif isinstance(value, datetime.date):
                page.write_datetime(count, position, _naive(value), day)
            else:
                page.write_string(count, position, str(value)[:32_767])
    book.close()
    return count


def write_csv(path: Path, headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """The same as CSV: UTF-8 with BOM (Excel reads it), cells that could be formulas prefixed with an apostrophe."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(BOM)
        writer = csv.writer(file)
        writer.writerow([safe_csv(header) for header in headers])
        for row in rows:
            writer.writerow([safe_csv(value) for value in row])
            count += 1
    return count


def safe_csv(value: Any) -> str:
    """A value as a CSV cell that no spreadsheet program executes; numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float | Decimal):
        return str(value)
    if isinstance(value, datetime.date):
        return value.strftime("%Y-%m-%d")
    return protect(str(value))


def _naive(value: datetime.date) -> datetime.date:
    return value.replace(tzinfo=None) if isinstance(value, datetime.datetime) else value


def _sheet_name(title: str) -> str:
    """Excel forbids some characters and more than 31 of any."""
    return "".join(c for c in title if c not in "[]:*?/\\'")[:31] or "Sheet1"


# xlsxwriter comes in here, not above: every process would carry it for the few that write a workbook.
def _workbook(path: Path, **options: bool) -> "Workbook":
    from xlsxwriter import Workbook

    return Workbook(str(path), {**OPTIONS, **options})


def _column_name(position: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    return xl_col_to_name(position)


def _column_number(letter: str) -> int:
    from xlsxwriter.utility import xl_cell_to_rowcol

    return xl_cell_to_rowcol(f"{letter}1")[1]
