"""The kinds of sheet. A package above registers its own in `sheets.py`; the engine knows none by itself."""

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.module_loading import autodiscover_modules

from .sheet import Sheet


@dataclass(frozen=True)
class Place:
    """For whom and where a sheet is read: the district, and the towns that its rows may name (None = all of them).

    `report(done)` tells how many rows of the slice at hand are done, for steps that take long. `thorough`: a commit
    has found what the last check did not, so this check spares nothing.
    """

    district_id: int
    towns: frozenset[int] | None
    user_id: int | None
    import_id: str
    today: datetime.date
    thorough: bool = False
    report: Callable[[int], None] = field(default=lambda done: None, compare=False)


@dataclass(frozen=True)
class Personal:
    """A personal column: what its ciphertext is bound to, and how it is shown (portal/kit/encryption.py)."""

    context: str
    mask: Callable[[str], str]


@dataclass(frozen=True)
class ExportTable:
    """What an export writes: headings, and rows of plain values in the same order."""

    title: str
    headers: list[str]
    rows: Iterator[Iterable[Any]]
    count: int


@dataclass(frozen=True)
class SheetKind:
    """One kind of sheet, whole.

    `references(place)` gives the names a row may use. `prepare(cursor)` makes the kind's own temporary tables.
    `classify(cursor, place)` reads the temporary table `incoming (row_no, key, values)` and fills
    `verdict (row_no, outcome, changes, error, value, faults)`, where `error` names a field of `refusals` and `value`
    quotes its cell; `write(cursor, place)` does the same and writes the rows. Both are set-based and see one slice at
    a time. A kind with `max_rows` is small: it sees its whole file as one slice (by_row.py takes such files row by row).
    `faults` is for sentences that are not known beforehand: [{field, value, code, message}].
    `lock(cursor, place)` keeps a second commit of the kind out until the transaction ends. `export(user, filters,
    export_id)` gives the rows in the user's
    scope; `check_filters(user, filters)` raises Invalid for filters that do not exist. `may_import(user)` narrows who
    brings this kind in; `position` orders the kinds where people choose one.
    """

    sheet: Sheet
    references: Callable[[Place], Mapping[str, Mapping[str, Any]]]
    template_names: Callable[[Place], Mapping[str, Iterable[str]]]
    prepare: Callable[[Any], None]
    lock: Callable[[Any, Place], None]
    classify: Callable[[Any, Place], None]
    write: Callable[[Any, Place], None]
    refusals: Mapping[str, Any]
    export: Callable[[Any, Mapping[str, str], str], ExportTable]
    check_filters: Callable[[Any, Mapping[str, str]], None]
    list_url: str
    personal: Mapping[str, Personal] = field(default_factory=dict)
    field_names: Mapping[str, Any] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    show: Callable[[str, Any], str] = lambda name, value: str(value)
    name_field: str = ""
    may_import: Callable[[Any], bool] = lambda user: user.scope.is_staff
    max_rows: int = 0
    position: int = 0

    @property
    def code(self) -> str:
        return self.sheet.kind

    @property
    def title(self) -> str:
        return self.sheet.title


@dataclass(frozen=True)
class ExportKind:
    """A list or table that people only take along; nobody brings it in. The fields are as in SheetKind."""

    code: str
    title: Any
    export: Callable[[Any, Mapping[str, str], str], ExportTable]
    check_filters: Callable[[Any, Mapping[str, str]], None]


_kinds: dict[str, SheetKind] = {}
_exports: dict[str, ExportKind] = {}


def register(kind: SheetKind) -> SheetKind:
    """Makes a kind known to imports and exports. Called once, in the feature's `sheets.py`."""
    _kinds[kind.code] = kind
    return kind


def register_export(kind: ExportKind) -> ExportKind:
    """Makes a kind known to exports only. Called once, in the feature's `sheets.py`."""
    _exports[kind.code] = kind
    return kind


def exported(code: str) -> SheetKind | ExportKind:
    """The kind with this code that can be taken along. Raises LookupError for an unknown one."""
    return _exports[code] if code in _exports else _kinds[code]


def kind_of(code: str) -> SheetKind:
    """The kind with this code. Raises LookupError for an unknown one."""
    return _kinds[code]


def kinds() -> list[SheetKind]:
    """All kinds, in the order in which people choose."""
    return sorted(_kinds.values(), key=lambda kind: kind.position)


def kinds_for(user) -> list[SheetKind]:
    """The kinds that this user may bring in."""
    return [kind for kind in kinds() if kind.may_import(user)]


def discover() -> None:
    """Reads every application's `sheets.py`."""
    autodiscover_modules("sheets")
