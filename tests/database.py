"""What a run's database costs: a copy of a migrated template before, and only the written tables emptied between.

Django replays all migrations in half a minute of one core; PostgreSQL copies their result in a second. A template
is named for what its migrations say, so a changed migration makes a new one. It stays in the server for the next run;
the oldest ones go.
"""

import hashlib
import inspect

from django.db import connection
from django.db.migrations.loader import MigrationLoader

PREFIX = "portal_template_"
LOCK = 7_310_117  # one process builds, the others wait
KEPT = 4  # branches stand side by side on one server


def migrated_template() -> str:
    """The name of the template for today's migrations, built when it is not there."""
    name = PREFIX + _fingerprint()
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        cursor.execute("SELECT datistemplate FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() != (True,):  # not there, or left half-made
            _build(name)
            cursor.execute(f'ALTER DATABASE "{name}" WITH is_template true')
            _forget_old(cursor)
        cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    return name


def _fingerprint() -> str:
    """Of the text of every migration, Django's own and other packages' too."""
    modules = {inspect.getmodule(migration) for migration in MigrationLoader(None).disk_migrations.values()}
    sources = sorted(module.__name__ + inspect.getsource(module) for module in modules)
    return hashlib.sha256("".join(sources).encode()).hexdigest()[:16]


def _build(name: str) -> None:
    settings = connection.settings_dict
    original, test = settings["NAME"], dict(settings["TEST"])
    settings["TEST"]["NAME"] = name
    try:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    finally:
        connection.close()  # a database with a guest cannot be copied
        settings["TEST"].update(test)
        settings["NAME"] = original


def _forget_old(cursor) -> None:
    cursor.execute(
        "SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY oid DESC OFFSET %s",
        [PREFIX, KEPT],
    )
    for (old,) in cursor.fetchall():
        cursor.execute(f'ALTER DATABASE "{old}" WITH is_template false')
        cursor.execute(f'DROP DATABASE IF EXISTS "{old}"')


def empty_written_tables(case) -> None:
    """After a test that commits. Django would truncate all tables and make every permission anew; few were written."""
    kept = {"django_migrations", "django_content_type", "auth_permission"}
    with connection.cursor() as cursor:
        tables = [table for table in connection.introspection.table_names(cursor) if table not in kept]
        cursor.execute(" UNION ALL ".join(f"SELECT '{t}' WHERE EXISTS (SELECT FROM \"{t}\")" for t in tables))
        written = ", ".join(f'"{table}"' for (table,) in cursor.fetchall())
        if written:
            cursor.execute(f"TRUNCATE {written} CASCADE")
