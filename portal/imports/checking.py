"""The check of rows against a declared sheet: every value normalised, every bad cell named. No database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from .cells import CellProblem, choice, is_empty, shown

if TYPE_CHECKING:
    from .sheet import Column, Sheet

MEMO_SIZE = 4_096


@dataclass(frozen=True)
class CellError:
    """One bad cell: row and column as Excel shows them, the value, and a sentence."""

    row: int
    column: str
    letter: str
    value: str
    code: str
    message: str

    def as_json(self) -> dict[str, Any]:
        return {
            "row": self.row, "column": self.column, "letter": self.letter, "value": self.value,
            "code": self.code, "message": self.message,
        }  # fmt: skip


@dataclass(slots=True)
class CheckedRow:
    """`values` by field name; a blank cell has no entry. A row with errors is not written."""

    row_no: int
    values: dict[str, Any]
    errors: list[CellError]


def letter(position: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    result = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        result = chr(65 + rest) + result
    return result


class _Blank:
    """A cell of nothing: blank cells leave what is stored."""


UNKNOWN, BLANK = object(), _Blank()
REMEMBERED = (str, float)  # not bool: True is 1.0 to a dictionary
UNUSABLE = (_Blank, CellProblem)


class _Cells:
    """One column of a file. Repeated texts are parsed once: sheets repeat towns, dates and kinds. A column whose texts
    hardly repeat (codes, addresses) stops remembering."""

    __slots__ = ("asked", "column", "memo", "name", "parse", "position", "remembers", "required")

    def __init__(self, position: int, column: Column, references: Mapping[str, Mapping[str, Any]]):
        self.position = position
        self.column = column
        self.name = column.field
        self.required = column.required
        self.parse: Callable[[Any], Any] = (
            choice(references[column.reference], column.header) if column.reference else column.parse
        )
        self.memo: dict[str, Any] = {}
        self.remembers = True
        self.asked = 0

    def read(self, value: Any, row: int) -> Any:
        """The parsed value, BLANK, or the CellProblem. `row` tells how often the memory could have been of use."""
        try:
            result = self.parse(value)
            if not result and (result == "" or result == []):
                result = BLANK
        except CellProblem as problem:
            result = (
                BLANK if is_empty(value) else problem.with_traceback(None)
            )  # a remembered trace holds its frames
        if self.remembers and type(value) in REMEMBERED:
            if len(self.memo) >= MEMO_SIZE:
                self.remembers = row - self.asked > 2 * MEMO_SIZE
                self.asked = row
                self.memo.clear()
            self.memo[value] = result
        return result


class Checker:
    """Checks the rows of one file, batch by batch. `remarks` are sentences about headers that are not read;
    `headers` and `letters` give a field's header and Excel column."""

    def __init__(
        self,
        sheet: Sheet,
        found: Mapping[int, Column],
        references: Mapping[str, Mapping[str, Any]],
        remarks: list[str],
        *,
        width: int,
    ):
        self.sheet = sheet
        self.remarks = remarks
        self.width = width
        self.letters = {column.field: letter(position) for position, column in found.items()}
        self.headers = {column.field: column.header for column in found.values()}
        self._columns = [_Cells(position, column, references) for position, column in sorted(found.items())]
        # The loop over cells runs millions of times: what it needs lies ready.
        self._plan = [(cells, cells.name, cells.memo.get) for cells in self._columns]
        self._pick = itemgetter(
            *(cells.position for cells in self._columns), 0
        )  # the 0 makes it a tuple always
        self._needed = max(cells.position for cells in self._columns) + 1

    def check(self, rows: Iterable[Sequence[Any]], first_row: int) -> list[CheckedRow]:
        """The rows that are not blank, each with its values and all its errors. Row numbers are Excel's."""
        checked = (self._row(number, row) for number, row in enumerate(rows, start=first_row))
        return [row for row in checked if row is not None]

    def _row(self, number: int, row: Sequence[Any]) -> CheckedRow | None:
        values: dict[str, Any] = {}
        bad: list[tuple[_Cells, Any, CellProblem]] = []
        missing: list[_Cells] = []
        if len(row) < self._needed:
            row = [*row, *([None] * (self._needed - len(row)))]
        for (cells, name, remembered), value in zip(self._plan, self._pick(row), strict=False):
            if value is None:
                result: Any = BLANK
            elif type(value) in REMEMBERED:
                result = remembered(value, UNKNOWN)
                if result is UNKNOWN:
                    result = cells.read(value, number)
            else:
                result = cells.read(value, number)
            if type(result) not in UNUSABLE:
                values[name] = result
            elif result is not BLANK:
                bad.append((cells, value, result))
            elif cells.required:
                missing.append(cells)
        if not values and not bad and all(is_empty(value) for value in row):
            return None
        errors = [
            self._error(number, cells.name, shown(value), problem.code, problem.message)
            for cells, value, problem in bad
        ]
        errors += [
            self._error(number, cells.name, "", "required", f"{cells.column.header}必须填写。")
            for cells in missing
        ]
        if len(row) > self.width:
            errors += self._overhang(number, row)
        given = {*values, *(cells.name for cells, _, _ in bad)} if bad else values
        for rule in self.sheet.rules:
            for name, code, message in rule(values, given):
                errors.append(self._error(number, name, _quoted(row, self, name), code, message))
        return CheckedRow(number, values, errors)

    def _overhang(self, number: int, row: Sequence[Any]) -> list[CellError]:
        """More cells than headers: in a .csv an unquoted comma has moved everything behind it."""
        extra = [position for position in range(self.width, len(row)) if not is_empty(row[position])]
        if not extra:
            return []
        message = f"本行有 {extra[-1] + 1} 格，表头只有 {self.width} 列，可能是内容中有未加引号的分隔符，请核对整行。"
        return [CellError(number, "整行", letter(extra[0]), shown(row[extra[0]]), "extra_cells", message)]

    def _error(self, row: int, name: str, value: str, code: str, message: str) -> CellError:
        header = self.headers.get(name) or self.sheet.column(name).header
        return CellError(row, header, self.letters.get(name, ""), value, code, message)


def _quoted(row: Sequence[Any], checker: Checker, name: str) -> str:
    """What the row says in a field's cell; empty when the file has no such column."""
    position = next((cells.position for cells in checker._columns if cells.name == name), None)
    return "" if position is None or position >= len(row) else shown(row[position])
