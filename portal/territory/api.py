"""`towns`, `departments`, `service-elements`, `calendar` (contract.md): reference rows for everyone signed in."""

from datetime import date

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.kit.api import StrictSerializer, bind, refuse_unknown_parameters
from portal.kit.problems import Invalid, or_404
from portal.kit.search import normalise
from portal.kit.text import whole_number

from . import queries
from .actions import clear_calendar_day, require_calendar_right, set_calendar_day
from .calendar import FIRST_YEAR, LAST_YEAR
from .models import Department, District, ServiceElement, Town


class TownRow(serializers.ModelSerializer):
    district = serializers.CharField(source="district.code")
    kind_label = serializers.CharField(source="get_kind_display")
    office = serializers.CharField(source="office.name", default=None, allow_null=True)
    guidance_station = serializers.CharField(
        source="office.guidance_station.name", default=None, allow_null=True
    )

    class Meta:
        model = Town
        fields = (
            "code", "name", "short_name", "kind", "kind_label", "district", "office", "guidance_station",
            "tile_row", "tile_column", "closed_on",
        )  # fmt: skip


class DepartmentRow(serializers.ModelSerializer):
    district = serializers.CharField(source="district.code")

    class Meta:
        model = Department
        fields = ("code", "name", "district", "closed_on")


class ElementRow(serializers.ModelSerializer):
    class Meta:
        model = ServiceElement
        fields = ("code", "name", "description", "closed_on")


class ReferenceListView(GenericAPIView):
    """A list of reference rows: in the district's order, or by code or name; `search` in name and code."""

    orderings = ("position", "code", "name")
    filters = frozenset({"district"})

    def get_queryset(self):
        raise NotImplementedError

    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request, self.filters)
        rows = self.get_queryset()
        if text := normalise(request.query_params.get("search", "")):
            rows = rows.filter(name__icontains=text) | rows.filter(code__istartswith=text)
        if district := request.query_params.get("district"):
            rows = rows.filter(district__code=district)
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


LIST_PARAMETERS = [
    OpenApiParameter("district", str, description="District code."),
    OpenApiParameter("search", str),
]


@extend_schema_view(get=extend_schema(parameters=LIST_PARAMETERS, operation_id="towns_list"))
class TownListView(ReferenceListView):
    serializer_class = TownRow

    def get_queryset(self):
        return queries.towns(self.request.user)


@extend_schema_view(get=extend_schema(parameters=LIST_PARAMETERS, operation_id="departments_list"))
class DepartmentListView(ReferenceListView):
    serializer_class = DepartmentRow

    def get_queryset(self):
        return queries.departments(self.request.user)


@extend_schema_view(
    get=extend_schema(parameters=[OpenApiParameter("search", str)], operation_id="service_elements_list")
)
class ElementListView(ReferenceListView):
    """The N life-cycle elements of 2+18+N (全生命周期要素)."""

    serializer_class = ElementRow
    filters = frozenset()

    def get_queryset(self):
        return queries.service_elements(self.request.user)


class ElementView(APIView):
    @extend_schema(responses=ElementRow)
    def get(self, request: Request, code: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        return Response(ElementRow(_or_404(queries.service_elements(request.user), code)).data)


class TownView(APIView):
    @extend_schema(responses=TownRow)
    def get(self, request: Request, code: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        return Response(TownRow(_or_404(queries.towns(request.user), code)).data)


class DepartmentView(APIView):
    @extend_schema(responses=DepartmentRow)
    def get(self, request: Request, code: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        return Response(DepartmentRow(_or_404(queries.departments(request.user), code)).data)


class SpecialDayRow(serializers.Serializer):
    day = serializers.DateField()
    is_working = serializers.BooleanField()
    name = serializers.CharField()
    is_override = serializers.SerializerMethodField()

    def get_is_override(self, row) -> bool:
        return row.override is not None


class CalendarInput(StrictSerializer):
    """One day as the bureau says it is."""

    is_working = serializers.BooleanField()
    reason = serializers.CharField(max_length=100)


class CalendarView(APIView):
    """The days of a year that depart from Monday–Friday: holidays, make-up working days, corrections."""

    @extend_schema(
        parameters=[OpenApiParameter("year", int, description=f"{FIRST_YEAR}–{LAST_YEAR}")],
        responses=SpecialDayRow(many=True),
        operation_id="calendar_list",
    )
    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request, frozenset({"year"}))
        text = request.query_params.get("year") or str(date.today().year)  # noqa: DTZ011 - a year only
        year = whole_number(text, FIRST_YEAR, LAST_YEAR)
        if year is None:
            raise Invalid(
                {
                    "year": _("年份应在 %(first)s 至 %(last)s 之间。")
                    % {"first": FIRST_YEAR, "last": LAST_YEAR}
                }
            )
        days = queries.special_days(_district(request), year)
        return Response(SpecialDayRow(days, many=True).data)


class CalendarDayView(APIView):
    """The bureau's correction of one day."""

    @extend_schema(request=CalendarInput, responses=SpecialDayRow)
    def put(self, request: Request, day: date) -> Response:
        district = _district(request)
        require_calendar_right(request.user, district)
        row = set_calendar_day(district=district, day=day, by=request.user, **bind(CalendarInput, request))
        return Response(SpecialDayRow(queries.SpecialDay(row.day, row.is_working, row.reason, row)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, day: date) -> Response:
        clear_calendar_day(district=_district(request), day=day, by=request.user)
        return Response(status=204)


def _district(request: Request) -> District:
    return or_404(queries.home_district(request.user))


def _or_404(rows, code: str):
    return or_404(rows.filter(code=code).first())
