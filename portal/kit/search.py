"""Chinese name search, any length, by index: `text_grams` (kit migration 0001) under GIN, or the order's own index.

Two ways lead to the first page, and the wrong one costs a hundred times the right one:
* a rare text: the GIN index over 1- and 2-grams names the few rows, which are then sorted;
* a common text (有限, 公司): nearly every row matches, so walking the index of the list's order and keeping what
  matches fills a page at once, while GIN would first collect half the table.
`match` looks at a few dozen random pages of the table to tell one from the other.
"""

import math
import re
import unicodedata

from django.contrib.postgres.search import SearchVectorField
from django.db import connections
from django.db.models import BooleanField, F, Func, Model, Q, QuerySet, Value

MAX_SEARCH_LENGTH = 60
SAMPLE_PAGES = 20  # of 8 kB: about 700 rows, under a millisecond
# Collecting costs in proportion to the matches, share × rows; walking to a page of 50 costs 50 / share. Both cost about
# the same a row (bench search), so walking is the better way from share = √(50 / rows) on.
PAGE = 50
LEAST_COMMON_SHARE = 0.005


def normalise(text: str) -> str:
    """The form in which names are compared: NFKC, lower case, only visible characters, no white space."""
    text = unicodedata.normalize("NFKC", text)
    visible = "".join(c for c in text if not unicodedata.category(c).startswith("C"))
    return re.sub(r"\s+", "", visible).lower()[:MAX_SEARCH_LENGTH]


def grams_query(text: str) -> str:
    """A tsquery that every name containing `text` matches: its 2-grams, or the one character.

    For three and more characters a match is necessary, not sufficient; `match` checks the rest.
    """
    pieces = [text] if len(text) == 1 else sorted({text[i : i + 2] for i in range(len(text) - 1)})
    return " & ".join("'" + piece.replace("\\", "\\\\").replace("'", "''") + "'" for piece in pieces)


class TextGrams(Func):
    function = "text_grams"
    output_field = SearchVectorField()


class Squeezed(Func):
    """The name as `normalise` leaves it; stored names are NFKC already. Spaces are rare, so they are looked for
    first: a regular expression on every row would cost more than the search."""

    template = (
        r"lower(CASE WHEN strpos(%(expressions)s, ' ') > 0 THEN regexp_replace(%(expressions)s, '\s+', '', 'g')"
        r" ELSE %(expressions)s END)"
    )


def has_grams(text: str, column: str = "name") -> Func:
    """Condition by the GIN index: necessary for every length, sufficient for one and two characters."""
    return Func(
        TextGrams(F(column)),
        Value(grams_query(text)),
        template="(%(expressions)s::tsquery)",
        arg_joiner=" @@ ",
        output_field=BooleanField(),
    )


def contains(text: str, column: str = "name") -> Func:
    """Condition by looking into the name itself; no index serves it."""
    return Func(
        Squeezed(F(column)),
        Value(text),
        template="(strpos(%(expressions)s) > 0)",
        output_field=BooleanField(),
    )


def is_common(model: type[Model], text: str, column: str = "name", using: str = "default") -> bool:
    """Whether so many rows contain `text` that walking the order finds a page of them sooner than the index does.

    By a random sample of the table's pages.
    """
    table = connections[using].ops.quote_name(model._meta.db_table)
    name = connections[using].ops.quote_name(model._meta.get_field(column).column)
    sql = f"""
        SELECT count(*), count(*) FILTER (WHERE strpos(lower({name}), %s) > 0),
               (SELECT greatest(reltuples, 1) FROM pg_class WHERE oid = '{table}'::regclass)
        FROM {table} TABLESAMPLE SYSTEM (
            (SELECT least(100, {SAMPLE_PAGES} * 100.0 * 8192 / greatest(pg_relation_size('{table}'::regclass), 1)))
        )"""  # noqa: S608 - table and column are the model's own
    with connections[using].cursor() as cursor:
        cursor.execute(sql, [text])
        sampled, hits, rows = cursor.fetchone()
    return hits > 0 and hits >= sampled * max(LEAST_COMMON_SHARE, min(math.sqrt(PAGE / rows), 1))


def match(queryset: QuerySet, text: str, column: str = "name") -> Q:
    """The condition "`column` contains `text`" (after normalising); true of every row for an empty text.

    Costs one cheap query of its own, which decides how the rows are best found; the rows are the same either way.
    """
    text = normalise(text)
    if not text:
        return Q()
    if is_common(queryset.model, text, column, queryset.db):
        return Q(contains(text, column))
    by_index = Q(has_grams(text, column))
    return by_index & Q(contains(text, column)) if len(text) > 2 else by_index


def matching(queryset: QuerySet, text: str, column: str = "name") -> QuerySet:
    """The rows whose `column` contains `text`."""
    return queryset.filter(match(queryset, text, column))
