"""`work-guides`: documents in force and abolished ones; issued and corrected by the bureau."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.audit.idempotency import idempotent
from portal.kit.api import StrictSerializer, bind

from ..kept.fields import CodeField, Text, version_field
from ..kept.views import CodeListView, KeptView, managed_district
from . import actions, queries
from .models import WorkGuide
from .rules import in_force


class GuideFileRow(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    content_type = serializers.CharField()
    size = serializers.IntegerField()


class GuideRow(serializers.ModelSerializer):
    """A guide; in `body` a line that begins with “# ” is a section's heading."""

    name = serializers.CharField(source="title")
    district = serializers.CharField(source="district.code")
    valid = serializers.SerializerMethodField()
    attachments = GuideFileRow(many=True, source="attachments.all")

    class Meta:
        model = WorkGuide
        fields = (
            "code", "name", "title", "number", "district", "issuer", "issued_on", "summary", "body", "abolished_on",
            "valid", "attachments", "version",
        )  # fmt: skip

    @extend_schema_field(bool)
    def get_valid(self, guide: WorkGuide) -> bool:
        return in_force(guide.issued_on, guide.abolished_on, timezone.localdate())


class GuideChange(StrictSerializer):
    """A change of a guide that was read at `version`; `abolished_on` abolishes it."""

    title = Text(max_length=120, required=False)
    number = Text(max_length=60, required=False)
    issuer = Text(max_length=80, required=False)
    issued_on = serializers.DateField(required=False)
    summary = Text(max_length=200, required=False, allow_blank=True)
    body = Text(max_length=20_000, required=False, allow_blank=True)
    abolished_on = serializers.DateField(required=False, allow_null=True)
    version = version_field()


class GuideInput(GuideChange):
    """A new guide."""

    code = CodeField()
    title = Text(max_length=120)
    number = Text(max_length=60)
    issuer = Text(max_length=80)
    issued_on = serializers.DateField()
    version = None


class GuideListView(CodeListView):
    serializer_class = GuideRow
    orderings = ("-issued_on", "code", "title")
    filters = queries.FILTERS
    choices = {"valid": ("0", "1")}

    def rows(self, user, filters: dict[str, Any]):
        return queries.guides(user, filters)

    @extend_schema(
        parameters=[
            OpenApiParameter("valid", int, enum=[0, 1], description="1: in force today; 0: abolished."),
            OpenApiParameter("search", str, description="Words of title, number, summary or text."),
        ],
        responses=GuideRow(many=True),
        operation_id="work_guides_list",
    )
    def get(self, request: Request) -> Response:
        return self.listed(request)

    @extend_schema(request=GuideInput, responses={201: GuideRow}, operation_id="work_guides_issue")
    @idempotent
    def post(self, request: Request) -> Response:
        district = managed_district(request)
        guide = actions.issue_guide(district=district, by=request.user, **bind(GuideInput, request))
        return Response(GuideView().detail(request, guide.code), status=201)


@extend_schema_view(
    get=extend_schema(responses=GuideRow, operation_id="work_guides_read"),
    patch=extend_schema(request=GuideChange, responses=GuideRow, operation_id="work_guides_change"),
)
class GuideView(KeptView):
    row, change = GuideRow, GuideChange

    def find(self, user, code: str) -> WorkGuide | None:
        return queries.guide_for(user, code)

    def update(self, row: WorkGuide, **given) -> object:
        return actions.update_guide(guide=row, **given)
