"""`service-stations`: code, name, town, address, hours; the people of the team are not in it."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.audit.idempotency import idempotent
from portal.kit.api import StrictSerializer, answered, bind, refuse_unknown_parameters
from portal.kit.problems import or_404
from portal.territory.models import Town

from ...kept.fields import CodeField, Text, town_field, version_field
from ...kept.views import CodeListView, require_bureau
from .. import actions, queries
from ..models import ServiceItem, ServiceStation, StationHours
from ..queries.stations import STATION_FILTERS
from ..rules.opening import Hours
from .fields import HoursInput


class HoursRow(serializers.ModelSerializer):
    class Meta:
        model = StationHours
        fields = ("weekday", "opens_at", "closes_at")


class StationRow(serializers.ModelSerializer):
    town = serializers.CharField(source="town.code")
    town_name = serializers.CharField(source="town.name")
    hours = HoursRow(many=True, source="listed_hours")

    class Meta:
        model = ServiceStation
        fields = (
            "code", "name", "town", "town_name", "address", "phone", "directions", "hours", "closed_on", "version",
        )  # fmt: skip


class StationChange(StrictSerializer):
    """A change of a station that was read at `version`. `hours` replaces the whole week."""

    name = Text(max_length=80, required=False)
    address = Text(max_length=200, required=False, allow_blank=True)
    phone = Text(max_length=30, required=False, allow_blank=True)
    directions = Text(max_length=300, required=False, allow_blank=True)
    hours = HoursInput(many=True, required=False, max_length=50)
    closed_on = serializers.DateField(required=False, allow_null=True)
    version = version_field()


class StationInput(StrictSerializer):
    """A new station of a town."""

    code = CodeField()
    name = Text(max_length=80)
    town = town_field()
    address = Text(max_length=200, required=False, allow_blank=True)
    phone = Text(max_length=30, required=False, allow_blank=True)
    directions = Text(max_length=300, required=False, allow_blank=True)
    hours = HoursInput(many=True, required=False, max_length=50)


class StationListView(CodeListView):
    serializer_class = StationRow
    filters = STATION_FILTERS
    codes = {"town": Town, "item": ServiceItem}

    def rows(self, user, filters):
        return queries.stations(user, filters)

    @extend_schema(
        parameters=[
            OpenApiParameter("town", str, description="Town code."),
            OpenApiParameter("item", str, description="Item code: stations where it has times."),
            OpenApiParameter(
                "open", int, enum=[1], description="Leaves out stations that were closed for good."
            ),
            OpenApiParameter("search", str),
        ],
        responses=StationRow(many=True),
        operation_id="service_stations_list",
    )
    def get(self, request: Request) -> Response:
        return self.listed(request)

    @extend_schema(request=StationInput, responses={201: StationRow}, operation_id="service_stations_create")
    @idempotent
    def post(self, request: Request) -> Response:
        require_bureau(request)
        given = bind(StationInput, request)
        hours = _hours(given.pop("hours", None))
        station = actions.create_station(by=request.user, hours=hours or (), **given)
        return Response(_detail(request, station.code), status=201)


class StationView(APIView):
    @extend_schema(responses=StationRow, operation_id="service_stations_read")
    def get(self, request: Request, code: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        return Response(_detail(request, code))

    @extend_schema(request=StationChange, responses=StationRow, operation_id="service_stations_change")
    def patch(self, request: Request, code: str) -> Response:
        station = or_404(queries.station_for(request.user, code))
        require_bureau(request, station.district_id)
        given = bind(StationChange, request)
        version, hours = given.pop("version"), given.pop("hours", None)
        return answered(
            lambda: actions.update_station(
                station=station, by=request.user, version=version, changes=given, hours=_hours(hours)
            ),
            lambda: _detail(request, code),
        )


def _hours(rows: list[dict] | None) -> list[Hours] | None:
    return None if rows is None else [Hours(**row) for row in rows]


def _detail(request: Request, code: str) -> dict:
    return StationRow(or_404(queries.station_for(request.user, code))).data
