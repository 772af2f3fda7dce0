"""Statements that PostgreSQL parses and plans once a connection: for the few that very many people run at once.

They go through Django's own cursor as SQL `EXECUTE`, so the audit's context, query logs and the translation of errors
are those of any other statement. (What the driver prepares by itself cannot carry the audit's context along.)
"""

from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection

_prepared: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


class Prepared:
    """`statement` names its parameters as `%(name)s` and holds no other percent sign; `types` are theirs, in SQL."""

    def __init__(self, name: str, statement: str, types: Mapping[str, str]):
        places = {key: f"${number}" for number, key in enumerate(types, 1)}
        self._name = name
        self._prepare = f"PREPARE {name} ({', '.join(types.values())}) AS {statement % places}"
        self._execute = f"EXECUTE {name} ({', '.join(f'%({key})s' for key in types)})"

    def rows(self, **parameters: Any) -> list[tuple]:
        """What the statement answers; one round trip, two at the connection's first time."""
        with connection.cursor() as cursor:
            known = _prepared.setdefault(connection.connection, set())
            if self._name not in known:
                cursor.execute(self._prepare)
                known.add(self._name)
            cursor.execute(self._execute, parameters)
            return cursor.fetchall()
