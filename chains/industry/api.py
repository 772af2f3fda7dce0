"""`chains`, `chains/{code}` and its segments (contract.md, REST)."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.audit.idempotency import idempotent
from portal.kit.api import StrictSerializer, bind, refuse_unknown_parameters
from portal.kit.problems import Invalid, Stale
from portal.kit.search import normalise
from portal.kit.text import clean_line, clean_text
from portal.territory.models import District, Town

from . import queries
from .actions import create_chain, update_chain
from .models import Chain, Segment
from .rules import can_manage_chains


class SegmentRow(serializers.ModelSerializer):
    stage_label = serializers.CharField(source="get_stage_display")
    members = serializers.IntegerField(help_text="Enterprises in the caller's scope that stand here today.")

    class Meta:
        model = Segment
        fields = ("code", "name", "stage", "stage_label", "position", "is_gap", "members")


class ChainRow(serializers.ModelSerializer):
    lead_town = serializers.CharField(source="lead_town.code", default=None, allow_null=True)
    lead_town_name = serializers.CharField(source="lead_town.name", default=None, allow_null=True)
    members = serializers.IntegerField(help_text="Enterprises in the caller's scope that stand on it today.")
    gaps = serializers.IntegerField(help_text="Missing segments (缺失环节).")

    class Meta:
        model = Chain
        fields = ("code", "name", "lead_town", "lead_town_name", "description", "members", "gaps", "version")


class ChainDetail(ChainRow):
    segments = SegmentRow(many=True, source="listed_segments")

    class Meta(ChainRow.Meta):
        fields = (*ChainRow.Meta.fields, "segments")


class TownByCode(serializers.SlugRelatedField):
    default_error_messages = {
        "does_not_exist": _("没有代码为“{value}”的街镇。"),
        "invalid": _("应为街镇代码文本。"),
    }

    def __init__(self, **kwargs):
        super().__init__(slug_field="code", queryset=Town.objects.select_related("district"), **kwargs)

    def to_internal_value(self, data):
        if not isinstance(data, str) or len(data) > 12 or not data.isprintable():
            self.fail("invalid")
        return super().to_internal_value(data)


class ChainInput(StrictSerializer):
    """A new chain. `code` is for good: other rows refer to it."""

    code = serializers.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9_-]*\Z",
        max_length=32,
        error_messages={"invalid": _("只能用字母、数字、下划线和连字符，以字母或数字开头。")},
    )
    name = serializers.CharField(max_length=60)
    lead_town = TownByCode(required=False, allow_null=True)
    description = serializers.CharField(max_length=2000, required=False, allow_blank=True)

    def validate_name(self, value: str) -> str:
        if not (name := clean_line(value)):
            raise serializers.ValidationError(_("请填写产业链名称。"))
        return name

    def validate_description(self, value: str) -> str:
        return clean_text(value)


class ChainChange(ChainInput):
    """A change of a chain that was read at `version`."""

    code = None
    name = serializers.CharField(max_length=60, required=False)
    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)


class ChainListView(GenericAPIView):
    serializer_class = ChainRow
    orderings = ("position", "code", "name")

    @extend_schema(
        parameters=[
            OpenApiParameter("lead_town", str, description="Town code."),
            OpenApiParameter("search", str),
        ],
        operation_id="chains_list",
        responses=ChainRow(many=True),
    )
    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request, frozenset({"lead_town"}))
        rows = queries.chains(request.user)
        if text := normalise(request.query_params.get("search", "")):
            rows = rows.filter(name__icontains=text)
        if town := request.query_params.get("lead_town"):
            rows = rows.filter(lead_town__code=town)
        return self.get_paginated_response(ChainRow(self.paginate_queryset(rows), many=True).data)

    @extend_schema(request=ChainInput, responses={201: ChainDetail}, operation_id="chains_create")
    @idempotent
    def post(self, request: Request) -> Response:
        district = managed_district(request)
        chain = create_chain(district=district, by=request.user, **bind(ChainInput, request))
        return Response(_detail(request, chain.code), status=201)


class ChainView(APIView):
    @extend_schema(responses=ChainDetail)
    def get(self, request: Request, code: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        return Response(_detail(request, code))

    @extend_schema(request=ChainChange, responses=ChainDetail)
    def patch(self, request: Request, code: str) -> Response:
        chain = _chain(request, code)
        if not can_manage_chains(request.user, chain.district_id):
            raise PermissionDenied
        given = bind(ChainChange, request)
        try:
            update_chain(chain=chain, by=request.user, version=given.pop("version"), changes=given)
        except Stale as stale:
            stale.current = _detail(request, code)
            raise
        return Response(_detail(request, code))


class SegmentListView(APIView):
    @extend_schema(responses=SegmentRow(many=True), operation_id="chains_segments_list")
    def get(self, request: Request, code: str) -> Response:
        refuse_unknown_parameters(request, frozenset())
        return Response(SegmentRow(queries.segments(request.user, _chain(request, code)), many=True).data)


def _chain(request: Request, code: str) -> Chain:
    chain = queries.chains(request.user).filter(code=code).first()
    if chain is None:
        raise NotFound
    return chain


def _detail(request: Request, code: str) -> dict:
    chain = _chain(request, code)
    chain.listed_segments = queries.segments(request.user, chain)
    return ChainDetail(chain).data


def managed_district(request: Request) -> District:
    """The district in which the caller may open a chain. Raises 403 for everyone but bureau and administrator."""
    if not request.user.scope.is_bureau:
        raise PermissionDenied
    managed = request.user.scope.managed
    rows = District.objects.filter(pk__in=managed) if managed else District.objects.all()
    district = rows.order_by("code").first()
    if district is None:
        raise Invalid(_("请先载入本区的基础数据。"))
    return district
