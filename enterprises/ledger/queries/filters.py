"""What the lists share: reading filters, days, codes that must exist, and the sum below a list."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _

from chains.industry.models import Chain, Segment
from portal.kit.pagination import COUNT_CAP
from portal.kit.problems import Invalid
from portal.kit.text import clean_line
from portal.territory.models import Town

CODE_MODELS = {"town": Town, "chain": Chain, "segment": Segment}
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


def refuse_unknown_codes(filters: Mapping[str, str], known: Mapping[str, Any] = CODE_MODELS) -> None:
    """Raises Invalid (400) for a code that does not exist, of a town, chain or segment, or of the models (or rows in
    scope) that `known` has for a filter; to be asked only when nothing was found, so that the usual request pays nothing
    for it."""
    rows = {name: getattr(one, "objects", one) for name, one in known.items() if filters.get(name)}
    unknown = {
        name: _("没有代码为“%(code)s”的%(what)s。")
        % {"code": filters[name], "what": found.model._meta.verbose_name}
        for name, found in rows.items()
        if not found.filter(code=clean_line(filters[name])).exists()
    }
    if unknown:
        raise Invalid(unknown)


@dataclass(frozen=True)
class Total:
    """The sums below a list in yuan, of all rows and of those that count; None when the list is so long that adding it
    up would keep people waiting."""

    amount: Decimal | None
    counted: Decimal | None


def total_of(rows: QuerySet, count: int | None, counts: Q) -> Total:
    """The sums of a list whose rows were counted (capped) already; `counts` says which rows the figures count."""
    if count is None or count >= COUNT_CAP:
        return Total(None, None)
    sums = rows.order_by().aggregate(all=Sum("amount"), counted=Sum("amount", filter=counts))
    return Total(sums["all"] or Decimal(0), sums["counted"] or Decimal(0))
