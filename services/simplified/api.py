"""`simplified-items`: read by everyone, written by the bureau."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.audit.idempotency import idempotent
from portal.kit.api import StrictSerializer, bind
from portal.territory.models import Department

from ..kept.fields import ByCode, CodeField, Text, version_field
from ..kept.views import CodeListView, KeptView, managed_district
from . import actions, queries
from .models import SimplifiedItem
from .rules import MOST


def _number(**kwargs: Any) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=0, max_value=MOST, **kwargs)


def _department(**kwargs: Any) -> ByCode:
    return ByCode(queryset=Department.objects.all(), label_of="职能部门", **kwargs)


class SimplifiedRow(serializers.ModelSerializer):
    """A procedure before and now: papers, and working days."""

    district = serializers.CharField(source="district.code")
    category = serializers.ChoiceField(SimplifiedItem.Category.choices)
    category_label = serializers.CharField(source="get_category_display")
    department = serializers.CharField(source="department.code")
    department_name = serializers.CharField(source="department.name")

    class Meta:
        model = SimplifiedItem
        fields = (
            "code", "name", "district", "category", "category_label", "department", "department_name", "how",
            "materials_before", "materials_now", "days_before", "days_now", "effective_on", "ended_on", "version",
        )  # fmt: skip


class SimplifiedChange(StrictSerializer):
    """A change of an item that was read at `version`; `ended_on` ends it."""

    name = Text(max_length=80, required=False)
    category = serializers.ChoiceField(SimplifiedItem.Category.choices, required=False)
    department = _department(required=False)
    how = Text(max_length=200, required=False)
    materials_before = _number(required=False)
    materials_now = _number(required=False)
    days_before = _number(required=False)
    days_now = _number(required=False)
    effective_on = serializers.DateField(required=False)
    ended_on = serializers.DateField(required=False, allow_null=True)
    version = version_field()


class SimplifiedInput(SimplifiedChange):
    """A new item."""

    code = CodeField()
    name = Text(max_length=80)
    category = serializers.ChoiceField(SimplifiedItem.Category.choices)
    department = _department()
    how = Text(max_length=200)
    materials_before = _number()
    materials_now = _number()
    days_before = _number()
    days_now = _number()
    effective_on = serializers.DateField()
    version = None


class SimplifiedListView(CodeListView):
    serializer_class = SimplifiedRow
    orderings = ("code", "name")
    filters = queries.FILTERS
    choices = CodeListView.choices | {"category": SimplifiedItem.Category.values}

    def rows(self, user, filters: dict[str, Any]):
        return queries.simplified_items(user, filters)

    @extend_schema(
        parameters=[
            OpenApiParameter("category", str, enum=SimplifiedItem.Category.values),
            OpenApiParameter("department", str, description="Department code."),
            OpenApiParameter("open", int, enum=[1], description="Those in force today."),
            OpenApiParameter("search", str),
        ],
        responses=SimplifiedRow(many=True),
        operation_id="simplified_items_list",
    )
    def get(self, request: Request) -> Response:
        return self.listed(request)

    @extend_schema(
        request=SimplifiedInput, responses={201: SimplifiedRow}, operation_id="simplified_items_create"
    )
    @idempotent
    def post(self, request: Request) -> Response:
        district = managed_district(request)
        given = bind(SimplifiedInput, request)
        item = actions.create_simplified(district=district, by=request.user, **given)
        return Response(SimplifiedView().detail(request, item.code), status=201)


@extend_schema_view(
    get=extend_schema(responses=SimplifiedRow, operation_id="simplified_items_read"),
    patch=extend_schema(
        request=SimplifiedChange, responses=SimplifiedRow, operation_id="simplified_items_change"
    ),
)
class SimplifiedView(KeptView):
    row, change = SimplifiedRow, SimplifiedChange

    def find(self, user, code: str) -> SimplifiedItem | None:
        return queries.simplified_item_for(user, code)

    def update(self, row: SimplifiedItem, **given) -> object:
        return actions.update_simplified(item=row, **given)
