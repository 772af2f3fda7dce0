"""`areas`: commercial areas, buildings and parks; read by everyone signed in, kept by the bureau."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.audit.idempotency import idempotent
from portal.kit.api import StrictSerializer, answered, bind, refuse_unknown_parameters
from portal.kit.problems import or_404

from .actions import create_area, update_area
from .models import Area, Town
from .queries import areas
from .rules import can_manage_areas

FILTERS = frozenset({"town", "kind", "active"})
CODE = r"^[A-Za-z0-9][A-Za-z0-9_-]*\Z"


class AreaRow(serializers.ModelSerializer):
    town = serializers.CharField(source="town.code")
    town_name = serializers.CharField(source="town.name")
    kind_label = serializers.CharField(source="get_kind_display")

    class Meta:
        model = Area
        fields = (
            "code",
            "name",
            "kind",
            "kind_label",
            "town",
            "town_name",
            "address",
            "closed_on",
            "version",
        )


class TownByCode(serializers.SlugRelatedField):
    default_error_messages = {
        "does_not_exist": _("没有代码为“{value}”的街镇。"),
        "invalid": _("应为街镇代码。"),
    }

    def __init__(self, **kwargs):
        super().__init__(slug_field="code", queryset=Town.objects.all(), **kwargs)

    def to_internal_value(self, data):
        if not isinstance(data, str) or not data.isprintable() or len(data) > 60:
            self.fail("invalid")
        return super().to_internal_value(data)


class AreaInput(StrictSerializer):
    """A new area; `code` is for good."""

    code = serializers.RegexField(
        CODE,
        max_length=32,
        error_messages={"invalid": _("只能用字母、数字、下划线和连字符，以字母或数字开头。")},
    )
    name = serializers.CharField(max_length=60)
    kind = serializers.ChoiceField(choices=Area.Kind.choices)
    town = TownByCode()
    address = serializers.CharField(max_length=200, required=False, allow_blank=True)


class AreaChange(AreaInput):
    """A change of an area that was read at `version`; `closed_on` closes it, null opens it again."""

    code = None
    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    closed_on = serializers.DateField(allow_null=True)

    def get_fields(self) -> dict:
        fields = super().get_fields()
        for name, field in fields.items():
            field.required = name == "version"
        return fields


class AreaListView(GenericAPIView):
    serializer_class = AreaRow
    orderings = ("code", "name")

    @extend_schema(
        parameters=[
            OpenApiParameter("town", str, description="Town code."),
            OpenApiParameter("kind", str, enum=Area.Kind.values),
            OpenApiParameter("active", int, enum=[0, 1]),
            OpenApiParameter("search", str),
        ],
        operation_id="areas_list",
        responses=AreaRow(many=True),
    )
    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request, FILTERS)
        filters = {name: request.query_params.get(name, "") for name in (*FILTERS, "search")}
        page = self.paginate_queryset(areas(request.user, filters))
        return self.get_paginated_response(AreaRow(page, many=True).data)

    @extend_schema(request=AreaInput, responses={201: AreaRow}, operation_id="areas_create")
    @idempotent
    def post(self, request: Request) -> Response:
        if not request.user.scope.is_bureau:
            raise PermissionDenied
        area = create_area(by=request.user, **bind(AreaInput, request))
        return Response(_row(request, area.code), status=201)


class AreaView(APIView):
    @extend_schema(responses=AreaRow, operation_id="areas_read")
    def get(self, request: Request, code: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        return Response(_row(request, code))

    @extend_schema(request=AreaChange, responses=AreaRow, operation_id="areas_change")
    def patch(self, request: Request, code: str) -> Response:
        area = _area_or_404(request, code)
        if not can_manage_areas(request.user, area.district_id):
            raise PermissionDenied
        given = bind(AreaChange, request)
        return answered(
            lambda: update_area(area=area, by=request.user, version=given.pop("version"), changes=given),
            lambda: _row(request, code),
        )


def _area_or_404(request: Request, code: str) -> Area:
    return or_404(areas(request.user).filter(code=code).first())


def _row(request: Request, code: str) -> dict:
    return AreaRow(_area_or_404(request, code)).data
