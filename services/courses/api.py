"""`courses`: the catalogue of courses, written by the bureau."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.audit.idempotency import idempotent
from portal.kit.api import StrictSerializer, bind
from portal.territory.models import Department, ServiceElement

from ..kept.fields import ByCode, CodeField, Text, chain_field, version_field
from ..kept.views import CodeListView, KeptView, managed_district
from ..stations.api.fields import item_field
from ..stations.models import Institution
from . import actions, queries
from .models import Course


class CourseRow(serializers.ModelSerializer):
    """A course; `given_by` says in words who teaches."""

    name = serializers.CharField(source="title")
    district = serializers.CharField(source="district.code")
    chain = serializers.CharField(source="chain.code", default=None, allow_null=True)
    chain_name = serializers.CharField(source="chain.name", default=None, allow_null=True)
    element = serializers.CharField(source="element.code", default=None, allow_null=True)
    item = serializers.CharField(source="item.code", default=None, allow_null=True)
    institution = serializers.CharField(source="institution.code", default=None, allow_null=True)
    department = serializers.CharField(source="department.code", default=None, allow_null=True)
    given_by = serializers.CharField()
    form = serializers.ChoiceField(Course.Form.choices)
    form_label = serializers.CharField(source="get_form_display")

    class Meta:
        model = Course
        fields = (
            "code", "name", "title", "district", "chain", "chain_name", "element", "item", "audience", "institution",
            "department", "giver", "given_by", "form", "form_label", "hours", "summary", "contact", "opened_on",
            "closed_on", "version",
        )  # fmt: skip


class CourseChange(StrictSerializer):
    """A change of a course that was read at `version`; `closed_on` closes it."""

    title = Text(max_length=80, required=False)
    chain = chain_field(required=False, allow_null=True)
    element = ByCode(
        queryset=ServiceElement.objects.all(), label_of="产业要素", required=False, allow_null=True
    )
    item = item_field(required=False, allow_null=True)
    audience = Text(max_length=120, required=False)
    institution = ByCode(
        queryset=Institution.objects.all(), label_of="技术机构", required=False, allow_null=True
    )
    department = ByCode(
        queryset=Department.objects.all(), label_of="职能部门", required=False, allow_null=True
    )
    giver = Text(max_length=80, required=False, allow_blank=True)
    form = serializers.ChoiceField(Course.Form.choices, required=False)
    hours = serializers.DecimalField(max_digits=4, decimal_places=1, required=False)
    summary = Text(max_length=1000, required=False)
    contact = Text(max_length=120, required=False)
    opened_on = serializers.DateField(required=False)
    closed_on = serializers.DateField(required=False, allow_null=True)
    version = version_field()


class CourseInput(CourseChange):
    """A new course."""

    code = CodeField()
    title = Text(max_length=80)
    audience = Text(max_length=120)
    hours = serializers.DecimalField(max_digits=4, decimal_places=1)
    summary = Text(max_length=1000)
    contact = Text(max_length=120)
    opened_on = serializers.DateField()
    version = None


class CourseListView(CodeListView):
    serializer_class = CourseRow
    orderings = ("code", "-opened_on", "title")
    filters = queries.FILTERS
    choices = CodeListView.choices | {"form": Course.Form.values}

    def rows(self, user, filters: dict[str, Any]):
        return queries.courses(user, filters)

    @extend_schema(
        parameters=[
            OpenApiParameter("chain", str, description="Chain code; courses for all chains are among them."),
            OpenApiParameter("element", str, description="Element code."),
            OpenApiParameter("item", str, description="Item code."),
            OpenApiParameter("form", str, enum=Course.Form.values),
            OpenApiParameter("open", int, enum=[1], description="Those that are open today."),
            OpenApiParameter("search", str, description="Words of title, audience or summary."),
        ],
        responses=CourseRow(many=True),
        operation_id="courses_list",
    )
    def get(self, request: Request) -> Response:
        return self.listed(request)

    @extend_schema(request=CourseInput, responses={201: CourseRow}, operation_id="courses_create")
    @idempotent
    def post(self, request: Request) -> Response:
        district = managed_district(request)
        course = actions.create_course(district=district, by=request.user, **bind(CourseInput, request))
        return Response(CourseView().detail(request, course.code), status=201)


@extend_schema_view(
    get=extend_schema(responses=CourseRow, operation_id="courses_read"),
    patch=extend_schema(request=CourseChange, responses=CourseRow, operation_id="courses_change"),
)
class CourseView(KeptView):
    row, change = CourseRow, CourseChange

    def find(self, user, code: str) -> Course | None:
        return queries.course_for(user, code)

    def update(self, row: Course, **given) -> object:
        return actions.update_course(course=row, **given)
