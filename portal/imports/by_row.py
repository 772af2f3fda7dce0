"""Small kinds, taken row by row through the actions of their feature: page, API and sheet write in one way.

The feature gives a `Taker` that compares a row with what is stored and calls its action. Here stands everything else:
the rows come in the order that they need, and what an action refuses becomes the sentence at its cell while the other
rows go on. The check rehearses: it calls the very same actions and takes everything back, so that the preview says what
the commit will do, also of rows that lean on each other. A large file is rehearsed in memory only (`expect`); should the
commit then find what that did not, nothing is written and the file is checked again, thoroughly.
"""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import orjson
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, ValidationError

from portal.accounts.models import User
from portal.accounts.scope import Role
from portal.kit.encryption import decrypt
from portal.kit.problems import Conflict, translate

from .reading.problem import SheetProblem
from .registry import Personal, Place
from .sheet import Sheet
from .staging import as_json, fill, line

MAX_ROWS = 20_000  # of a file; row by row that is some minutes of work
REHEARSED_ROWS = 1_000  # files up to here are rehearsed through the actions
REPORT_EVERY = 50
TAKE_ORDER = "SELECT row_no, key, values::text FROM incoming ORDER BY row_no"
REFUSALS = (APIException, DjangoValidationError, IntegrityError, DataError)


class Refused(Exception):
    """The row cannot be taken: what is wrong with which field. `Refused({"town": "sentence"})`."""

    def __init__(self, faults: Mapping[str, Any]):
        super().__init__(faults)
        self.faults = {name: str(sentence) for name, sentence in faults.items()}


@dataclass(frozen=True)
class Change:
    """What a row changes in one field, as the preview shows it."""

    field: str
    old: Any
    new: Any


@dataclass
class Row:
    """One row of the file: `values` by field, names and phones readable; a blank cell has no entry. `wanted` is what the
    taker makes of them, for its action."""

    row_no: int
    key: str
    values: dict[str, Any] = field(repr=False)  # a log of a failure shows no names and phones
    masks: dict[str, str] = field(default_factory=dict)
    wanted: dict[str, Any] = field(default_factory=dict, repr=False)
    faults: dict[str, str] = field(default_factory=dict)
    outcome: str = ""
    changes: Sequence[Change] = ()
    busy: bool = False

    def day(self, name: str) -> datetime.date | None:
        """A date of the row."""
        return datetime.date.fromisoformat(self.values[name]) if name in self.values else None


class Taker(Protocol):
    """What a feature says about its rows, for one file."""

    def arrange(self, rows: list[Row]) -> list[Row]:
        """The rows in the order in which they lean on each other. May put a fault on rows that cannot be taken
        together; those are not taken."""

    def compare(self, row: Row) -> Sequence[Change] | None:
        """What the row would change; None for a new one. Raises Refused. Sees what earlier rows have written."""

    def take(self, row: Row, changes: Sequence[Change] | None) -> None:
        """Writes a row that is new or changes something, by one action: an action is a transaction, so a refused row
        leaves nothing. Notes the row for later ones last, when the action has accepted it."""

    def expect(self, row: Row, changes: Sequence[Change] | None) -> None:
        """Notes the row for later ones as `take` does, and writes nothing."""


@dataclass(frozen=True)
class ByRow:
    """The `prepare`, `lock`, `classify` and `write` of a kind whose rows are taken one by one.

    `taker(place, by)` opens a file; `by` is the person who imports. `number` is the kind's own advisory lock.
    """

    sheet: Sheet
    taker: Callable[[Place, User, list[Row]], Taker]
    number: int
    references: Callable[[Place], Mapping[str, Mapping[str, Any]]]
    personal: Mapping[str, Personal] = field(default_factory=dict)

    def prepare(self, cursor) -> None:
        """No tables besides the engine's."""

    def lock(self, cursor, place: Place) -> None:
        """One file of the kind a district at a time."""
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [self.number, place.district_id])

    def classify(self, cursor, place: Place) -> None:
        """Rehearses: the actions run, and everything is taken back; of a large file in memory."""
        rows = self._rows(cursor)
        if len(rows) > REHEARSED_ROWS and not place.thorough:
            self._take_all(place, rows, in_memory=True)
        else:
            with transaction.atomic():
                self.lock(cursor, place)
                self._take_all(place, rows)
                transaction.set_rollback(True)
        self._report(cursor, place, rows)

    def write(self, cursor, place: Place) -> None:
        """The same for good."""
        rows = self._rows(cursor)
        self._take_all(place, rows)
        self._report(cursor, place, rows)

    def _take_all(self, place: Place, rows: list[Row], *, in_memory: bool = False) -> None:
        taker = self.taker(place, acting_user(place), rows)
        accept = taker.expect if in_memory else taker.take
        waiting = [row for row in taker.arrange(rows) if not row.faults]
        done = 0
        while waiting:
            for number, row in enumerate(waiting):
                if number % REPORT_EVERY == 0:
                    place.report(min(done + number, len(rows)))
                _take(taker, accept, row)
            taken = [row for row in waiting if row.outcome]
            # What stood in the way of a row may itself have moved since: names handed from one row to the next.
            again = [row for row in waiting if row.busy]
            done += len(taken)
            waiting = again if any(row.outcome != "unchanged" for row in taken) else []

    def _rows(self, cursor) -> list[Row]:
        cursor.execute(TAKE_ORDER)
        return [self._row(*found) for found in cursor.fetchall()]

    def _row(self, row_no: int, key: str, stored: str) -> Row:
        values, masks = orjson.loads(stored), {}
        for name, how in self.personal.items():
            if name in values:
                values[name] = decrypt(values[name], how.context)
                values.pop(f"{name}_bidx")
                masks[name] = values.pop(f"{name}_mask")
        return Row(row_no, key, values, masks)

    def _report(self, cursor, place: Place, rows: Iterable[Row]) -> None:
        names = _names_by_value(self.sheet, self.references(place))
        taken = [line(row.row_no, row.outcome, as_json(self._changes(row))) for row in rows if not row.faults]
        fill(cursor, "verdict", "row_no, outcome, changes", taken)
        bad = [
            line(row.row_no, "invalid", b"[]", as_json(self._faults(row, names)))
            for row in rows
            if row.faults
        ]
        fill(cursor, "verdict", "row_no, outcome, changes, faults", bad)

    def _changes(self, row: Row) -> list[dict[str, Any]]:
        return [
            {
                "field": change.field,
                "old": self._kept(change.field, change.old),
                "new": self._kept(change.field, change.new),
            }
            for change in row.changes
        ]

    def _faults(self, row: Row, names: Mapping[str, Mapping[Any, str]]) -> list[dict[str, str]]:
        """What an action says of something that is no column stands at the key."""
        columns = {column.field for column in self.sheet.columns}
        found = []
        for name, sentence in row.faults.items():
            at = name if name in columns else self.sheet.key_fields[0]
            found.append(
                {"field": at, "value": self._shown(row, at, names), "code": "refused", "message": sentence}
            )
        return found

    def _kept(self, name: str, value: Any) -> Any:
        """A value as the preview keeps it: names and phones masked."""
        how = self.personal.get(name)
        return how.mask(value) if how and value else value

    def _shown(self, row: Row, name: str, names: Mapping[str, Mapping[Any, str]]) -> str:
        """The cell as an error quotes it."""
        if name in row.masks:
            return row.masks[name]
        value = row.values.get(name, "")
        return str(names.get(name, {}).get(value, value))[:80]


def _take(taker: Taker, accept: Callable[[Row, Sequence[Change] | None], None], row: Row) -> None:
    row.busy, row.faults = False, {}
    try:
        changes = taker.compare(row)
        if changes is None or changes:
            accept(row, changes)
    except Refused as refusal:
        row.faults = refusal.faults
        row.busy = True
    except REFUSALS as error:
        row.faults, row.busy = _sentences(error), isinstance(translate(error), Conflict)
    else:
        row.outcome = "created" if changes is None else "updated" if changes else "unchanged"
        row.changes = changes or ()


def _sentences(error: Exception) -> dict[str, str]:
    """What an action says, by field ("" for the row as a whole)."""
    error = translate(error)
    detail = error.detail if isinstance(error, APIException) else str(error)
    if isinstance(error, ValidationError) and isinstance(detail, dict):
        return {name: _joined(sentences) for name, sentences in detail.items()}
    return {"": _joined(detail)}


def _joined(sentences: Any) -> str:
    return "".join(map(str, sentences)) if isinstance(sentences, list) else str(sentences)


def _names_by_value(sheet: Sheet, references: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[Any, str]]:
    """For each column of names: stored value → the first name for it."""
    found: dict[str, dict[Any, str]] = {}
    for column in sheet.columns:
        given = references.get(column.reference) if column.reference else getattr(column.parse, "names", None)
        for name, value in (given or {}).items():
            found.setdefault(column.field, {}).setdefault(value, name)
    return found


def acting_user(place: Place) -> User:
    """Who writes: the person who imports; for the management command the district's first administrator or clerk.

    Raises SheetProblem while the portal has no such account.
    """
    if place.user_id is not None:
        return User.objects.get(pk=place.user_id)
    able = User.objects.filter(is_active=True)
    admin = able.filter(is_superuser=True) | able.filter(memberships__role=Role.ADMIN)
    clerk = able.filter(memberships__role=Role.BUREAU, memberships__district=place.district_id)
    found = admin.order_by("pk").first() or clerk.order_by("pk").first()
    if found is None:
        raise SheetProblem("no_user", _("系统中还没有可以写入的账号，请用 --user 指定以谁的名义导入。"))
    return found
