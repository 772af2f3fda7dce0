"""What a run's database costs: a copy of a migrated template before, and only the written tables emptied between.

Django replays all migrations in half a minute of one core; PostgreSQL copies their result in a second. A template
is named for what its migrations say, so a changed migration makes a new one. It stays in the server for the next run;
the oldest ones go. The loaded Songjiang demo is a template too, named for the code that loads it and for the day.
"""

import hashlib
import inspect
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from tests.quick_migrations import quick_migrations

ROOT = Path(__file__).resolve().parents[1]
PREFIX, DEMO_PREFIX, COPY_PREFIX = "portal_template_", "portal_demo_", "portal_copy_"
LOCK, DEMO_LOCK = 7_310_117, 7_310_118  # one process builds, the others wait
KEPT = 4  # branches stand side by side on one server


def migrated_template() -> str:
    """The name of the template for today's migrations, built when it is not there."""
    return _template(PREFIX, _fingerprint(), LOCK, _build)


def demo_template() -> str:
    """The name of the template with the Songjiang demo of today, loaded when it is not there."""
    migrated = migrated_template()
    code = sorted(path for area in ("portal", "chains", "enterprises", "services") for path in _sources(area))
    said = [migrated, f"{timezone.localdate()}", settings.FIELD_KEYS, *(path.read_text() for path in code)]
    fingerprint = hashlib.sha256("".join(said).encode()).hexdigest()[:16]
    return _template(DEMO_PREFIX, fingerprint, DEMO_LOCK, lambda name: _load_demo(name, migrated))


@contextmanager
def copy_of_demo(label: str) -> Iterator[str]:
    """A database of one's own with the demo in it: its name. Afterwards it is dropped."""
    name = f"{COPY_PREFIX}{os.getpid()}_{label}"
    copy_demo(name)
    try:
        yield name
    finally:
        with connection.creation._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def copy_demo(name: str) -> None:
    """A database of this name with the demo in it. Copies of processes that are gone go."""
    template = demo_template()
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [COPY_PREFIX])
        for (left,) in cursor.fetchall():
            if not Path("/proc", left.removeprefix(COPY_PREFIX).split("_")[0]).exists():
                cursor.execute(f'DROP DATABASE IF EXISTS "{left}" WITH (FORCE)')
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def environment(name: str) -> dict[str, str]:
    """What a portal process needs to work on the database `name` of this run's server, with this run's keys."""
    given = connection.settings_dict
    address = f"{given['HOST']}:{given['PORT']}"
    return {
        "DATABASE_URL": f"postgresql://{quote(given['USER'])}:{quote(given['PASSWORD'], safe='')}@{address}/{name}",
        "FIELD_KEYS": settings.FIELD_KEYS,
        "SECRET_KEY": settings.SECRET_KEY,
        "DJANGO_SETTINGS_MODULE": "tests.browser.settings",
    }


def _template(prefix: str, fingerprint: str, lock: int, build: Callable[[str], None]) -> str:
    name = prefix + fingerprint
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [lock])
        cursor.execute("SELECT datistemplate FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() != (True,):  # not there, or left half-made
            build(name)
            cursor.execute(f'ALTER DATABASE "{name}" WITH is_template true')
            _forget_old(cursor, prefix)
        cursor.execute("SELECT pg_advisory_unlock(%s)", [lock])
    return name


def _sources(area: str) -> list[Path]:
    kinds = {".py", ".json", ".csv", ".txt", ".toml", ".yaml"}
    return [path for path in (ROOT / area).rglob("*") if path.suffix in kinds]


def _fingerprint() -> str:
    """Of the text of every migration, Django's own and other packages' too."""
    modules = {inspect.getmodule(migration) for migration in MigrationLoader(None).disk_migrations.values()}
    sources = sorted(module.__name__ + inspect.getsource(module) for module in modules)
    return hashlib.sha256("".join(sources).encode()).hexdigest()[:16]


def _load_demo(name: str, migrated: str) -> None:
    """By a process of its own, with the portal's settings: the N+1 detector would look at every row."""
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{migrated}"')
    done = subprocess.run(
        [sys.executable, "manage.py", "load_demo", "songjiang"],
        cwd=ROOT, env={**os.environ, **environment(name)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    with connection.creation._nodb_cursor() as cursor:
        # whoever is still leaving
        cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])


def _build(name: str) -> None:
    settings = connection.settings_dict
    original, test = settings["NAME"], dict(settings["TEST"])
    settings["TEST"]["NAME"] = name
    try:
        with quick_migrations():
            connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    finally:
        connection.close()  # a database with a guest cannot be copied
        settings["TEST"].update(test)
        settings["NAME"] = original


def _forget_old(cursor, prefix: str) -> None:
    cursor.execute(
        "SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY oid DESC OFFSET %s",
        [prefix, KEPT],
    )
    for (old,) in cursor.fetchall():
        cursor.execute(f'ALTER DATABASE "{old}" WITH is_template false')
        cursor.execute(f'DROP DATABASE IF EXISTS "{old}"')


def empty_written_tables(case) -> None:
    """After a test that commits. Django would truncate all tables and make every permission anew; few were written.

    A truncation makes new files for a table, its indexes and all that refer to it, which takes a second; the few rows
    are deleted, as a replica does it: every written table is among them, so no reference is left to follow.
    """
    kept = {"django_migrations", "django_content_type", "auth_permission"}
    with transaction.atomic(), connection.cursor() as cursor:
        tables = [table for table in connection.introspection.table_names(cursor) if table not in kept]
        cursor.execute(" UNION ALL ".join(f"SELECT '{t}' WHERE EXISTS (SELECT FROM \"{t}\")" for t in tables))
        written = cursor.fetchall()
        cursor.execute("SET LOCAL session_replication_role = replica")
        for (table,) in written:
            cursor.execute(f'DELETE FROM "{table}"')
