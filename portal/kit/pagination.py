"""Keyset pages: a deep page costs as much as the first, whatever the size of the table.

`paginate()` serves API and HTML alike. The cursor is opaque: base64 of the ordering values of the edge row, the
ordering itself and the direction. A cursor made for another ordering, or made up, is a 400.
"""

import base64
import binascii
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import orjson
from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, Field, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.pagination import BasePagination
from rest_framework.response import Response

from .text import whole_number

DEFAULT_PAGE_SIZE = 50
MAX_PAGE_SIZE = 200
COUNT_CAP = 100_000


class BrokenCursor(exceptions.ValidationError):
    """400 for a cursor that was made up, or made for another ordering."""

    def __init__(self):
        super().__init__({"cursor": _("翻页标记无效，请从第一页重新开始。")}, code="cursor")


@dataclass(frozen=True)
class Page:
    """One page of rows with opaque cursors (None at the ends) and, when asked, the count (capped)."""

    rows: list
    next: str | None
    previous: str | None
    count: int | None = None
    count_is_capped: bool = False


def _encode(ordering: tuple[str, ...], values: list, backwards: bool) -> str:
    def plain(value):
        return str(value) if isinstance(value, Decimal | UUID) else value

    raw = orjson.dumps([list(ordering), [plain(v) for v in values], backwards])
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decode(cursor: str, ordering: tuple[str, ...]) -> tuple[list, bool]:
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        given, values, backwards = orjson.loads(raw)
        if tuple(given) != ordering or len(values) != len(ordering) or not isinstance(backwards, bool):
            raise ValueError("cursor of another list")
        if any(isinstance(v, list | dict) or (isinstance(v, str) and "\x00" in v) for v in values):
            raise ValueError("not a value")
    except (ValueError, TypeError, binascii.Error) as error:
        raise BrokenCursor from error
    return values, backwards


def _field(queryset: QuerySet, name: str) -> Field | None:
    """The column behind an ordering name (`town__code`, `pk`); None for an annotation."""
    meta, field = queryset.model._meta, None
    for part in name.split("__"):
        if meta is None:
            return None
        try:
            field = meta.pk if part == "pk" else meta.get_field(part)
        except FieldDoesNotExist:
            return None
        meta = field.related_model._meta if field.related_model else None
    return field


def _typed(queryset: QuerySet, name: str, value: Any) -> Any:
    """The cursor's value as the column's type; anything else is a broken cursor."""
    annotation = queryset.query.annotations.get(name)
    field = _field(queryset, name) if annotation is None else annotation.output_field
    if field is None:
        return value
    try:
        return field.to_python(value)
    except Exception as error:
        raise BrokenCursor from error


def _after(queryset: QuerySet, ordering: tuple[str, ...], values: list, backwards: bool) -> Q:
    """Rows behind the edge row. NULLs sort last in the list's own direction, ascending or descending."""
    result = Q()
    equal = Q()
    for part, value in zip(ordering, values, strict=True):
        name = part.lstrip("-")
        descending = part.startswith("-") != backwards
        typed = _typed(queryset, name, value) if value is not None else None
        if typed is None:
            beyond = Q(**{f"{name}__isnull": False}) if backwards else Q(pk__in=[])
            equal_here = Q(**{f"{name}__isnull": True})
        else:
            beyond = Q(**{f"{name}__{'lt' if descending else 'gt'}": typed})
            if not backwards and _nullable(queryset, name):
                beyond |= Q(**{f"{name}__isnull": True})
            equal_here = Q(**{name: typed})
        result |= equal & beyond
        equal &= equal_here
    return _bound(queryset, ordering[0], values[0], backwards) & result


def _bound(queryset: QuerySet, part: str, value: Any, backwards: bool) -> Q:
    """What follows from the condition anyway, said so that an index can start right at the edge row.

    PostgreSQL cannot turn `a > x OR (a = x AND b > y)` into a range; `a >= x` beside it can.
    """
    name = part.lstrip("-")
    if value is None or _nullable(queryset, name):
        return Q()
    descending = part.startswith("-") != backwards
    return Q(**{f"{name}__{'lte' if descending else 'gte'}": _typed(queryset, name, value)})


def _nullable(queryset: QuerySet, name: str) -> bool:
    """Whether any step on the way to the column may be NULL; an annotation may."""
    parts = name.split("__")
    fields = [_field(queryset, "__".join(parts[: end + 1])) for end in range(len(parts))]
    return any(field is None or field.null for field in fields)


def _value(row: Any, name: str) -> Any:
    if isinstance(row, dict):
        return row[name]
    for part in name.split("__"):
        row = getattr(row, part) if row is not None else None
    return row


def capped_count(queryset: QuerySet, cap: int = COUNT_CAP) -> tuple[int, bool]:
    """(rows, whether the cap was reached): counting stops at the cap, so that it stays cheap."""
    count = queryset.order_by()[: cap + 1].count()
    return min(count, cap), count > cap


def paginate(
    queryset: QuerySet,
    *,
    ordering: tuple[str, ...],
    cursor: str = "",
    page_size: int = DEFAULT_PAGE_SIZE,
    count: bool = False,
    count_cap: int = COUNT_CAP,
) -> Page:
    """One keyset page of `queryset` (model rows or `.values()`), sorted by `ordering` and then by pk.

    `ordering` holds column names, `-` for descending; with `.values()` they must be among the values.
    Raises BrokenCursor (400).
    """
    tie = "pk" if not _is_values(queryset) else "id"
    if not any(part.lstrip("-") in {"pk", "id"} or _unique(queryset, part) for part in ordering):
        ordering = (*ordering, tie)
    total, capped = capped_count(queryset, count_cap) if count else (None, False)
    values, backwards = _decode(cursor, ordering) if cursor else ([], False)
    rows_query = queryset.filter(_after(queryset, ordering, values, backwards)) if values else queryset
    rows_query = rows_query.order_by(*(_order(queryset, part, backwards) for part in ordering))
    rows = list(rows_query[: page_size + 1])
    more = len(rows) > page_size
    rows = rows[:page_size]
    if backwards:
        rows.reverse()
    has_next, has_previous = (bool(cursor), more) if backwards else (more, bool(cursor))
    edge = lambda row: [_value(row, part.lstrip("-")) for part in ordering]  # noqa: E731
    return Page(
        rows=rows,
        next=_encode(ordering, edge(rows[-1]), False) if rows and has_next else None,
        previous=_encode(ordering, edge(rows[0]), True) if rows and has_previous else None,
        count=total,
        count_is_capped=capped,
    )


def _is_values(queryset: QuerySet) -> bool:
    return queryset._fields is not None


def _unique(queryset: QuerySet, part: str) -> bool:
    try:
        return bool(queryset.model._meta.get_field(part.lstrip("-")).unique)
    except FieldDoesNotExist:
        return False


def _order(queryset: QuerySet, part: str, backwards: bool):
    name, descending = part.lstrip("-"), part.startswith("-") != backwards
    # Said only where NULLs can be: an index of plain columns serves plain orders.
    nulls = (
        ({"nulls_first": True} if backwards else {"nulls_last": True}) if _nullable(queryset, name) else {}
    )
    return F(name).desc(**nulls) if descending else F(name).asc(**nulls)


class KeysetPagination(BasePagination):
    """`?page_size=` (≤ 200), `?cursor=`, `?count=1`, `?ordering=`. The view names what may be ordered by.

    View attributes: `orderings` (allowed names; the first is the default), e.g. ("name", "-updated_at").
    """

    def paginate_queryset(self, queryset, request, view=None) -> list:
        self.request = request
        self.page = paginate(
            queryset,
            ordering=self.ordering(request, view),
            cursor=request.query_params.get("cursor", ""),
            page_size=self.page_size(request),
            count=self.wants_count(request),
        )
        return self.page.rows

    def page_size(self, request) -> int:
        text = request.query_params.get("page_size", str(DEFAULT_PAGE_SIZE))
        size = whole_number(text, 1, MAX_PAGE_SIZE)
        if size is None:
            raise exceptions.ValidationError({"page_size": _("每页条数应为 1 至 200。")}, code="invalid")
        return size

    def wants_count(self, request) -> bool:
        text = request.query_params.get("count", "0")
        if text not in {"0", "1"}:
            raise exceptions.ValidationError({"count": _("count 只接受 0 或 1。")}, code="invalid")
        return text == "1"

    def ordering(self, request, view) -> tuple[str, ...]:
        allowed = getattr(view, "orderings", ("pk",))
        asked = request.query_params.get("ordering")
        if asked is None:
            return (allowed[0],)
        names = {name.lstrip("-") for name in allowed}
        parts = tuple(asked.split(","))
        if not all(part.removeprefix("-") in names for part in parts) or len(set(parts)) != len(parts):
            raise exceptions.ValidationError(
                {"ordering": _("只能按这些字段排序：%(names)s。") % {"names": "、".join(sorted(names))}},
                code="invalid",
            )
        return parts

    def get_paginated_response(self, data) -> Response:
        body: dict = {
            "next": self.link(self.page.next),
            "previous": self.link(self.page.previous),
            "results": data,
        }
        if self.page.count is not None:
            body["count"] = self.page.count
        return Response(body)

    def link(self, cursor: str | None) -> str | None:
        if cursor is None:
            return None
        query = self.request.query_params.copy()
        query["cursor"] = cursor
        return f"{self.request.build_absolute_uri(self.request.path)}?{urlencode(list(query.lists()), doseq=True)}"

    def get_paginated_response_schema(self, schema: dict) -> dict:
        link = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["results", "next", "previous"],
            "properties": {
                "next": link,
                "previous": link,
                "results": schema,
                "count": {"type": "integer", "description": "Only with ?count=1; stops at 100000."},
            },
        }

    def get_schema_operation_parameters(self, view) -> list[dict]:
        orderings = sorted({name.lstrip("-") for name in getattr(view, "orderings", ())})

        def parameter(name: str, schema: dict, text: str) -> dict:
            return {"name": name, "in": "query", "required": False, "schema": schema, "description": text}

        return [
            parameter(
                "page_size", {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE}, "Rows a page."
            ),
            parameter("cursor", {"type": "string"}, "Opaque; from next/previous."),
            parameter("count", {"type": "integer", "enum": [0, 1]}, "1 adds count."),
            parameter(
                "ordering", {"type": "string"}, f"Comma-separated, - for descending: {', '.join(orderings)}."
            ),
        ]
