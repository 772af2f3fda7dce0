"""Enterprise sheets as people upload them, from rows named by header."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

import openpyxl

from enterprises.registry.sheets import ENTERPRISE_SHEET

from .enterprises import valid_uscc

HEADERS = tuple(column.title for column in ENTERPRISE_SHEET.columns)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sheet_row(number: int = 900_001, **cells: Any) -> dict[str, Any]:
    """The required cells of the `number`-th enterprise, plus or instead of them `cells` by header."""
    return {
        "统一社会信用代码": valid_uscc(number),
        "企业名称": f"上海导入{number}有限公司",
        "企业类型": "小微企业",
        "所属街镇": "九亭镇",
        **cells,
    }


def as_xlsx(rows: Sequence[Mapping[str, Any]], headers: Sequence[str] = HEADERS) -> bytes:
    """A workbook with these rows; a header without a cell is left blank."""
    book = openpyxl.Workbook()
    page = book.active
    page.append(list(headers))
    for row in rows:
        page.append([row.get(header.rstrip("*")) for header in headers])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def as_csv(
    rows: Sequence[Mapping[str, Any]], headers: Sequence[str] = HEADERS, encoding: str = "utf-8"
) -> bytes:
    """The same as CSV in any encoding."""
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(headers)
    for row in rows:
        writer.writerow([row.get(header.rstrip("*"), "") for header in headers])
    return target.getvalue().encode(encoding)
