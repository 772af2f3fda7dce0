"""The declaration of a sheet: its columns and rules, for reading, template, export and documentation alike."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from .cells import CellProblem, Parser, choice, is_blank, normalise, shown
from .reading import SheetProblem

MEMO_SIZE = 20_000


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


@dataclass(frozen=True)
class Column:
    """A column. `reference` names the mapping (name → stored value) that is only known when a file is checked."""

    header: str
    field: str
    parse: Parser | None = None
    required: bool = False
    reference: str = ""
    choices: tuple[str, ...] = ()
    personal: bool = False
    text: bool = False
    width: int = 14
    help: str = ""
    example: str = ""

    @property
    def title(self) -> str:
        """The header as the template shows it: a star marks what must be filled in."""
        return f"{self.header}*" if self.required else self.header


Rule = Callable[[Mapping[str, Any]], Iterable[tuple[str, str, str]]]


@dataclass(frozen=True)
class Sheet:
    """A kind of sheet. `rules` look across a row's values and yield (field, code, sentence)."""

    kind: str
    title: str
    columns: tuple[Column, ...]
    key: str
    rules: tuple[Rule, ...] = ()
    notes: tuple[str, ...] = field(default_factory=tuple)

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.field == name)

    def match(self, headers: Sequence[Any]) -> tuple[dict[int, Column], list[str]]:
        """(position → column, remarks about headers that are not read).

        Raises SheetProblem when a required column is missing or a header stands twice.
        """
        known = {column.header: column for column in self.columns}
        found: dict[int, Column] = {}
        remarks = []
        for position, value in enumerate(headers):
            if is_blank(value):
                continue
            name = _header(value)
            column = known.get(name)
            if column is None:
                near = get_close_matches(name, list(known), n=1)
                hint = f"，是否为“{near[0]}”？" if near else "。"
                remarks.append(f"{letter(position)} 列“{name[:30]}”不是模板中的列，未读取{hint}")
            elif column in found.values():
                raise SheetProblem("duplicate_header", f"表头“{name}”出现了两次，请删除其中一列。")
            else:
                found[position] = column
        missing = [
            column.header for column in self.columns if column.required and column not in found.values()
        ]
        if missing:
            names = "、".join(missing)
            where = "" if found else "第一行应为表头。"
            raise SheetProblem("missing_header", f"缺少必填列：{names}。{where}请使用模板，表头放在第一行。")
        return found, remarks

    def compile(self, headers: Sequence[Any], references: Mapping[str, Mapping[str, Any]]) -> "Checker":
        """A checker for files with these headers. Raises SheetProblem as `match` does."""
        found, remarks = self.match(headers)
        return Checker(self, found, references, remarks)


def _header(value: Any) -> str:
    try:
        name = normalise(value) if isinstance(value, str) else shown(value)
    except CellProblem:
        return str(value)[:40]
    return name.replace(" ", "").strip("*").replace("(", "(").replace(")", ")")


def letter(position: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    result = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        result = chr(65 + rest) + result
    return result


class Checker:
    """Checks rows of one file. Repeated values are parsed once a column: sheets repeat towns, dates and kinds."""

    def __init__(self, sheet: Sheet, found: dict[int, Column], references: Mapping, remarks: list[str]):
        self.sheet = sheet
        self.remarks = remarks
        self.letters = {column.field: letter(position) for position, column in found.items()}
        self.headers = {column.field: column.header for column in found.values()}
        self._plan = [
            (position, column, self._parser(column, references), {})
            for position, column in sorted(found.items())
        ]

    def _parser(self, column: Column, references: Mapping) -> Parser:
        if column.reference:
            return choice(references[column.reference], column.header)
        assert column.parse is not None, column.header
        return column.parse

    def check(self, rows: Iterable[Sequence[Any]], first_row: int) -> list[CheckedRow]:
        """The rows that are not blank, each with its values and all its errors. Row numbers are Excel's."""
        return [
            self._row(number, row)
            for number, row in enumerate(rows, start=first_row)
            if any(value is not None and not is_blank(value) for value in row)
        ]

    def _row(self, number: int, row: Sequence[Any]) -> CheckedRow:
        values: dict[str, Any] = {}
        errors: list[CellError] = []
        width = len(row)
        for position, column, parse, memo in self._plan:
            value = row[position] if position < width else None
            if value is None or (isinstance(value, str) and is_blank(value)):
                if column.required:
                    self._error(errors, number, column.field, "", "required", f"{column.header}必须填写。")
                continue
            key = value["d"] if isinstance(value, dict) and "d" in value else value
            if not isinstance(key, dict):
                known = memo.get((type(value), key))
                if known is not None:
                    if type(known) is CellProblem:
                        self._error(errors, number, column.field, shown(value), known.code, known.message)
                    else:
                        values[column.field] = known
                    continue
            try:
                result = parse(value)
            except CellProblem as problem:
                result = problem
                self._error(errors, number, column.field, shown(value), problem.code, problem.message)
            else:
                if result == "" or result == []:
                    continue
                values[column.field] = result
            if not isinstance(key, dict) and len(memo) < MEMO_SIZE:
                memo[type(value), key] = result
        for rule in self.sheet.rules:
            for name, code, message in rule(values):
                if not any(error.column == self.headers.get(name) for error in errors):
                    self._error(errors, number, name, _quoted(values.get(name)), code, message)
        return CheckedRow(number, values, errors)

    def _error(self, errors: list, row: int, name: str, value: str, code: str, message: str) -> None:
        header = self.headers.get(name) or self.sheet.column(name).header
        errors.append(CellError(row, header, self.letters.get(name, ""), value, code, message))


def _quoted(value: Any) -> str:
    return "" if value is None else str(value)[:80]
