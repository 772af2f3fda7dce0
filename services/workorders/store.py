"""How a demand is read for a move and written after it: few statements, each planned once a connection.

A move is asked for many times a minute by everybody; through the ORM its reads alone cost more than all the rest.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from typing import Any

import orjson
from django.db import connection, models

from enterprises.registry.models import Enterprise
from portal.kit.prepared import Prepared
from portal.metrics.actions import marking
from portal.territory.models import Department

from .models import Callback, Demand, DemandPart, Extension, JointMeeting, Resolution

UNREAD = frozenset({"body", "result", "comment", "dispatch_reason", "contact_name", "contact_phone"})
"""Texts that no move asks for; who reads them all the same causes one more query."""
NAMED: dict[str, tuple[type[models.Model], frozenset[str]]] = {
    "enterprise": (Enterprise, frozenset({"id", "uscc", "name"})),
    "lead": (Department, frozenset({"id", "code", "name", "district_id", "closed_on"})),
}
TIMES = (
    "given_at", "sign_due_at", "due_at", "clock_started_at", "warn_at", "next_alert_at", "signed_at", "done_at",
)  # fmt: skip
PART = ("id", "department_id", "role", *TIMES)


def _columns(model: type[models.Model], wanted: Iterable[str] | None = None) -> list[models.Field]:
    """The columns in the order in which `from_db` takes them."""
    fields = model._meta.concrete_fields
    return [f for f in fields if (f.attname in wanted if wanted is not None else f.name not in UNREAD)]


DEMAND = _columns(Demand)
OTHERS = {name: (model, _columns(model, wanted)) for name, (model, wanted) in NAMED.items()}


def _statement() -> str:
    table = {model: model._meta.db_table for model in (
        Demand, DemandPart, Extension, Callback, Resolution, JointMeeting, Department
    )}  # fmt: skip
    chosen = [f"d.{field.column}" for field in DEMAND]
    joins = []
    for name, (model, fields) in OTHERS.items():
        chosen += [f"{name}.{field.column}" for field in fields]
        joins.append(f"LEFT JOIN {model._meta.db_table} {name} ON {name}.id = d.{name}_id")
    part = ", ".join(f"p.{name}" for name in PART)
    return f"""
SELECT {", ".join(chosen)},
       EXISTS (SELECT FROM {table[Extension]} x WHERE x.demand_id = d.id AND x.state = 'waiting'),
       EXISTS (SELECT FROM {table[Callback]} c WHERE c.demand_id = d.id AND c.closed_at IS NULL),
       (SELECT count(*) FROM {table[Resolution]} r JOIN {table[JointMeeting]} m ON m.id = r.meeting_id
        WHERE m.demand_id = d.id AND r.state = 'open'),
       (SELECT json_agg(json_build_array({part}, a.code, a.name) ORDER BY p.role DESC, p.id)::text
        FROM {table[DemandPart]} p JOIN {table[Department]} a ON a.id = p.department_id
        WHERE p.demand_id = d.id AND p.left_at IS NULL)
FROM {table[Demand]} d {" ".join(joins)} WHERE d.number = %(number)s"""  # noqa: S608 - the models' own tables


READ = Prepared("workorders_read", _statement(), {"number": "text"})
LOCK = f"""
SELECT set_config('lock_timeout', '3s', true);
SELECT id, version FROM {Demand._meta.db_table} WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"""  # noqa: S608


class Found:
    """A demand with its names, its open parts (the lead's first), and what the table of moves asks besides."""

    __slots__ = ("demand", "has_callback", "has_extension", "open_tasks", "parts")

    def __init__(self, row: tuple):
        at = len(DEMAND)
        self.demand = _loaded(Demand, DEMAND, row[:at])
        for name, (model, fields) in OTHERS.items():
            values = row[at : at + len(fields)]
            setattr(self.demand, name, _loaded(model, fields, values) if values[0] is not None else None)
            at += len(fields)
        self.has_extension, self.has_callback, self.open_tasks, parts = row[at:]
        self.parts = [_part(self.demand, one) for one in orjson.loads(parts or "[]")]


def read(number: str) -> Found | None:
    """The demand as it stands, unlocked and whoever asks; None when there is none."""
    rows = READ.rows(number=number)
    return Found(rows[0]) if rows else None


def lock(*demands: Demand) -> list[Found]:
    """The demands as they stand, locked in id order for the rest of the transaction; in the order given.

    A demand that `read` has just found is not read again when its version is still the same: whatever changes a demand,
    its parts, its extensions or its tasks counts the version under this lock. Raises Demand.DoesNotExist.
    """
    with (
        connection.cursor() as cursor
    ):  # what is read after the wait for the lock is read in its own statement
        cursor.execute(LOCK, [[row.pk for row in demands]])
        while cursor.nextset():
            pass
        versions = dict(cursor.fetchall())
    found = []
    for row in demands:
        known = row.__dict__.pop("_found", None)
        same = known is not None and known.demand.version == versions.get(row.pk)
        found.append(known if same else read(row.number))
    if None in found:
        raise Demand.DoesNotExist
    return found


_gathering: ContextVar[list[tuple[str, list]] | None] = ContextVar("workorders_gathering", default=None)


@contextmanager
def gathered() -> Iterator[None]:
    """What the block writes here goes to the server at its end, in one round trip and in the order of the writes; what
    the block reads meanwhile stands as before them. To be opened inside the action's transaction."""
    statements: list[tuple[str, list]] = []
    outer = _gathering.set(statements)
    try:
        yield
    finally:
        _gathering.reset(outer)
    _execute(statements)


def write(row: models.Model, **values: Any) -> None:
    """Writes some values of a locked row."""
    _send(_update(row, values))


def insert(row: models.Model) -> None:
    """Writes a new row whose key nobody asks for."""
    _send(_insert(row))


def mark_days(days: Iterable[date]) -> None:
    """Says that the demands' figures of these days are out of date."""
    _send(marking("demand", days=days))


def _send(statement: tuple[str, list]) -> None:
    statements = _gathering.get()
    if statements is None:
        _execute([statement])
    else:
        statements.append(statement)


def _execute(statements: list[tuple[str, list]]) -> None:
    if statements:
        sql = "; ".join(sql for sql, _parameters in statements)
        with connection.cursor() as cursor:
            cursor.execute(sql, [value for _sql, parameters in statements for value in parameters])


def _update(row: models.Model, values: Mapping[str, Any]) -> tuple[str, list]:
    fields = [row._meta.get_field(name) for name in values]
    for name, value in values.items():
        setattr(row, name, value)
    pairs = ", ".join(f"{field.column} = %s" for field in fields)
    parameters = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    return f"UPDATE {row._meta.db_table} SET {pairs} WHERE id = %s", [*parameters, row.pk]  # noqa: S608


def _insert(row: models.Model) -> tuple[str, list]:
    fields = [field for field in row._meta.concrete_fields if not field.primary_key]
    names, places = ", ".join(field.column for field in fields), ", ".join("%s" for _field in fields)
    parameters = [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
    return f"INSERT INTO {row._meta.db_table} ({names}) VALUES ({places})", parameters  # noqa: S608


def _part(demand: Demand, values: list) -> DemandPart:
    given = dict(zip((*PART, "code", "name"), values, strict=True))
    times = {name: datetime.fromisoformat(given[name]) if given[name] else None for name in TIMES}
    fields = _PART_FIELDS
    part = _loaded(
        DemandPart, fields, [(given | times | {"demand_id": demand.pk})[f.attname] for f in fields]
    )
    part.demand = demand
    part.department = _loaded(Department, _DEPARTMENT, [given["department_id"], given["code"], given["name"]])
    return part


_PART_FIELDS = _columns(DemandPart, {*PART, "demand_id"})
_DEPARTMENT = _columns(Department, {"id", "code", "name"})


def _loaded(model: type[models.Model], fields: list[models.Field], values: Sequence) -> Any:
    """A row with some of its columns; the others are read when somebody asks."""
    return model.from_db(connection.alias, [field.attname for field in fields], values)
