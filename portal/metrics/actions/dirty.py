"""The keys that an action leaves behind: which days of which figures are to be recounted."""

import datetime
from collections.abc import Iterable

from django.db import connection

from ..registry import codes_behind
from ..rules import EVER, ranges

# One plain INSERT. Keys for the same cell meet when they are drained, not here: no action waits for another.
WRITE = """
INSERT INTO metrics_metricdirty (metric, first, last)
SELECT code, first, last
FROM unnest(%s::text[]) AS code, unnest(%s::date[], %s::date[]) AS days (first, last)
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
    parts = ranges(days)
    if not parts or not names:
        return
    codes = sorted({code for name in names for code in codes_behind(name)})
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [codes, [first for first, _ in parts], [last for _, last in parts]])
