"""Reading the filters of a list: what they say, values that must be known, days."""

import datetime
from collections.abc import Mapping

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from .problems import Invalid
from .text import clean_line

YES_NO = ("1", "0")


def said(filters: Mapping[str, str]) -> dict[str, str]:
    """The filters that say something, as they are compared."""
    return {name: text for name, value in filters.items() if (text := clean_line(value or ""))}


def refuse_unknown(given: Mapping[str, str], choices: Mapping[str, tuple[str, ...]]) -> None:
    """Raises Invalid for a value that is none of its filter's."""
    errors = {
        name: _("应为这些值之一：%(values)s。") % {"values": "、".join(values)}
        for name, values in choices.items()
        if name in given and given[name] not in values
    }
    if errors:
        raise Invalid(errors)


def days_of(given: Mapping[str, str]) -> dict[str, datetime.date]:
    """The days of `from` and `to`; both count. Raises Invalid for what is no day, and for days out of order."""
    found, errors = {}, {}
    for name in ("from", "to"):
        if name in given:
            try:
                if len(given[name]) != 10 or not given[name].isascii():
                    raise ValueError
                found[name] = datetime.date.fromisoformat(given[name])
            except ValueError:
                errors[name] = _("应为日期，例如 2026-01-31。")
    if len(found) == 2 and found["from"] > found["to"]:
        errors["to"] = _("结束日期不能早于开始日期。")
    if errors:
        raise Invalid(errors)
    return found


def between(rows: QuerySet, column: str, given: Mapping[str, str]) -> QuerySet:
    """The rows whose day lies in the period that the filters name."""
    days = days_of(given)
    if "from" in days:
        rows = rows.filter(**{f"{column}__gte": days["from"]})
    if "to" in days:
        rows = rows.filter(**{f"{column}__lte": days["to"]})
    return rows
