"""The keys that an action leaves behind: which days of which figures are to be recounted."""

import datetime
from collections.abc import Callable, Iterable

from django.db import connection

from ..registry import codes_behind, keys_of, topics
from ..rules import EVER, Window, ranges

# One plain INSERT of a row for each name. Equal keys meet when they are drained, not here: no action waits for another.
WRITE = "INSERT INTO metrics_metricdirty (metric, first, last) VALUES {keys}"

# What actions named becomes keys of the figures behind it: one statement, so a key is always there in one of its forms.
SPREAD = """
WITH named AS (DELETE FROM metrics_metricdirty WHERE metric = ANY(%s::text[]) RETURNING metric, first, last)
INSERT INTO metrics_metricdirty (metric, first, last)
SELECT DISTINCT code, first, last FROM named JOIN unnest(%s::text[], %s::text[]) AS behind (name, code) ON name = metric
"""
Key = tuple[str, datetime.date]  # a figure's code and a day
Promise = Callable[[], Iterable[Key]]
_promises: list[tuple[tuple[str, ...], Promise]] = []

Days = Iterable[datetime.date | None] | tuple[datetime.date, datetime.date]


def mark_dirty(
    *names: str, days: Days = EVER, towns: Iterable[int | None] = (), chains: Iterable[int | None] = ()
) -> None:
    """Says that figures of these days are out of date; called inside the writing action's transaction.

    A name is a figure's code, or what figures are `touched_by` ("place"). `days`: single days, empty ones are left
    out; a tuple of two is a range; without `days` it is every day. A day is recounted in all its towns and chains,
    by one range of an index, so that a row that moved leaves nothing behind in its old place: `towns` and `chains`
    tell the reader of the action where, and narrow nothing. Raises LookupError for a name that no figure knows.
    """
    _execute(*marking(*names, days=days))


def marking(*names: str, days: Days = EVER) -> tuple[str, list]:
    """The statement of `mark_dirty`, for an action that sends several at once; empty when there is no day."""
    parts, keys = ranges(days), dict.fromkeys(key for name in names for key in keys_of(name))
    return _writing([(key, *part) for key in keys for part in parts])


def spread_keys() -> None:
    """What actions have named becomes keys of the figures; a drain begins with it."""
    behind = [(name, code) for name in topics() for code in codes_behind(name)]
    with connection.cursor() as cursor:
        cursor.execute(SPREAD, [list(topics()), [name for name, _ in behind], [code for _, code in behind]])


def mark_exactly(keys: Iterable[Key]) -> None:
    """As `mark_dirty`, for an action that knows which figures it changes. Raises LookupError for an unknown code."""
    _execute(*_writing([(codes_behind(code)[0], day, day) for code, day in sorted(set(keys))]))


def promised_by(*names: str) -> Callable[[Promise], Promise]:
    """Registers a reader of keys that are not written here, because a row that an action writes anyway promises them.

    Every drain counts them as if they stood here, as long as the row is there. Whoever removes it writes its keys in
    the same transaction: so they are always in one of the two places. `names`: as for `mark_dirty`, the figures that
    it may promise; only for these is it asked.
    """

    def register(read: Promise) -> Promise:
        _promises.append((names, read))
        return read

    return register


def promised() -> set[Key]:
    """The keys that rows elsewhere promise. Read them before the written ones: a promise may just be kept."""
    return {key for _names, read in _promises for key in read()}


def promised_of(code: str) -> list[Window]:
    """The days of one figure that are promised to be recounted."""
    readers = [read for names, read in _promises if any(code in codes_behind(name) for name in names)]
    return [(day, day) for read in readers for one, day in read() if one == code]


def _writing(rows: list[tuple[str, datetime.date, datetime.date]]) -> tuple[str, list]:
    sql = WRITE.format(keys=", ".join(["(%s, %s, %s)"] * len(rows))) if rows else ""
    return sql, [value for row in rows for value in row]


def _execute(sql: str, parameters: list) -> None:
    if sql:
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
