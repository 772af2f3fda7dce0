"""The keys that an action leaves behind: which days of which figures are to be recounted."""

import datetime
from collections.abc import Iterable

from django.db import connection

from ..registry import codes_behind, keys_of, topics
from ..rules import EVER, ranges

# One plain INSERT of a row for each name. Equal keys meet when they are drained, not here: no action waits for another.
WRITE = "INSERT INTO metrics_metricdirty (metric, first, last) VALUES {keys}"

# What actions named becomes keys of the figures behind it: one statement, so a key is always there in one of its forms.
SPREAD = """
WITH named AS (DELETE FROM metrics_metricdirty WHERE metric = ANY(%s::text[]) RETURNING metric, first, last)
INSERT INTO metrics_metricdirty (metric, first, last)
SELECT DISTINCT code, first, last FROM named JOIN unnest(%s::text[], %s::text[]) AS behind (name, code) ON name = metric
"""
# The same inside another statement's WITH, for the few actions that are one statement: the exact codes and days.
WRITE_EXACTLY = """
INSERT INTO metrics_metricdirty (metric, first, last)
SELECT code, day, day FROM unnest(%(dirty_codes)s::text[], %(dirty_days)s::date[]) AS keys (code, day)
"""
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
    sql, parameters = marking(*names, days=days)
    if sql:
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)


def marking(*names: str, days: Days = EVER) -> tuple[str, list]:
    """The statement of `mark_dirty`, for an action that sends several at once; empty when there is no day."""
    parts, keys = ranges(days), dict.fromkeys(key for name in names for key in keys_of(name))
    rows = [(key, *part) for key in keys for part in parts]
    sql = WRITE.format(keys=", ".join(["(%s, %s, %s)"] * len(rows))) if rows else ""
    return sql, [value for row in rows for value in row]


def spread_keys() -> None:
    """What actions have named becomes keys of the figures; a drain begins with it."""
    behind = [(name, code) for name in topics() for code in codes_behind(name)]
    with connection.cursor() as cursor:
        cursor.execute(SPREAD, [list(topics()), [name for name, _ in behind], [code for _, code in behind]])


def mark_exactly(keys: Iterable[tuple[str, datetime.date]]) -> None:
    """As `mark_dirty`, for an action that knows which figures it changes: pairs of a figure's code and a day."""
    if parameters := exact(keys):
        with connection.cursor() as cursor:
            cursor.execute(WRITE_EXACTLY, parameters)


def exact(keys: Iterable[tuple[str, datetime.date]]) -> dict[str, list]:
    """The parameters of WRITE_EXACTLY; empty without a key. Raises LookupError for a code that no figure has."""
    pairs = sorted(set(keys))
    codes = [codes_behind(code)[0] for code, _ in pairs]
    return {"dirty_codes": codes, "dirty_days": [day for _, day in pairs]} if pairs else {}
