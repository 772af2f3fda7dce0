"""The process that parses: `python -m portal.imports.reading.child`. Its limits are its walls; it imports no Django.

Reads one JSON line of arguments, writes length-prefixed JSON messages:
{"headers": […], "sheet": name} · {"first": row number, "rows": [[…], …]} · {"end": rows} · {"problem": [code, message]}.
Cells: text, number, true/false or null; {"d": "2026-01-05"} a date; {"f": 1} a formula; {"e": 1} an error value.
"""

import csv
import datetime
import io
import re
import resource
import struct
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from portal.imports.reading.problem import SheetProblem

BATCH = 2_000
REFERENCE = re.compile(rb'<c\s[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"[^>]*>$')
DIMENSION = re.compile(rb'<dimension\s[^>]*ref="([A-Z]{1,3})([0-9]{1,7})(?::([A-Z]{1,3})([0-9]{1,7}))?"')
FORMULA, ERROR = {"f": 1}, {"e": 1}


def send(message: dict) -> None:
    body = orjson.dumps(message)
    sys.stdout.buffer.write(struct.pack(">I", len(body)) + body)
    sys.stdout.buffer.flush()


def column_index(letters: bytes) -> int:
    """A → 0, Z → 25, AA → 26."""
    index = 0
    for letter in letters:
        index = index * 26 + letter - 64
    return index - 1


def cell(value: Any) -> Any:
    """A parsed value as a message holds it."""
    if value is None or value == "":
        return None
    if isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, datetime.datetime):
        return {"d": value.date().isoformat()}
    if isinstance(value, datetime.date):
        return {"d": value.isoformat()}
    return str(value)


# -- xlsx ----------------------------------------------------------------------------------------------------------
def sheet_path(archive: zipfile.ZipFile, index: int) -> str:
    """The archive entry of the sheet at `index`, by the workbook's relations."""
    book = archive.read("xl/workbook.xml")
    relation = re.findall(rb'<(?:\w+:)?sheet\s[^>]*?r:id="([^"]+)"', book)[index]
    for tag in re.findall(rb"<Relationship\s[^>]*>", archive.read("xl/_rels/workbook.xml.rels")):
        if b'Id="' + relation + b'"' in tag:
            target = re.search(rb'Target="([^"]+)"', tag)[1].decode()
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    raise KeyError("sheet")


def special_cells(archive: zipfile.ZipFile, entry: str, limits: dict) -> dict[tuple[int, int], dict]:
    """Formula and error cells by (row, column) from 0, found by a search over the sheet's bytes; also checks its size.

    The usual sheet has none, and a search costs a fraction of parsing.
    """
    found: dict[tuple[int, int], dict] = {}
    marks = ((b"<f", FORMULA), (b't="e"', ERROR))
    with archive.open(entry) as stream:
        tail = b""
        first = True
        while chunk := stream.read(4 * 1024 * 1024):
            block = tail + chunk
            if first:
                check_dimension(block, limits)
                first = False
            for mark, kind in marks:
                position = block.find(mark)
                while position >= 0:
                    note(found, block, position, mark, kind)
                    position = block.find(mark, position + 1)
                if len(found) > 10_000:
                    raise SheetProblem("formulas", "表格中有大量公式，请全选后“粘贴为数值”再上传。")
            tail = block[-4096:]
    return found


def note(found: dict, block: bytes, position: int, mark: bytes, kind: dict) -> None:
    if mark == b"<f" and block[position + 2 : position + 3] not in (b">", b" ", b"/"):
        return
    start = block.rfind(b"<c ", max(0, position - 2048), position)
    end = block.find(b">", start) + 1
    match = REFERENCE.match(block[start:end]) if start >= 0 else None
    if match:
        found[int(match[2]) - 1, column_index(match[1])] = kind


def check_dimension(block: bytes, limits: dict) -> None:
    match = DIMENSION.search(block[:8192])
    if match and match[3]:
        rows, columns = int(match[4]), column_index(match[3]) + 1
        if columns > 4 * limits["columns"] or rows > 1_048_576:
            raise SheetProblem("dimension", "表格声明的范围异常（列数过多），请删除多余的列后再上传。")


def workbook_rows(path: Path, limits: dict, preferred: str) -> Iterator[tuple[str, list[list]]]:
    """(sheet name, rows) once, then nothing: yields rows in batches through `iter_rows`."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    book = CalamineWorkbook.from_path(str(path))
    sheets = [
        (index, meta.name)
        for index, meta in enumerate(book.sheets_metadata)
        if meta.visible == SheetVisibleEnum.Visible and meta.typ == SheetTypeEnum.WorkSheet
    ]
    if not sheets:
        raise SheetProblem("no_sheet", "工作簿中没有可见的工作表。")
    index, name = next((pair for pair in sheets if pair[1] == preferred), sheets[0])
    with zipfile.ZipFile(path) as archive:
        special = special_cells(archive, sheet_path(archive, index), limits)
    sheet = book.get_sheet_by_index(index)
    if sheet.width > limits["columns"]:
        raise SheetProblem("columns", f"表格有 {sheet.width} 列，最多 {limits['columns']} 列。")
    if sheet.total_height - 1 > limits["rows"]:
        raise SheetProblem("rows", f"表格超过 {limits['rows']} 行，请拆分成几个文件上传。")
    offset_row, offset_column = sheet.start or (0, 0)
    blank = [None] * offset_column
    for _ in range(offset_row):
        yield name, []
    by_row: dict[int, list[tuple[int, dict]]] = {}
    for (row, column), kind in special.items():
        by_row.setdefault(row, []).append((column, kind))
    for number, row in enumerate(sheet.iter_rows(), start=offset_row):
        values = blank + [cell(value) for value in row]
        for column, kind in by_row.get(number, ()):
            values.extend([None] * (column + 1 - len(values)))
            values[column] = kind
        yield name, values


# -- csv -----------------------------------------------------------------------------------------------------------
def text_rows(path: Path, encoding: str) -> Iterator[tuple[str, list]]:
    csv.field_size_limit(100_000)
    with path.open(encoding=encoding, newline="") as file:
        head = file.readline(65_536)
        file.seek(0)
        delimiter = max(",\t;", key=head.count)
        try:
            for row in csv.reader(file, delimiter=delimiter, strict=False):
                yield "", [plain(value) for value in row]
        except csv.Error as error:
            raise SheetProblem(
                "csv", "CSV 文件格式有误（引号不成对或单元格过长），请检查后重新上传。"
            ) from error


def plain(value: str) -> str | None:
    """Our own exports put an apostrophe before what could be a formula: it is taken off again."""
    if len(value) > 1 and value[0] == "'" and value[1] in "=+-@\t\r＝＋－＠":
        value = value[1:]
    return value or None


# -- Both ----------------------------------------------------------------------------------------------------------
def stream(rows: Iterator[tuple[str, list]], limits: dict) -> None:
    batch: list[list] = []
    first = total = 0
    number = 0
    for name, row in rows:
        number += 1
        if number == 1:
            if not any(value is not None for value in row):
                raise SheetProblem("headers", "第一行应为表头，但第一行是空的。请使用模板，表头放在第一行。")
            send({"headers": row, "sheet": name})
            continue
        if number - 1 > limits["rows"]:
            raise SheetProblem("rows", f"表格超过 {limits['rows']} 行，请拆分成几个文件上传。")
        if len(row) > 4 * limits["columns"]:
            raise SheetProblem("columns", f"第 {number} 行的列数过多，最多 {limits['columns']} 列。")
        if not batch:
            first = number
        batch.append(row)
        total += 1
        if len(batch) == BATCH:
            send({"first": first, "rows": batch})
            batch = []
    if batch:
        send({"first": first, "rows": batch})
    if number == 0:
        raise SheetProblem("empty", "表格是空的，请使用模板填写后上传。")
    send({"end": total})


def main() -> None:
    arguments = orjson.loads(sys.stdin.buffer.readline())
    limits = arguments["limits"]
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory"], limits["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (limits["seconds"], limits["seconds"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    path = Path(arguments["path"])
    try:
        if arguments["format"] == "xlsx":
            stream(workbook_rows(path, limits, arguments["preferred"]), limits)
        else:
            stream(text_rows(path, arguments["encoding"]), limits)
    except SheetProblem as problem:
        send({"problem": [problem.code, problem.message]})
    except (MemoryError, OSError):
        send({"problem": ["too_large", "表格过大或结构异常，无法读取，请拆分后重新上传。"]})
    except Exception:  # whatever a parser throws at a broken file ends in a sentence
        send({"problem": ["broken", "文件不完整或已损坏，请在 Excel 中打开并重新保存后再上传。"]})


if __name__ == "__main__":
    sys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8")
    main()
