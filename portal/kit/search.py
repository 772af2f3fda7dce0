"""Chinese name search over `text_grams` (portal/kit/migrations/0001): any length, by index."""

import re
import unicodedata

from django.contrib.postgres.search import SearchVectorField
from django.db.models import BooleanField, F, Func, QuerySet, Value

MAX_SEARCH_LENGTH = 60


def normalise(text: str) -> str:
    """The form in which names are compared: NFKC, lower case, no white space."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()[:MAX_SEARCH_LENGTH]


def grams_query(text: str) -> str:
    """A tsquery that every name containing `text` matches: its 2-grams, or the one character.

    For three and more characters a match is necessary, not sufficient; `matching` checks the rest.
    """
    pieces = [text] if len(text) == 1 else sorted({text[i : i + 2] for i in range(len(text) - 1)})
    return " & ".join("'" + piece.replace("\\", "\\\\").replace("'", "''") + "'" for piece in pieces)


class TextGrams(Func):
    function = "text_grams"
    output_field = SearchVectorField()


def matching(queryset: QuerySet, text: str, column: str = "name") -> QuerySet:
    """The rows whose `column` contains `text` (after normalising); all rows for an empty text."""
    text = normalise(text)
    if not text:
        return queryset
    condition = Func(
        TextGrams(F(column)),
        Value(grams_query(text)),
        template="(%(expressions)s::tsquery)",
        arg_joiner=" @@ ",
        output_field=BooleanField(),
    )
    queryset = queryset.filter(condition)
    if len(text) > 2:
        cleaned = Func(
            Func(F(column), Value(r"\s+"), Value(""), Value("g"), function="regexp_replace"), function="lower"
        )
        queryset = queryset.filter(
            Func(
                cleaned,
                Value(text),
                function="strpos",
                template="(%(function)s(%(expressions)s) > 0)",
                output_field=BooleanField(),
            )
        )
    return queryset
