"""Figures by REST: translate HTTP, call a query, nothing else."""

import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.kit.api import refuse_unknown_parameters
from portal.kit.pagination import KeysetPagination
from portal.kit.problems import Invalid

from ..places import Area, area_of
from ..policy import can_read
from ..queries.listing import listed_for
from ..queries.rows import VALUE, rows_behind
from ..queries.series import definitions_between, series
from ..registry import Metric, Rate
from ..rows import behind_row
from . import serializers as shapes

RANGE = [
    OpenApiParameter("from", datetime.date, description="First day; the first with rows unless given."),
    OpenApiParameter("to", datetime.date, description="Last day; today unless given."),
    OpenApiParameter("town", str, description="Town code."),
    OpenApiParameter("chain", str, description="Chain code."),
    OpenApiParameter(
        "station", str, description="Service station code, for figures that can be told of one."
    ),
]
BY = OpenApiParameter("by", str, enum=["day", "month", "quarter", "year", "town", "chain"])
CENTS = Decimal("0.01")
FILTERS = frozenset({"from", "to", "town", "chain", "station"})


def require_reader(request: Request) -> None:
    """Raises 403 for a role that sees no figures."""
    if not can_read(request.user):
        raise PermissionDenied


def figure_of(request: Request, code: str) -> Metric | Rate:
    """The figure with this code. Raises 404 for an unknown one, or one that has no part for the user's towns."""
    require_reader(request)
    for metric in listed_for(request.user):
        if metric.code == code:
            return metric
    raise NotFound


def day_of(request: Request, name: str) -> datetime.date | None:
    """A day of the query, or None. Raises Invalid (400) for anything but YYYY-MM-DD between 1900 and 2199."""
    text = request.query_params.get(name, "")
    if not text:
        return None
    try:
        day = datetime.date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        day = None
    if day is None or not 1900 <= day.year < 2200:
        raise Invalid({name: _("日期应写作 2026-11-21。")})
    return day


def area_asked(request: Request, metric: Metric | Rate) -> Area:
    """The area of the query. Raises Invalid for a place that the figure cannot be narrowed to."""
    codes = {name: request.query_params.get(name, "") for name in ("town", "chain", "station")}
    for name, code in codes.items():
        if code and name not in metric.filters:
            raise Invalid({name: _("指标“%(name)s”不能按此维度统计。") % {"name": metric.name}})
    return area_of(request.user, **codes)


def as_json(metric: Metric | Rate, value: Decimal | None) -> int | Decimal | None:
    """Counts as whole numbers, amounts and rates as decimals."""
    if value is None:
        return None
    if metric.money or isinstance(metric, Rate) or value != value.to_integral_value():
        return value.quantize(CENTS)
    return int(value)


class MetricListView(APIView):
    """Every figure with its definition (口径)."""

    @extend_schema(responses=shapes.MetricRow(many=True), operation_id="metrics_list", filters=False)
    def get(self, request: Request) -> Response:
        require_reader(request)
        refuse_unknown_parameters(request, frozenset())
        return Response([self._row(metric) for metric in listed_for(request.user)])

    def _row(self, metric: Metric | Rate) -> dict[str, Any]:
        return {
            "code": metric.code,
            "name": str(metric.name),
            "unit": str(metric.unit),
            "definition": str(metric.definition),
            "dimensions": ["date", *metric.dimensions],
            "kind": metric.kind,
            "version": metric.version,
        }


class SeriesView(APIView):
    """A figure over time, by town or by chain, with the total of the range and the time until which it is right."""

    @extend_schema(parameters=[*RANGE, BY], responses=shapes.SeriesBody, operation_id="metrics_series")
    def get(self, request: Request, code: str) -> Response:
        metric = figure_of(request, code)
        refuse_unknown_parameters(request, FILTERS | {"by"})
        first, last = day_of(request, "from"), day_of(request, "to")
        area, by = area_asked(request, metric), request.query_params.get("by") or "month"
        found = series([code], area=area, first=first, last=last, by=by)[code]
        changes = definitions_between(code, first, last)
        return Response(
            {
                "points": [
                    {"key": point.key, "label": point.label, "value": as_json(metric, point.value)}
                    for point in found.points
                ],
                "total": as_json(metric, found.total),
                "as_of": found.as_of,
                "failed": found.failed,
                "definition_changes": [{"version": row.version, "since": row.since} for row in changes],
            }
        )


class RowsView(APIView):
    """The rows behind a figure, of a period (of its last day for a stock), and their sum. A rate's: its part's."""

    orderings = ("pk",)

    @extend_schema(parameters=RANGE, responses=shapes.RowsPage, operation_id="metrics_rows")
    def get(self, request: Request, code: str) -> Response:
        metric = figure_of(request, code)
        refuse_unknown_parameters(request, FILTERS)
        found = rows_behind(
            metric,
            request.user,
            area=area_asked(request, metric),
            first=day_of(request, "from"),
            last=day_of(request, "to"),
        )
        paginator = KeysetPagination()
        page = paginator.paginate_queryset(found.rows, request, view=self)
        response = paginator.get_paginated_response(
            [
                {**behind_row(found, row), "value": as_json(found.metric, Decimal(row[VALUE] or 0))}
                for row in page
            ]
        )
        response.data["sum"] = as_json(found.metric, found.sum)
        return response
