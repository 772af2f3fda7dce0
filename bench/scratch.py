"""A database of its own for a measurement: created, migrated, dropped at the end. Never the portal's data."""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


def prepare(*, durable: bool = False) -> None:
    """Settings and services for a measurement; before anything of Django is imported.

    `durable`: the server keeps what it commits, as the portal's own does. For measurements of commits; in a home of
    its own, because the other's server may be running.
    """
    os.environ.setdefault("PORTAL_HOME", str(Path(tempfile.gettempdir()) / f"portal-bench-{os.getuid()}"))
    if durable:
        os.environ["PORTAL_HOME"] += "-durable"
    os.environ["DB_POOL"] = "0"  # a scratch database is dropped at the end: no idle connection may hold it
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    if "DATABASE_URL" not in os.environ:
        from portal.runtime.embedded import ensure_running

        ensure_running(Path(os.environ["PORTAL_HOME"]).resolve(), fast=not durable)
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
    import django

    django.setup()


class Stocks:
    """Copies of the scratch database that grow apart; the default connection points to one of them at a time.

    So that a small and a large stock are measured in turns: in one run, under the same moods of the machine.
    """

    def __init__(self, first: str) -> None:
        from django.db import connection

        self.names = {first: connection.settings_dict["NAME"]}
        self.open: dict[str, object] = {}
        self.current = first

    def copy(self, source: str, name: str) -> None:
        """A further stock that begins as the source is now; the connection points to it afterwards."""
        from django.db import connection

        self.close()
        old, self.names[name] = self.names[source], f"{self.names[source]}_{name}"
        with self._outside() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {self.names[name]}")
            cursor.execute(f"CREATE DATABASE {self.names[name]} TEMPLATE {old} STRATEGY file_copy")
        connection.settings_dict["NAME"], self.current = self.names[name], name

    def use(self, name: str) -> None:
        """Points the default connection to this stock; both stay connected."""
        from django.db import connection

        if name != self.current:
            self.open[self.current] = connection.connection
            connection.connection = self.open.pop(name, None)
            connection.settings_dict["NAME"], self.current = self.names[name], name
            if connection.connection is None:
                connection.connect()

    def close(self) -> None:
        from django.db import connection

        for one in self.open.values():
            one.close()
        self.open.clear()
        connection.close()

    def drop_copies(self) -> None:
        """Leaves the first one, for `scratch_database` to drop."""
        from django.db import connection

        self.close()
        first, *copies = self.names
        with self._outside() as cursor:
            for name in copies:
                cursor.execute(f"DROP DATABASE IF EXISTS {self.names.pop(name)}")
        connection.settings_dict["NAME"], self.current = self.names[first], first

    @contextmanager
    def _outside(self) -> Iterator:
        from django.db import connection

        with connection._nodb_cursor() as cursor:
            yield cursor


@contextmanager
def scratch_database(name: str) -> Iterator[None]:
    """The default connection points to a fresh, migrated database while the block runs."""
    from django.conf import settings
    from django.db import connection

    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = f"bench_{name}_{os.getpid()}"
    connection.settings_dict.setdefault("TEST", {})["NAME"] = f"bench_{name}_{os.getpid()}"
    previous = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(previous, verbosity=0)


def interleaved(ways: dict[str, Callable[[], object]], rounds: int, warm: int = 1) -> dict[str, float]:
    """Median seconds of each way, taken in turns so that the machine's moods hit all alike."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(warm + rounds):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            if turn >= warm:
                times[name].append(time.perf_counter() - start)
    return {name: statistics.median(taken) for name, taken in times.items()}


@contextmanager
def without_indexes() -> Iterator[None]:
    """What the block asks is answered by sequential scans: the reference for a search by an index."""
    from django.db import connection

    ways = ("bitmapscan", "indexscan", "indexonlyscan")
    with connection.cursor() as cursor:
        cursor.execute("; ".join(f"SET enable_{way} = off" for way in ways))
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("; ".join(f"RESET enable_{way}" for way in ways))


def scans(sql: str, table: str) -> bool:
    """Whether the server would read the whole table for this statement."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + sql)
        return any(f"Seq Scan on {table} " in line for (line,) in cursor.fetchall())
