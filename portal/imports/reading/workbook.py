"""The rows of an .xlsx workbook, in the child process: calamine parses, a search over the bytes finds formulas."""

import datetime
import re
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from defusedxml.ElementTree import fromstring
from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from portal.imports.reading.problem import SheetProblem

FORMULA, ERROR = {"f": 1}, {"e": 1}
MAX_SPECIAL = 100_000
CHUNK = 4 * 1024 * 1024
LONGEST_TAG = 4096
EXCEL_ROWS, EXCEL_COLUMNS = 1_048_576, 16_384
REFERENCE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{1,3})([0-9]{1,7})["']""")
ERROR_TYPE = re.compile(rb"""\st\s*=\s*["']e["']""")
ROOT = re.compile(rb"<([\w.-]+:)?worksheet[\s>]")
FORMULA_ENDS = (b">", b"/", b" ", b"\t", b"\r", b"\n")
DIMENSION = re.compile(rb"""dimension\s[^>]*?ref=["']([A-Z]{1,3})([0-9]{1,8}):([A-Z]{1,3})([0-9]{1,8})["']""")
PLAIN = (str, bool, int, float)
Special = dict[tuple[int, int], dict]


def open_rows(path: Path, limits: dict, preferred: str) -> tuple[str, int, Iterator[list]]:
    """(sheet name, number of rows after the header, rows from Excel's row 1 on) of the sheet called `preferred`, or
    else of the first visible one. Raises SheetProblem."""
    book = CalamineWorkbook.from_path(str(path))
    visible = [
        (index, meta.name)
        for index, meta in enumerate(book.sheets_metadata)
        if meta.visible == SheetVisibleEnum.Visible and meta.typ == SheetTypeEnum.WorkSheet
    ]
    if not visible:
        raise SheetProblem("no_sheet", "工作簿中没有可见的工作表。")
    index, name = next((pair for pair in visible if pair[1] == preferred), visible[0])
    with zipfile.ZipFile(path) as archive:
        part = _part_of(archive, index)
        _check_dimension(archive, part, limits)
    search = _Search(path, part)
    search.start()
    sheet = book.get_sheet_by_index(index)
    special = search.result()
    last = sheet.end[0] if sheet.end else 0
    if last > limits["rows"]:
        raise SheetProblem("rows", f"表格超过 {limits['rows']} 行，请拆分成几个文件上传。")
    return name, last, _rows(sheet, special)


def _rows(sheet: Any, special: Special) -> Iterator[list]:
    """Every row from Excel's first on; formulas and error values in their places, also outside the parsed area."""
    by_row: dict[int, list[tuple[int, dict]]] = {}
    for (row, column), kind in sorted(special.items(), key=lambda item: item[0]):
        by_row.setdefault(row, []).append((column, kind))
    blank = [None] * (sheet.start[1] if sheet.start else 0)  # iter_rows pads rows, not columns
    number = -1
    for number, row in enumerate(sheet.iter_rows()):
        values = [value if type(value) in PLAIN else _cell(value) for value in row]
        if blank:
            values = blank + values
        if number in by_row:
            _place(values, by_row.pop(number))
        yield values
    for later in sorted(by_row):
        for _ in range(number + 1, later):
            yield []
        number = later
        yield _place([], by_row[later])


def _place(values: list, cells: list[tuple[int, dict]]) -> list:
    for column, kind in cells:
        values.extend([None] * (column + 1 - len(values)))
        values[column] = kind
    return values


def _cell(value: Any) -> Any:
    """A date as a message holds it (its time of day is dropped); a time or duration as text."""
    if isinstance(value, datetime.datetime):
        return {"d": value.date().isoformat()}
    if isinstance(value, datetime.date):
        return {"d": value.isoformat()}
    return None if value is None else str(value)


# -- Before parsing ------------------------------------------------------------------------------------------------
def _part_of(archive: zipfile.ZipFile, index: int) -> str:
    """The archive entry of the sheet at `index`, by the workbook's relations."""
    book = fromstring(archive.read("xl/workbook.xml"), forbid_dtd=True)
    sheet = [element for element in book.iter() if element.tag.rpartition("}")[2] == "sheet"][index]
    wanted = next(value for name, value in sheet.attrib.items() if name.endswith("}id"))
    for relation in fromstring(archive.read("xl/_rels/workbook.xml.rels"), forbid_dtd=True):
        if relation.get("Id") == wanted:
            target = relation.get("Target", "")
            return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    raise KeyError(wanted)


def _check_dimension(archive: zipfile.ZipFile, part: str, limits: dict) -> None:
    """A declared area beyond all sense is refused at once; a modest lie is found while parsing."""
    with archive.open(part) as stream:
        match = DIMENSION.search(stream.read(8192))
    if not match:
        return
    rows, columns = int(match[4]), column_index(match[3]) + 1
    if rows > EXCEL_ROWS or columns > EXCEL_COLUMNS:
        raise SheetProblem("dimension", "表格声明的范围异常，请在 Excel 中重新保存后再上传。")


def column_index(letters: bytes) -> int:
    """A → 0, Z → 25, AA → 26."""
    index = 0
    for letter in letters.upper():
        index = index * 26 + letter - 64
    return index - 1


class _Search(threading.Thread):
    """Finds formula and error cells by (row, column) from 0, on the sheet's bytes, while calamine parses them: it gives
    a formula's last value and nothing for an error. The usual sheet has neither."""

    def __init__(self, path: Path, part: str):
        super().__init__(daemon=True)
        self.path = path
        self.part = part
        self.prefix: bytes | None = None
        self.found: Special = {}
        self.failure: Exception | None = None

    def run(self) -> None:
        try:
            with zipfile.ZipFile(self.path) as archive, archive.open(self.part) as stream:
                tail = b""
                while chunk := stream.read(CHUNK):
                    block = tail + chunk
                    self._note_all(block)
                    tail = block[-LONGEST_TAG:]
        except Exception as failure:  # handed to the main thread
            self.failure = failure

    def result(self) -> Special:
        self.join()
        if self.failure is not None:
            raise self.failure
        return self.found

    def _note_all(self, block: bytes) -> None:
        if self.prefix is None:
            root = ROOT.search(block[: 64 * 1024])
            if root is None:
                raise ValueError("no worksheet in the sheet's part")
            self.prefix = root[1] or b""
        for position in _positions(block, b"<" + self.prefix + b"f"):
            end = position + 2 + len(self.prefix)
            if block[end : end + 1] in FORMULA_ENDS:
                self._note(_tag_before(block, position), FORMULA)
        for mark in (b't="e"', b"t='e'"):
            for position in _positions(block, mark):
                tag = _tag_around(block, position)
                if ERROR_TYPE.search(tag):
                    self._note(tag, ERROR)

    def _note(self, tag: bytes, kind: dict) -> None:
        """`tag` is the cell's own; an empty one was cut off by the block's start and noted in the block before."""
        if not tag.startswith(b"<" + self.prefix + b"c"):
            return
        if len(self.found) >= MAX_SPECIAL:
            raise SheetProblem("formulas", "表格中有大量公式，请全选后“粘贴为数值”再上传。")
        reference = REFERENCE.search(tag)
        if reference is None:
            raise SheetProblem("formulas", "表格中有公式或错误值，请全选后“粘贴为数值”再上传。")
        self.found[int(reference[2]) - 1, column_index(reference[1])] = kind


def _positions(block: bytes, mark: bytes) -> Iterator[int]:
    position = block.find(mark)
    while position >= 0:
        yield position
        position = block.find(mark, position + 1)


def _tag_before(block: bytes, position: int) -> bytes:
    """The tag that ends before `position`: a formula is the first thing in its cell."""
    start = block.rfind(b"<", 0, position)
    return block[start : block.find(b">", start) + 1] if start >= 0 else b""


def _tag_around(block: bytes, position: int) -> bytes:
    """The tag that an attribute stands in; empty when it stands in text, or the tag is cut off."""
    start = block.rfind(b"<", 0, position)
    end = block.find(b">", start)
    return block[start : end + 1] if start >= 0 and position < end else b""
