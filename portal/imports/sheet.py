"""The declaration of a sheet: its columns and rules, for reading, template, export and documentation alike."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from hashlib import blake2b
from typing import Any

from portal.kit.text import clean_line

from .cells import Parser, shown
from .checking import CellError, CheckedRow, Checker, letter
from .reading.problem import SheetProblem

__all__ = ["ERROR_HEADERS", "CellError", "CheckedRow", "Checker", "Column", "Rule", "Sheet", "letter"]

KEY_LENGTH = 64
ERROR_HEADERS = ("错误说明", "原行号")  # what the error workbook adds; it is corrected and uploaded as it is


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


# (values by field, names of the fields that are filled in, rightly or not) → (field, code, sentence) of every fault
Rule = Callable[[Mapping[str, Any], Collection[str]], Iterable[tuple[str, str, str]]]


@dataclass(frozen=True)
class Sheet:
    """A kind of sheet. `rules` look across a row; `key` is the field that identifies it, or the fields that do so
    together, of which one that is not required may be blank."""

    kind: str
    title: str
    columns: tuple[Column, ...]
    key: str | tuple[str, ...]
    rules: tuple[Rule, ...] = ()
    notes: tuple[str, ...] = field(default_factory=tuple)

    @property
    def key_fields(self) -> tuple[str, ...]:
        return (self.key,) if isinstance(self.key, str) else self.key

    def key_of(self, values: Mapping[str, Any]) -> str:
        """What identifies a row in its file; empty while a required part of it is missing or wrong."""
        if isinstance(self.key, str):
            return str(values.get(self.key, ""))[:KEY_LENGTH]
        parts = [str(values.get(name, "")) for name in self.key]
        if not all(
            part or not self.column(name).required for name, part in zip(self.key, parts, strict=True)
        ):
            return ""
        key = " ".join(filter(None, parts))
        if len(key) <= KEY_LENGTH:
            return key
        digest = blake2b(key.encode(), digest_size=8).hexdigest()
        return f"{key[: KEY_LENGTH - len(digest) - 1]}…{digest}"

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
            name = _header(value)
            if not name or name in ERROR_HEADERS:
                continue
            column = known.get(name)
            if column is None:
                remarks.append(f"{letter(position)} 列“{name}”不是模板中的列，未读取{_nearest(name, known)}")
            elif column in found.values():
                raise SheetProblem("duplicate_header", f"表头“{name}”出现了两次，请删除其中一列。")
            else:
                found[position] = column
        if not found:
            raise SheetProblem(
                "missing_header", "第一行没有任何模板中的列名。表头应放在第一行，上面不要有标题，请使用模板。"
            )
        missing = [column for column in self.columns if column.required and column not in found.values()]
        if missing:
            names = "、".join(column.header for column in missing)
            raise SheetProblem(
                "missing_header", f"缺少必填列：{names}。请使用模板，表头放在第一行。{''.join(remarks)[:200]}"
            )
        return found, remarks

    def compile(self, headers: Sequence[Any], references: Mapping[str, Mapping[str, Any]]) -> Checker:
        """A checker for files with these headers. Raises SheetProblem as `match` does."""
        found, remarks = self.match(headers)
        return Checker(self, found, references, remarks, width=len(headers))


def _header(value: Any) -> str:
    """A header for comparing: half-width, without spaces and the star of a required column."""
    return clean_line(shown(value)).replace(" ", "").strip("*")[:40]


def _nearest(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"，是否为“{near[0]}”？" if near else "。"
