"""Rows that the tests of a file share: made once, taken out again by rolling back. What one test changes goes with it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def kept_for_the_file(django_db_blocker) -> Iterator[None]:
    """Around the yield of a fixture with `scope="module"`, which asks for `django_db_setup` and `django_db_blocker`."""
    with django_db_blocker.unblock(), transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)


def check_now() -> None:
    """Checks what waits for the end of the transaction: once, and not again at the end of every test."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
