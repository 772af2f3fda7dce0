"""The dashboards by REST: translate HTTP, call a query, nothing else."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.kit.api import refuse_unknown_parameters
from portal.metrics.api.views import as_json, require_reader
from portal.metrics.policy import sees_whole_district

from .boards import Board, Place, Tile, board_of, place_of

VALUE = "Whole numbers as numbers; amounts (yuan) and rates as decimal text; null when not known."


class DashboardPlace(serializers.Serializer):
    """Where the dashboard is about: a district (the user's whole scope), chain, town or service station."""

    kind = serializers.ChoiceField(choices=["district", "chain", "town", "station"])
    code = serializers.CharField(allow_blank=True)
    name = serializers.CharField()


class SectionRow(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()


class DashboardFigure(serializers.Serializer):
    """A figure. `value` is what leads on the page: of `period` "all" since the beginning, of "year" this year's, of "day" as
    it stands. `year`, `last_year` (same time a year before), `change` (percent; points for a percentage) and `target` are
    of the year. `failed`: counting fails, the values are those of `as_of`."""

    code = serializers.CharField()
    name = serializers.CharField()
    unit = serializers.CharField()
    section = serializers.CharField()
    period = serializers.ChoiceField(choices=["all", "year", "day"])
    value = serializers.JSONField(allow_null=True, help_text=VALUE)
    text = serializers.CharField(help_text="As people read it, with its unit.")
    year = serializers.JSONField(allow_null=True)
    last_year = serializers.JSONField(allow_null=True)
    change = serializers.DecimalField(max_digits=20, decimal_places=2, allow_null=True)
    target = serializers.JSONField(allow_null=True)
    progress = serializers.DecimalField(max_digits=20, decimal_places=2, allow_null=True)
    as_of = serializers.DateTimeField(allow_null=True)
    failed = serializers.BooleanField()
    rows = serializers.CharField(help_text="Address of the rows behind `value`.")


class DashboardPoint(serializers.Serializer):
    key = serializers.CharField(help_text="The month: 2026-11.")
    value = serializers.JSONField(allow_null=True, help_text=VALUE)


class DashboardSeries(serializers.Serializer):
    """Two years of months."""

    code = serializers.CharField()
    points = DashboardPoint(many=True)


class DashboardBody(serializers.Serializer):
    """`as_of`: until when the figures are right, but for those whose own `as_of` is older. null: nothing was counted yet."""

    place = DashboardPlace()
    as_of = serializers.DateTimeField(allow_null=True)
    sections = SectionRow(many=True)
    figures = DashboardFigure(many=True)
    series = DashboardSeries(many=True)


class DistrictDashboardView(APIView):
    """Every figure and series of the district's dashboard."""

    @extend_schema(responses=DashboardBody, operation_id="dashboards_district", filters=False)
    def get(self, request: Request) -> Response:
        require_reader(request)
        if not sees_whole_district(request.user):
            raise PermissionDenied
        return _answer(request, place_of(request.user))


class ChainDashboardView(APIView):
    """Every figure and series of a chain's dashboard; for a station those of its towns."""

    @extend_schema(responses=DashboardBody, operation_id="dashboards_chain", filters=False)
    def get(self, request: Request, code: str) -> Response:
        require_reader(request)
        return _answer(request, place_of(request.user, chain=code))


class TownDashboardView(APIView):
    """Every figure and series of a town's dashboard."""

    @extend_schema(responses=DashboardBody, operation_id="dashboards_town", filters=False)
    def get(self, request: Request, code: str) -> Response:
        require_reader(request)
        return _answer(request, place_of(request.user, town=code))


class StationDashboardView(APIView):
    """Every figure and series of a service station's dashboard; in section `around` those of its whole town."""

    @extend_schema(responses=DashboardBody, operation_id="dashboards_station", filters=False)
    def get(self, request: Request, code: str) -> Response:
        require_reader(request)
        return _answer(request, place_of(request.user, station=code))


def _answer(request: Request, place: Place) -> Response:
    refuse_unknown_parameters(request, frozenset())
    return Response(body_of(board_of(place)))


def body_of(board: Board) -> dict[str, Any]:
    """A dashboard as JSON."""
    place = board.place
    return {
        "place": {"kind": place.kind, "code": place.code, "name": place.name},
        "as_of": board.as_of,
        "sections": [{"code": part.section.code, "name": str(part.section.name)} for part in board.parts],
        "figures": [_figure(tile, part.section.code) for part in board.parts for tile in part.tiles],
        "series": [_series(tile) for tile in board.tiles],
    }


def _figure(tile: Tile, section: str) -> dict[str, Any]:
    metric, year = tile.metric, tile.year
    return {
        "code": tile.code,
        "name": str(metric.name),
        "unit": str(metric.unit),
        "section": section,
        "period": "all" if tile.is_total else "year" if tile.is_flow else "day",
        "value": as_json(metric, tile.lead.value),
        "text": " ".join(filter(None, tile.value)),
        "year": as_json(metric, year.value),
        "last_year": as_json(metric, year.last_year),
        "change": _rounded(year.year_on_year),
        "target": as_json(metric, year.target),
        "progress": _rounded(year.progress),
        "as_of": tile.lead.as_of,
        "failed": tile.lead.failed,
        "rows": tile.api_url,
    }


def _series(tile: Tile) -> dict[str, Any]:
    points = [{"key": point.key, "value": as_json(tile.metric, point.value)} for point in tile.trend.points]
    return {"code": tile.code, "points": points}


def _rounded(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(Decimal("0.01"))
